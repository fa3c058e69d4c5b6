#include "control/engine/ice.h"

#include "dataplane/base/base64.h"

#include <array>

namespace rb::engine {
namespace {

// RFC 8445 §5.3 wants 24 and 128 bits of randomness; these fill whole letters.
constexpr std::size_t kUfragRandomBytes = 6;
constexpr std::size_t kPwdRandomBytes = 18;

template <std::size_t N>
std::string secret_text(Environment& environment)
{
    std::array<std::uint8_t, N> bytes{};
    environment.make_secret(bytes);
    return encode_base64(bytes);
}

}  // namespace

sip::IceLogin new_ice_login(Environment& environment)
{
    return {.ufrag = secret_text<kUfragRandomBytes>(environment), .pwd = secret_text<kPwdRandomBytes>(environment)};
}

void settle_own_ice(ChannelMedia& media, const sip::NegotiatedMedia& agreed, Environment& environment)
{
    const bool restarts = media.agreed && media.agreed->ice && agreed.ice && *media.agreed->ice != *agreed.ice;
    if (restarts && media.local.ice) {
        media.local.ice->login = new_ice_login(environment);
    }
}

std::unique_ptr<media::IceLite> ice_for(const ChannelMedia& media, const sip::NegotiatedMedia& agreed)
{
    if (!agreed.ice || !media.local.ice) {
        return nullptr;
    }
    const sip::IceLogin& login = media.local.ice->login;
    return std::make_unique<media::IceLite>(media::IceCredentials{login.ufrag, login.pwd});
}

}  // namespace rb::engine
