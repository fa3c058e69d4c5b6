// srtp_suite.h — the SRTP crypto suites and their keys as values: signalling agrees on them, media uses them, and a
// handshake may yield them as well as SDP.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rb {

/// Suites of RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14.2.
enum class SrtpSuite : std::uint8_t {
    AesCm128HmacSha1_80,
    AesCm128HmacSha1_32,
    AesCm256HmacSha1_80,
    AesCm256HmacSha1_32,
    AeadAes128Gcm,
    AeadAes256Gcm,
    Count_,  ///< number of suites; keep last
};

inline constexpr std::size_t kSrtpSuites = static_cast<std::size_t>(SrtpSuite::Count_);

struct SrtpSuiteInfo {
    std::string_view name;           ///< in SDP
    std::size_t key_bytes = 0;       ///< of the master key
    std::size_t salt_bytes = 0;      ///< of the master salt
    std::string_view old_name = {};  ///< how some wrote it before RFC 6188; empty = as now
};

inline constexpr std::array<SrtpSuiteInfo, kSrtpSuites> kSrtpSuiteInfos{{
    {"AES_CM_128_HMAC_SHA1_80", 16, 14},
    {"AES_CM_128_HMAC_SHA1_32", 16, 14},
    {"AES_256_CM_HMAC_SHA1_80", 32, 14, "AES_CM_256_HMAC_SHA1_80"},
    {"AES_256_CM_HMAC_SHA1_32", 32, 14, "AES_CM_256_HMAC_SHA1_32"},
    {"AEAD_AES_128_GCM", 16, 12},
    {"AEAD_AES_256_GCM", 32, 12},
}};

constexpr const SrtpSuiteInfo& srtp_suite_info(SrtpSuite suite) noexcept
{
    return kSrtpSuiteInfos[static_cast<std::size_t>(suite)];
}

/// The suite SDP calls so, now or before RFC 6188.
constexpr std::optional<SrtpSuite> srtp_suite_by_name(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < kSrtpSuites; ++i) {
        if (!name.empty() && (name == kSrtpSuiteInfos[i].name || name == kSrtpSuiteInfos[i].old_name)) {
            return static_cast<SrtpSuite>(i);
        }
    }
    return std::nullopt;
}

/// A master key and salt. Secret: never logged, never shown.
struct SrtpKey {
    static constexpr std::size_t kBytesMax = 46;

    SrtpSuite suite = SrtpSuite::AesCm128HmacSha1_80;
    std::array<std::uint8_t, kBytesMax> bytes{};  ///< key, then salt; the rest is zero

    [[nodiscard]] constexpr std::size_t size() const noexcept
    {
        return srtp_suite_info(suite).key_bytes + srtp_suite_info(suite).salt_bytes;
    }
    [[nodiscard]] std::span<const std::uint8_t> used() const noexcept { return {bytes.data(), size()}; }
    [[nodiscard]] std::span<std::uint8_t> used() noexcept { return {bytes.data(), size()}; }

    friend bool operator==(const SrtpKey&, const SrtpKey&) = default;
};

}  // namespace rb
