// hmac_sha1.cpp — OpenSSL 3 has no interface but the old one to SHA-1 states that are copied without allocating.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "dataplane/wire/hmac_sha1.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <bit>

namespace rb::wire {

HmacSha1::HmacSha1(std::span<const std::uint8_t> key) noexcept
{
    std::array<std::uint8_t, SHA_CBLOCK> padded{};
    if (key.size() > padded.size()) {
        SHA1(key.data(), key.size(), padded.data());
    } else {
        std::copy(key.begin(), key.end(), padded.begin());
    }
    const auto absorb = [&padded](std::uint8_t with) {
        SHA_CTX state;
        std::array<std::uint8_t, SHA_CBLOCK> pad{};
        std::transform(padded.begin(), padded.end(), pad.begin(),
                       [with](std::uint8_t byte) { return static_cast<std::uint8_t>(byte ^ with); });
        SHA1_Init(&state);
        SHA1_Update(&state, pad.data(), pad.size());
        OPENSSL_cleanse(pad.data(), pad.size());
        return Chain{state.h0, state.h1, state.h2, state.h3, state.h4};
    };
    inner_ = absorb(0x36);
    outer_ = absorb(0x5c);
    OPENSSL_cleanse(padded.data(), padded.size());
    begin();
}

HmacSha1::~HmacSha1()
{
    OPENSSL_cleanse(this, sizeof *this);
}

HmacSha1::State HmacSha1::after_pad(const Chain& chain) noexcept
{
    SHA_CTX state;
    SHA1_Init(&state);
    state.h0 = chain[0];
    state.h1 = chain[1];
    state.h2 = chain[2];
    state.h3 = chain[3];
    state.h4 = chain[4];
    state.Nl = SHA_CBLOCK * 8;  // bits so far
    return std::bit_cast<State>(state);
}

void HmacSha1::add(std::span<const std::uint8_t> bytes) noexcept
{
    auto state = std::bit_cast<SHA_CTX>(running_);
    SHA1_Update(&state, bytes.data(), bytes.size());
    running_ = std::bit_cast<State>(state);
}

HmacSha1::Digest HmacSha1::finish() noexcept
{
    Digest digest{};
    auto state = std::bit_cast<SHA_CTX>(running_);
    SHA1_Final(digest.data(), &state);
    state = std::bit_cast<SHA_CTX>(after_pad(outer_));
    SHA1_Update(&state, digest.data(), digest.size());
    SHA1_Final(digest.data(), &state);
    begin();
    return digest;
}

}  // namespace rb::wire
