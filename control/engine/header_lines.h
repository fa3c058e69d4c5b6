// header_lines.h — the headers of a received message, kept for as long as a call lasts.
#pragma once

#include "signaling/message.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rb::engine {

/// One piece of text: as a list of strings the headers of an INVITE would take three times the room, for each call.
class HeaderLines {
public:
    HeaderLines() = default;
    /// headers   their values without line breaks
    explicit HeaderLines(const sip::Headers& headers);

    /// The value of the `nth` header (from 1) of that name, whose case does not matter; nothing where there are fewer.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name, std::size_t nth) const noexcept;

private:
    std::string lines_;  // "name:value\n" each
};

}  // namespace rb::engine
