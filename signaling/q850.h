// q850.h — SIP response codes and Q.850 causes into each other, and the Reason header that carries them (RFC 3326).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rb::sip {

/// The cause a final response stands for, as Asterisk maps it; 2xx = 16.
[[nodiscard]] int cause_from_code(int code) noexcept;

/// The final response (400–699) for a call that ends unanswered with this cause; 603 where nothing fits better.
[[nodiscard]] int code_from_cause(int cause) noexcept;

/// The cause of a name as Asterisk writes it, with or without AST_CAUSE_ before it; nothing for any other text.
[[nodiscard]] std::optional<int> cause_from_name(std::string_view name);

/// What a cause is usually called, "User busy"; empty where it has no usual name.
[[nodiscard]] std::string_view cause_text(int cause);

/// "Q.850;cause=17;text=\"User busy\"", the text only where the cause has a usual one.
[[nodiscard]] std::string write_reason(int cause);

/// Reads one Reason value or several parted by commas: the Q.850 cause when there is one, else that of the SIP code.
/// Nothing when neither is there or the number is out of range (1–127).
[[nodiscard]] std::optional<int> read_reason(std::string_view header);

}  // namespace rb::sip
