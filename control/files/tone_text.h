// tone_text.h — Asterisk's notation of tones ("!425/1000,0/4000") as segments of a ToneGenerator, and as samples.
#pragma once

#include "codecs/tone.h"
#include "dataplane/base/error.h"

#include <string_view>
#include <vector>

namespace rb::files {

struct ToneText {
    std::vector<codecs::ToneSegment> segments;
    std::size_t loop_from = 0;  ///< segments.size() = played once
};

/// Reads "[!]f1[+f2|*f2]/ms,…": segments marked ! are played once, the others over and over; without a duration a
/// segment does not end. An Error quotes the part that is wrong.
[[nodiscard]] Result<ToneText> parse_tones(std::string_view text);

/// One round of the tone, up to 30 s, made of whole 20 ms frames at the rate.
[[nodiscard]] std::vector<codecs::Sample> render_tones(const ToneText& tones, std::uint32_t rate);

}  // namespace rb::files
