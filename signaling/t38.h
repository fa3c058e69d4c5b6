// t38.h — what SDP says of a fax by T.38 over UDPTL: the attributes of ITU-T T.38 annex D, as a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rb::sip {

/// How the training check of a fax travels.
enum class T38RateManagement : std::uint8_t {
    LocalTcf,
    TransferredTcf
};

/// What makes up for lost datagrams.
enum class T38ErrorCorrection : std::uint8_t {
    None,
    Redundancy,
    Fec
};

/// Nothing in it = as by default; what one end says goes to the other, which is why only known values are read.
struct T38 {
    std::optional<std::uint32_t> version;
    std::optional<std::uint32_t> max_bit_rate;
    std::optional<T38RateManagement> rate_management;
    std::optional<std::uint32_t> max_buffer;    ///< bytes
    std::optional<std::uint32_t> max_datagram;  ///< bytes
    std::optional<std::uint32_t> max_ifp;       ///< bytes
    std::optional<T38ErrorCorrection> error_correction;
    bool fill_bit_removal = false;
    bool transcoding_mmr = false;
    bool transcoding_jbig = false;

    friend bool operator==(const T38&, const T38&) = default;
};

/// Reads an attribute; false when it is none of T.38's. What cannot be understood is left out.
///
/// name    what stands before the colon; the case does not matter, for peers differ in it
bool read_t38(std::string_view name, std::string_view value, T38& t38);

/// The lines of one m= section.
void write_t38(std::string& text, const T38& t38);

}  // namespace rb::sip
