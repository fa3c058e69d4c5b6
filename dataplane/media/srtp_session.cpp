#include "dataplane/media/srtp_session.h"

#include "dataplane/base/assert.h"
#include "dataplane/wire/rtp.h"

#include <openssl/crypto.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace rb::media {
namespace {

constexpr std::size_t kRtcpHeaderBytes = 8;  // with the SSRC, in the clear
constexpr std::size_t kRtcpIndexBytes = 4;
constexpr std::size_t kRtpSsrcAt = 8;
constexpr std::size_t kRtcpSsrcAt = 4;

using SetPolicy = void(srtp_crypto_policy_t*);

struct SuitePolicies {
    SetPolicy* rtp;
    SetPolicy* rtcp;
};

/// By SrtpSuite. SRTCP has no short tags (RFC 4568 §6.2.2); those of GCM have 16 bytes (RFC 7714 §13.1).
constexpr std::array<SuitePolicies, kSrtpSuites> kPolicies{{
    {srtp_crypto_policy_set_rtp_default, srtp_crypto_policy_set_rtcp_default},
    {srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32, srtp_crypto_policy_set_rtcp_default},
    {srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32, srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {srtp_crypto_policy_set_aes_gcm_128_16_auth, srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {srtp_crypto_policy_set_aes_gcm_256_16_auth, srtp_crypto_policy_set_aes_gcm_256_16_auth},
}};
static_assert(kSrtpSuites == 6, "each has its policies");

/// Why a packet was not let in.
Drop refusal(srtp_err_status_t status) noexcept
{
    // Not an exhaustive switch: the library has a score of others that cannot come of a packet.
    if (status == srtp_err_status_replay_fail) {
        return Drop::SrtpReplayed;
    }
    if (status == srtp_err_status_replay_old || status == srtp_err_status_pkt_idx_old) {
        return Drop::SrtpTooOld;
    }
    if (status == srtp_err_status_bad_param || status == srtp_err_status_parse_err) {
        return Drop::BadLength;
    }
    return Drop::SrtpAuthFailed;
}

/// Why a packet could not be sent.
Drop obstacle(srtp_err_status_t status) noexcept
{
    if (status == srtp_err_status_replay_fail) {
        return Drop::Duplicate;
    }
    return status == srtp_err_status_replay_old ? Drop::Late : Drop::SrtpNoKey;
}

std::uint32_t ssrc_at(std::span<const std::uint8_t> packet, std::size_t offset) noexcept
{
    std::uint32_t ssrc = 0;
    std::memcpy(&ssrc, packet.data() + offset, sizeof ssrc);
    return ssrc;
}

}  // namespace

Result<std::unique_ptr<SrtpSession>> SrtpSession::make(const SrtpKey& key, const std::uint32_t* ssrc)
{
    srtp_policy_t policy{};
    const SuitePolicies& policies = kPolicies[static_cast<std::size_t>(key.suite)];
    policies.rtp(&policy.rtp);
    policies.rtcp(&policy.rtcp);
    policy.ssrc.type = ssrc == nullptr ? ssrc_any_inbound : ssrc_specific;
    policy.ssrc.value = ssrc == nullptr ? 0 : *ssrc;
    std::array<unsigned char, SrtpKey::kBytesMax> bytes = key.bytes;
    policy.key = bytes.data();
    policy.window_size = kWindow;
    std::unique_ptr<SrtpSession> session{new SrtpSession};
    const SrtpMemory::Scope scope{session->memory_};
    const auto status = srtp_create(&session->context_, &policy);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    if (status != srtp_err_status_ok) {
        return failure("cannot make an SRTP session of " + std::string{srtp_suite_info(key.suite).name} + ": status " +
                       std::to_string(status));
    }
    session->tags_ = {.rtp = static_cast<std::size_t>(policy.rtp.auth_tag_len),
                      .rtcp = static_cast<std::size_t>(policy.rtcp.auth_tag_len)};
    return session;
}

Result<std::unique_ptr<SrtpSession>> SrtpSession::receiving(const SrtpKey& key)
{
    return make(key, nullptr);
}

Result<std::unique_ptr<SrtpSession>> SrtpSession::sending(const SrtpKey& key, std::uint32_t ssrc)
{
    return make(key, &ssrc);
}

SrtpSession::~SrtpSession()
{
    if (context_ == nullptr) {
        return;
    }
    const SrtpMemory::Scope scope{memory_};
    srtp_dealloc(context_);
}

tl::expected<std::span<std::uint8_t>, Drop> SrtpSession::unprotect_rtp(std::span<std::uint8_t> packet) noexcept
{
    if (packet.size() < wire::kRtpHeaderBytes + tags_.rtp) {
        return tl::unexpected(Drop::TooShort);
    }
    return unprotect(packet, ssrc_at(packet, kRtpSsrcAt), srtp_unprotect);
}

tl::expected<std::span<std::uint8_t>, Drop> SrtpSession::unprotect_rtcp(std::span<std::uint8_t> packet) noexcept
{
    if (packet.size() < kRtcpHeaderBytes + tags_.rtcp + kRtcpIndexBytes) {
        return tl::unexpected(Drop::TooShort);
    }
    return unprotect(packet, ssrc_at(packet, kRtcpSsrcAt), srtp_unprotect_rtcp);
}

template <typename Transform>
tl::expected<std::span<std::uint8_t>, Drop> SrtpSession::unprotect(std::span<std::uint8_t> packet, std::uint32_t ssrc,
                                                                   Transform transform) noexcept
{
    const auto known = std::span{streams_}.first(stream_count_);
    const bool is_new = std::find(known.begin(), known.end(), ssrc) == known.end();
    if (is_new && stream_count_ == kStreamsMax) {
        return tl::unexpected(Drop::SrtpStreams);
    }
    const SrtpMemory::Scope scope{memory_};
    int size = static_cast<int>(packet.size());
    if (const auto status = transform(context_, packet.data(), &size); status != srtp_err_status_ok) {
        return tl::unexpected(refusal(status));
    }
    if (is_new) {
        streams_[stream_count_++] = ssrc;
    }
    return packet.first(static_cast<std::size_t>(size));
}

tl::expected<std::size_t, Drop> SrtpSession::protect_rtp(std::span<std::uint8_t> room, std::size_t size) noexcept
{
    return protect(room, size, srtp_protect);
}

tl::expected<std::size_t, Drop> SrtpSession::protect_rtcp(std::span<std::uint8_t> room, std::size_t size) noexcept
{
    return protect(room, size, srtp_protect_rtcp);
}

template <typename Transform>
tl::expected<std::size_t, Drop> SrtpSession::protect(std::span<std::uint8_t> room, std::size_t size,
                                                     Transform transform) noexcept
{
    RB_ASSERT(size + kTrailerMax <= room.size());
    int bytes = static_cast<int>(size);
    if (const auto status = transform(context_, room.data(), &bytes); status != srtp_err_status_ok) {
        return tl::unexpected(obstacle(status));
    }
    return static_cast<std::size_t>(bytes);
}

}  // namespace rb::media
