// command_table.h — every command of rbctl, once: what it is called, what it wants, who answers it. Dispatch,
// completion, help, the node's requests and docs/CLI.md come from here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rb::cli {

/// Who answers.
enum class Where : std::uint8_t {
    File,        ///< rbctl, from the counter file
    Node,        ///< the node, over the control socket
    NodeStream,  ///< the same, line by line until rbctl is interrupted
    Rbctl,       ///< rbctl alone
};

struct Command {
    std::string_view words;       ///< "core show channel"
    std::string_view parameters;  ///< "ID", "[ROOM]"; those in brackets may be left out
    Where where = Where::Node;
    std::string_view does;  ///< the command it is another name of; itself where it is none
    std::string_view help;
};

[[nodiscard]] std::span<const Command> commands();

/// A command found, and what followed its words.
struct Match {
    const Command* command = nullptr;  ///< nullptr: there is none of this name
    std::vector<std::string> arguments;
};
/// The longest name that the words begin with.
[[nodiscard]] Match find_command(std::span<const std::string> words);
/// Whether a command takes so many arguments.
[[nodiscard]] bool takes(const Command& command, std::size_t arguments);

/// What may stand in place of the last of these words, so that a command comes out; an empty last word = any.
[[nodiscard]] std::vector<std::string> completions(std::span<const std::string> words);
/// Up to three commands that were perhaps meant.
[[nodiscard]] std::vector<std::string_view> suggestions(std::span<const std::string> words);

/// "words parameters".
[[nodiscard]] std::string usage(const Command& command);
/// Those whose name begins with these words, one a line with its help.
[[nodiscard]] std::string help_text(std::string_view words);
/// The table of docs/CLI.md.
[[nodiscard]] std::string commands_markdown();

}  // namespace rb::cli
