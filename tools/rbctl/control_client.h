// control_client.h — one request to the node's control socket, and its answer, which may go on without an end.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace rb::rbctl {

struct Answer {
    enum class Outcome {
        Done,
        Refused,  ///< by the node: `lines` holds why
        NoNode,   ///< nobody answers: the same
    };
    Outcome outcome = Outcome::Done;
    std::vector<std::string> lines;
};

/// Sends the words as one request and waits for the answer, ten seconds at most.
[[nodiscard]] Answer ask(const std::string& socket_path, const std::vector<std::string>& words);

/// Sends the words as one request and hands on each line of the answer as it comes, until `take` returns false or
/// SIGINT or SIGTERM does: that is Done, and ends nothing else. NoNode as soon as the node has ended, too.
[[nodiscard]] Answer follow(const std::string& socket_path, const std::vector<std::string>& words,
                            const std::function<bool(const std::string&)>& take);

}  // namespace rb::rbctl
