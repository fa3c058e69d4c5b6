#include "control/files/tone_text.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace rb::files {
namespace {

constexpr std::uint32_t kEndless_ms = 10'000;  // one round of a tone without end
constexpr std::uint32_t kRoundMax_ms = 30'000;

bool read_number(std::string_view text, unsigned& value)
{
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size();
}

Result<codecs::ToneSegment> parse_segment(std::string_view text)
{
    codecs::ToneSegment segment;
    const auto slash = text.find('/');
    const std::string_view frequencies = text.substr(0, slash);
    const auto joint = frequencies.find_first_of("+*");
    unsigned first = 0;
    unsigned second = 0;
    unsigned duration = 0;
    const bool whole = read_number(frequencies.substr(0, joint), first) &&
                       (joint == std::string_view::npos || read_number(frequencies.substr(joint + 1), second)) &&
                       (slash == std::string_view::npos || read_number(text.substr(slash + 1), duration));
    if (!whole || first > 4000 || second > 4000) {
        return failure("'" + std::string{text} + "' is no tone: expected frequency[+frequency]/milliseconds");
    }
    return codecs::ToneSegment{.first_hz = static_cast<std::uint16_t>(first),
                               .second_hz = static_cast<std::uint16_t>(second),
                               .modulated = joint != std::string_view::npos && frequencies[joint] == '*',
                               .duration_ms = duration};
}

}  // namespace

Result<ToneText> parse_tones(std::string_view text)
{
    ToneText tones;
    bool looping = false;
    while (!text.empty()) {
        const auto comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        const bool once = part.starts_with('!');
        const auto segment = parse_segment(once ? part.substr(1) : part);
        if (!segment) {
            return tl::unexpected(segment.error());
        }
        if (!once && !looping) {
            looping = true;
            tones.loop_from = tones.segments.size();
        }
        tones.segments.push_back(*segment);
    }
    if (tones.segments.empty() || tones.segments.size() > codecs::kToneSegmentsMax) {
        return failure("a tone has 1 to " + std::to_string(codecs::kToneSegmentsMax) + " segments");
    }
    if (!looping) {
        tones.loop_from = tones.segments.size();
    }
    return tones;
}

std::vector<codecs::Sample> render_tones(const ToneText& tones, std::uint32_t rate)
{
    std::uint32_t round_ms = 0;
    for (const codecs::ToneSegment& segment : tones.segments) {
        round_ms += segment.duration_ms == 0 ? kEndless_ms : segment.duration_ms;
    }
    const std::uint32_t frames = (std::min(round_ms, kRoundMax_ms) + codecs::kFrame_ms - 1) / codecs::kFrame_ms;
    std::vector<codecs::Sample> samples(frames * codecs::frame_samples(rate));
    codecs::ToneGenerator generator{{.segments = tones.segments, .loop_from = tones.segments.size()}, rate};
    generator.generate(samples);
    return samples;
}

}  // namespace rb::files
