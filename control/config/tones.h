// tones.h — the tones of a country: the notation of indications.conf, and the countries that are built in.
#pragma once

#include "control/config/media_objects.h"

namespace rb::config {

/// Checks "[!]frequency[+frequency|*frequency]/milliseconds,…"; the duration may be left out, for a tone without end.
/// Frequencies up to 4000 Hz. An Error names the part that is wrong.
[[nodiscard]] Result<void> check_tones(std::string_view text);

/// us, de, uk and fr (ITU-T E.180 supplement 2), by country.
[[nodiscard]] const std::map<std::string, ToneZone>& built_in_tone_zones();

}  // namespace rb::config
