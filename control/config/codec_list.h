// codec_list.h — Asterisk's allow and disallow: an ordered list of codec names built line by line.
#pragma once

#include "control/config/sip_objects.h"

#include <string_view>

namespace rb::config {

/// Codecs this node has, in the order that `all` gives them.
[[nodiscard]] const std::vector<std::string_view>& known_codecs();

/// `allow = !all,g722,alaw`: adds in order what is not there yet; `!name` takes off, `!all` everything.
/// A name unknown here is a warning, and the rest of the list is kept. "g722:20" loses its packet time with a warning.
[[nodiscard]] Result<void> apply_allow(Names& codecs, std::string_view list, std::vector<std::string>& warnings);
/// `disallow = all` or names; a name unknown here is no matter, since it is not on the list.
[[nodiscard]] Result<void> apply_disallow(Names& codecs, std::string_view list);

}  // namespace rb::config
