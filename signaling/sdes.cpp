#include "signaling/sdes.h"

#include "dataplane/base/base64.h"
#include "signaling/text.h"

namespace rb::sip {
namespace {

constexpr std::string_view kInline = "inline:";
constexpr unsigned kLifetimePowerMax = 48;  // RFC 3711 §9.2
constexpr std::size_t kTagDigitsMax = 9;

/// "2^20" or a number of packets.
std::optional<std::uint64_t> read_lifetime(std::string_view text)
{
    if (text.starts_with("2^")) {
        const auto power = read_number<unsigned>(text.substr(2));
        return power && *power <= kLifetimePowerMax ? std::optional{std::uint64_t{1} << *power} : std::nullopt;
    }
    const auto packets = read_number<std::uint64_t>(text);
    return packets && *packets > 0 && *packets <= std::uint64_t{1} << kLifetimePowerMax ? packets : std::nullopt;
}

/// "inline:" key and salt, and perhaps "|" lifetime.
bool read_key(std::string_view text, SdpCrypto& crypto)
{
    if (text.size() < kInline.size() || !equal_ignoring_case(text.substr(0, kInline.size()), kInline)) {
        return false;
    }
    text.remove_prefix(kInline.size());
    if (!decode_base64(take_until(text, '|'), crypto.key.used())) {
        return false;
    }
    if (text.empty()) {
        return true;
    }
    // A second part that is "identifier:length" is an MKI, which would stand in each packet.
    const auto lifetime = read_lifetime(text);
    crypto.lifetime = lifetime.value_or(0);
    return lifetime.has_value();
}

/// WSH asks for a window of at least so many packets, which any may have; what begins with "-" may be ignored (§6.3.7).
bool may_ignore(std::string_view parameter)
{
    return parameter.starts_with('-') || parameter.starts_with("WSH=");
}

}  // namespace

std::optional<SdpCrypto> read_crypto(std::string_view value)
{
    SdpCrypto crypto;
    const auto tag_text = take_word(value);
    const auto tag = read_number<std::uint32_t>(tag_text);
    const auto name = take_word(value);
    const auto suite = srtp_suite_by_name(name);
    if (!tag || tag_text.size() > kTagDigitsMax || !suite) {
        return std::nullopt;
    }
    crypto.tag = *tag;
    crypto.key.suite = *suite;
    crypto.old_name = name == srtp_suite_info(*suite).old_name;
    if (!read_key(take_word(value), crypto)) {
        return std::nullopt;
    }
    for (auto parameter = take_word(value); !parameter.empty(); parameter = take_word(value)) {
        if (!may_ignore(parameter)) {
            return std::nullopt;
        }
    }
    return crypto;
}

std::string write_crypto(const SdpCrypto& crypto)
{
    std::string text = std::to_string(crypto.tag);
    text += ' ';
    const SrtpSuiteInfo& suite = srtp_suite_info(crypto.key.suite);
    text += crypto.old_name ? suite.old_name : suite.name;
    text += ' ';
    text += kInline;
    text += encode_base64(crypto.key.used());
    if (crypto.lifetime != 0) {
        text += '|' + std::to_string(crypto.lifetime);
    }
    return text;
}

}  // namespace rb::sip
