#include "signaling/fingerprint.h"

#include "signaling/text.h"

namespace rb::sip {
namespace {

struct HashInfo {
    std::string_view name;
    std::size_t bytes = 0;
};

constexpr std::array<HashInfo, static_cast<std::size_t>(FingerprintHash::Count_)> kHashes{
    {{"sha-1", 20}, {"sha-256", 32}, {"sha-384", 48}, {"sha-512", 64}}};
constexpr std::array<std::string_view, 4> kSetups{"actpass", "active", "passive", "holdconn"};

std::optional<unsigned> hex_digit(char digit) noexcept
{
    if (digit >= '0' && digit <= '9') {
        return static_cast<unsigned>(digit - '0');
    }
    const char upper = digit >= 'a' && digit <= 'f' ? static_cast<char>(digit - 'a' + 'A') : digit;
    return upper >= 'A' && upper <= 'F' ? std::optional{static_cast<unsigned>(upper - 'A' + 10)} : std::nullopt;
}

}  // namespace

std::size_t fingerprint_bytes(FingerprintHash hash) noexcept
{
    return kHashes[static_cast<std::size_t>(hash)].bytes;
}

std::span<const std::uint8_t> Fingerprint::used() const noexcept
{
    return std::span{bytes}.first(fingerprint_bytes(hash));
}

std::optional<Fingerprint> read_fingerprint(std::string_view value)
{
    const auto name = take_word(value);
    const auto hex = trim(value);
    for (std::size_t i = 0; i < kHashes.size(); ++i) {
        if (!equal_ignoring_case(name, kHashes[i].name) || hex.size() + 1 != kHashes[i].bytes * 3) {
            continue;
        }
        Fingerprint fingerprint{.hash = static_cast<FingerprintHash>(i)};
        for (std::size_t at = 0; at < kHashes[i].bytes; ++at) {
            const auto high = hex_digit(hex[at * 3]);
            const auto low = hex_digit(hex[at * 3 + 1]);
            if (!high || !low || (at * 3 + 2 < hex.size() && hex[at * 3 + 2] != ':')) {
                return std::nullopt;
            }
            fingerprint.bytes[at] = static_cast<std::uint8_t>(*high << 4U | *low);
        }
        return fingerprint;
    }
    return std::nullopt;
}

std::string write_fingerprint(const Fingerprint& fingerprint)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string text{kHashes[static_cast<std::size_t>(fingerprint.hash)].name};
    char separator = ' ';
    for (const std::uint8_t byte : fingerprint.used()) {
        text += separator;
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0xfU];
        separator = ':';
    }
    return text;
}

std::optional<DtlsSetup> read_setup(std::string_view value) noexcept
{
    for (std::size_t i = 0; i < kSetups.size(); ++i) {
        if (equal_ignoring_case(trim(value), kSetups[i])) {
            return static_cast<DtlsSetup>(i);
        }
    }
    return std::nullopt;
}

std::string_view setup_name(DtlsSetup setup) noexcept
{
    return kSetups[static_cast<std::size_t>(setup)];
}

}  // namespace rb::sip
