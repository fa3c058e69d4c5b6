// party.h — a From or To value as text.
#pragma once

#include "signaling/message.h"

#include <string>

namespace rb::sip {

/// "\"Ann \\\"A\\\"\" <sip:ann%20b@192.0.2.1>": quotes and escapes what RFC 3261 §25.1 asks for; control characters are
/// left out, so that no value can add a line. The host is taken as it stands.
[[nodiscard]] std::string write_party(const Party& party);

}  // namespace rb::sip
