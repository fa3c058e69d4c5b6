#include "control/config/tones.h"

#include "control/config/text.h"

#include <algorithm>
#include <charconv>

namespace rb::config {
namespace {

constexpr unsigned kFrequencyMax = 4000;      ///< Hz: what an 8 kHz leg can carry
constexpr unsigned kDurationMax = 3'600'000;  ///< ms

bool is_number(std::string_view text, unsigned max)
{
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() && number <= max;
}

bool is_tone(std::string_view part)
{
    if (part.starts_with('!')) {
        part.remove_prefix(1);
    }
    const auto slash = part.find('/');
    if (slash != std::string_view::npos && !is_number(part.substr(slash + 1), kDurationMax)) {
        return false;
    }
    const auto frequencies = part.substr(0, slash);
    const auto second = frequencies.find_first_of("+*");
    return is_number(frequencies.substr(0, second), kFrequencyMax) &&
           (second == std::string_view::npos || is_number(frequencies.substr(second + 1), kFrequencyMax));
}

ToneZone zone(std::string country, std::string description, std::vector<Millis> ringcadence,
              std::map<std::string, std::string> tones)
{
    return {.country = std::move(country),
            .description = std::move(description),
            .ringcadence = std::move(ringcadence),
            .tones = std::move(tones)};
}

}  // namespace

Result<void> check_tones(std::string_view text)
{
    const auto parts = split(text, ',');
    const auto wrong = std::find_if_not(parts.begin(), parts.end(), is_tone);
    if (parts.empty() || wrong != parts.end()) {
        return failure("'" + std::string{parts.empty() ? text : *wrong} +
                       "' is not a tone: expected frequency[+frequency]/milliseconds, such as 440+480/2000");
    }
    return {};
}

const std::map<std::string, ToneZone>& built_in_tone_zones()
{
    static const std::map<std::string, ToneZone> kZones{
        {"us", zone("us", "United States", {Millis{2000}, Millis{4000}},
                    {{"dial", "350+440"},
                     {"busy", "480+620/500,0/500"},
                     {"ring", "440+480/2000,0/4000"},
                     {"congestion", "480+620/250,0/250"},
                     {"callwaiting", "440/300,0/10000"},
                     {"dialrecall", "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440"},
                     {"record", "1400/500,0/15000"},
                     {"info", "!950/330,!1400/330,!1800/330,0"},
                     {"stutter", "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440"}})},
        {"de", zone("de", "Germany", {Millis{1000}, Millis{4000}},
                    {{"dial", "425"},
                     {"busy", "425/480,0/480"},
                     {"ring", "425/1000,0/4000"},
                     {"congestion", "425/240,0/240"},
                     {"callwaiting", "!425/200,!0/200,!425/200,!0/5000,!425/200,!0/200,!425/200,!0/5000,0"},
                     {"dialrecall", "!425/100,!0/100,!425/100,!0/100,!425/100,!0/100,425"},
                     {"record", "1400/80,0/15000"},
                     {"info", "950/330,0/200,1400/330,0/200,1800/330,0/1000"},
                     {"stutter", "425+400"}})},
        {"uk", zone("uk", "United Kingdom", {Millis{400}, Millis{200}, Millis{400}, Millis{2000}},
                    {{"dial", "350+440"},
                     {"busy", "400/375,0/375"},
                     {"ring", "400+450/400,0/200,400+450/400,0/2000"},
                     {"congestion", "400/400,0/350,400/225,0/525"},
                     {"callwaiting", "400/100,0/4000"},
                     {"dialrecall", "350+440"},
                     {"record", "1400/500,0/60000"},
                     {"info", "950/330,0/15,1400/330,0/15,1800/330,0/1000"},
                     {"stutter", "350+440/750,440/750"}})},
        {"fr", zone("fr", "France", {Millis{1500}, Millis{3500}},
                    {{"dial", "440"},
                     {"busy", "440/500,0/500"},
                     {"ring", "440/1500,0/3500"},
                     {"congestion", "440/250,0/250"},
                     {"callwaiting", "440/300,0/10000"},
                     {"dialrecall", "!350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440"},
                     {"record", "1400/500,0/15000"},
                     {"info", "!950/330,!1400/330,!1800/330,0"},
                     {"stutter", "!440/100,!0/100,!440/100,!0/100,!440/100,!0/100,440"}})},
    };
    return kZones;
}

}  // namespace rb::config
