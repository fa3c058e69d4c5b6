// measure_translation.h — what each codec costs on this machine, measured before the first call.
#pragma once

#include "control/config/media_objects.h"
#include "control/engine/translation.h"

namespace rb::node {

/// Codes a moment of sound in each codec, for each rate of a mix, with Opus as configured. Takes some tens of
/// milliseconds, on a thread that is no worker's.
[[nodiscard]] engine::TranslationCosts measure_translation(const config::Opus& opus);

}  // namespace rb::node
