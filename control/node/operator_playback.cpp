#include "control/node/operator_playback.h"

#include "codecs/codec_info.h"
#include "codecs/gain.h"

#include <charconv>
#include <cstdlib>
#include <optional>

namespace rb::node {
namespace {

using bridges::PlayerStep;
using What = PlayerStep::What;
using Arguments = std::vector<std::string>;

constexpr int kDistanceMax_ms = 24 * 3600 * 1000;

std::optional<int> read_number(const std::string& text, int min, int max)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && number >= min && number <= max ? std::optional{number} : std::nullopt;
}

std::string describe(const PlayerStep& step)
{
    switch (step.what) {
        case What::Pause:
            return "pauses";
        case What::Resume:
            return "goes on";
        case What::Restart:
            return "begins again";
        case What::Skip:
            return std::string{step.by < 0 ? "is back by " : "is ahead by "} +
                   std::to_string(std::abs(step.by) * static_cast<int>(codecs::kFrame_ms)) + " ms";
        case What::Volume:
            return "is at " + std::to_string(step.by) + " dB";
        case What::End:
            return "ends";
    }
    return {};
}

cli::Reply steer(engine::CallEngine& engine, const std::string& whom, const PlayerStep& step)
{
    engine::Room* room = engine.rooms().find(whom);
    engine::Channel* channel = room == nullptr ? engine.find_channel(whom) : nullptr;
    if (room == nullptr && channel == nullptr) {
        return failure("no room or call " + whom + "; rbctl rooms and rbctl calls list them");
    }
    if (!(room != nullptr ? engine.steer(*room, step) : engine.steer(*channel, step))) {
        return failure("nothing plays to " + whom);
    }
    return std::vector<std::string>{"what plays to " + whom + " " + describe(step)};
}

/// forward and reverse: by milliseconds, in whole frames.
cli::Reply skip(engine::CallEngine& engine, const Arguments& arguments, int sign)
{
    const auto distance_ms = read_number(arguments[1], 0, kDistanceMax_ms);
    if (!distance_ms) {
        return failure("'" + arguments[1] + "' is no number of milliseconds up to a day");
    }
    return steer(engine, arguments[0],
                 {.what = What::Skip, .by = sign * *distance_ms / static_cast<int>(codecs::kFrame_ms)});
}

cli::Reply set_volume(engine::CallEngine& engine, const Arguments& arguments)
{
    const auto gain_db = read_number(arguments[1], -codecs::kGainMax_db, codecs::kGainMax_db);
    if (!gain_db) {
        return failure("'" + arguments[1] + "' is no gain from -30 to 30 dB");
    }
    return steer(engine, arguments[0], {.what = What::Volume, .by = *gain_db});
}

}  // namespace

std::map<std::string_view, std::function<cli::Reply(const Arguments&)>> playback_verbs(engine::CallEngine& engine)
{
    return {
        {"playback pause", [&](const Arguments& a) { return steer(engine, a[0], {.what = What::Pause}); }},
        {"playback resume", [&](const Arguments& a) { return steer(engine, a[0], {.what = What::Resume}); }},
        {"playback restart", [&](const Arguments& a) { return steer(engine, a[0], {.what = What::Restart}); }},
        {"playback stop", [&](const Arguments& a) { return steer(engine, a[0], {.what = What::End}); }},
        {"playback forward", [&](const Arguments& a) { return skip(engine, a, 1); }},
        {"playback reverse", [&](const Arguments& a) { return skip(engine, a, -1); }},
        {"playback volume", [&](const Arguments& a) { return set_volume(engine, a); }},
    };
}

}  // namespace rb::node
