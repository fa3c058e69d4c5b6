// sofia.h — the one door to Sofia-SIP, private to this folder: its headers with our types as callback contexts.
#pragma once

namespace rb::sip {
struct Listener;
class Session;
}  // namespace rb::sip

// NOLINTBEGIN(readability-identifier-naming): Sofia looks for these names
#define NTA_AGENT_MAGIC_T rb::sip::Listener
#define NTA_INCOMING_MAGIC_T rb::sip::Session
#define NTA_OUTGOING_MAGIC_T rb::sip::Session
// NOLINTEND(readability-identifier-naming)

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_protos.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/sresolv.h>
#include <sofia-sip/su_tag.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport_tag.h>
#include <sofia-sip/url.h>

#include <memory>
#include <string_view>

namespace rb::sip {

/// Sofia writes absent text as nullptr.
[[nodiscard]] inline std::string_view text_of(const char* text) noexcept
{
    return text == nullptr ? std::string_view{} : std::string_view{text};
}

/// A memory pool of Sofia's that ends with its scope.
struct HomeDeleter {
    void operator()(su_home_t* home) const noexcept { su_home_unref(home); }
};
using Home = std::unique_ptr<su_home_t, HomeDeleter>;

[[nodiscard]] inline Home make_home()
{
    return Home{static_cast<su_home_t*>(su_home_new(sizeof(su_home_t)))};
}

/// A URI or text where Sofia takes either.
[[nodiscard]] inline const url_string_t* as_url(const char* text) noexcept
{
    return reinterpret_cast<const url_string_t*>(text);
}

}  // namespace rb::sip
