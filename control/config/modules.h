// modules.h — Asterisk's module names that stand for a feature of this node (CFG-16).
#pragma once

#include <string>
#include <string_view>

namespace rb::config {

/// Lower case, without ".so".
[[nodiscard]] std::string module_name(std::string_view text);
[[nodiscard]] bool is_known_module(std::string_view name);

}  // namespace rb::config
