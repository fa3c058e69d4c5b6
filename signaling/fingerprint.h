// fingerprint.h — a=fingerprint and a=setup of SDP: whose certificate a DTLS handshake has to show, and who begins it
// (RFC 8122, RFC 4145, RFC 5763).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rb::sip {

/// The hashes of RFC 8122 §5 that nobody has broken, the strongest last; and SHA-1, which some still write.
enum class FingerprintHash : std::uint8_t {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    Count_,  ///< number of hashes; keep last
};

/// The hash of a certificate.
struct Fingerprint {
    static constexpr std::size_t kBytesMax = 64;

    FingerprintHash hash = FingerprintHash::Sha256;
    std::array<std::uint8_t, kBytesMax> bytes{};  ///< as many as the hash has; the rest is zero

    [[nodiscard]] std::span<const std::uint8_t> used() const noexcept;

    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Bytes of a hash.
[[nodiscard]] std::size_t fingerprint_bytes(FingerprintHash hash) noexcept;

/// Reads what follows "a=fingerprint:", such as "sha-256 4A:AD:…"; nothing where the hash is none of ours or the bytes
/// are not as many as it has.
[[nodiscard]] std::optional<Fingerprint> read_fingerprint(std::string_view value);

/// The value of the line; read_fingerprint(write_fingerprint(x)) == x.
[[nodiscard]] std::string write_fingerprint(const Fingerprint& fingerprint);

/// Who sends the ClientHello: its writer, the other side, or whoever the answer names.
enum class DtlsSetup : std::uint8_t {
    ActPass,
    Active,
    Passive,
    HoldConn,  ///< nobody (RFC 4145 §4); not permitted here (RFC 5763 §5)
};

/// Reads what follows "a=setup:".
[[nodiscard]] std::optional<DtlsSetup> read_setup(std::string_view value) noexcept;
[[nodiscard]] std::string_view setup_name(DtlsSetup setup) noexcept;

}  // namespace rb::sip
