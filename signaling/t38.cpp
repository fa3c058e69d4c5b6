#include "signaling/t38.h"

#include "signaling/text.h"

#include <array>
#include <cstddef>

namespace rb::sip {
namespace {

struct NumberName {
    std::string_view name;
    std::optional<std::uint32_t> T38::*member;
};
constexpr std::array<NumberName, 5> kNumbers{{
    {"T38FaxVersion", &T38::version},
    {"T38MaxBitRate", &T38::max_bit_rate},
    {"T38FaxMaxBuffer", &T38::max_buffer},
    {"T38FaxMaxDatagram", &T38::max_datagram},
    {"T38FaxMaxIFP", &T38::max_ifp},
}};

struct FlagName {
    std::string_view name;
    bool T38::*member;
};
constexpr std::array<FlagName, 3> kFlags{{
    {"T38FaxFillBitRemoval", &T38::fill_bit_removal},
    {"T38FaxTranscodingMMR", &T38::transcoding_mmr},
    {"T38FaxTranscodingJBIG", &T38::transcoding_jbig},
}};

constexpr std::string_view kRateManagement = "T38FaxRateManagement";
constexpr std::string_view kErrorCorrection = "T38FaxUdpEC";
constexpr std::array<std::string_view, 2> kRateManagements{"localTCF", "transferredTCF"};
constexpr std::array<std::string_view, 3> kErrorCorrections{"t38UDPNoEC", "t38UDPRedundancy", "t38UDPFEC"};

/// Enumerators are indices into their names.
template <typename Enum, std::size_t kCount>
std::optional<Enum> read_name(const std::array<std::string_view, kCount>& names, std::string_view value)
{
    for (std::size_t i = 0; i < kCount; ++i) {
        if (equal_ignoring_case(names[i], value)) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

void write_line(std::string& text, std::string_view name, std::string_view value)
{
    text += "a=" + std::string{name} + (value.empty() ? "" : ":") + std::string{value} + "\r\n";
}

}  // namespace

bool read_t38(std::string_view name, std::string_view value, T38& t38)
{
    const auto word = trim(value);
    for (const NumberName& number : kNumbers) {
        if (equal_ignoring_case(number.name, name)) {
            t38.*number.member = read_number<std::uint32_t>(word);
            return true;
        }
    }
    for (const FlagName& flag : kFlags) {
        if (equal_ignoring_case(flag.name, name)) {
            t38.*flag.member = word != "0";  // the name alone says yes, and some write :1
            return true;
        }
    }
    if (equal_ignoring_case(kRateManagement, name)) {
        t38.rate_management = read_name<T38RateManagement>(kRateManagements, word);
        return true;
    }
    if (equal_ignoring_case(kErrorCorrection, name)) {
        t38.error_correction = read_name<T38ErrorCorrection>(kErrorCorrections, word);
        return true;
    }
    return false;
}

void write_t38(std::string& text, const T38& t38)
{
    for (const NumberName& number : kNumbers) {
        if (const auto& value = t38.*number.member) {
            write_line(text, number.name, std::to_string(*value));
        }
    }
    for (const FlagName& flag : kFlags) {
        if (t38.*flag.member) {
            write_line(text, flag.name, "");
        }
    }
    if (t38.rate_management) {
        write_line(text, kRateManagement, kRateManagements[static_cast<std::size_t>(*t38.rate_management)]);
    }
    if (t38.error_correction) {
        write_line(text, kErrorCorrection, kErrorCorrections[static_cast<std::size_t>(*t38.error_correction)]);
    }
}

}  // namespace rb::sip
