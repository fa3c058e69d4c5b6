// base64.h — bytes as text (RFC 4648 §4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rb {

/// Fills `bytes` from base64; false unless the text holds just as many. Padding may be missing: some leave it out.
[[nodiscard]] bool decode_base64(std::string_view text, std::span<std::uint8_t> bytes);

/// With padding.
[[nodiscard]] std::string encode_base64(std::span<const std::uint8_t> bytes);

}  // namespace rb
