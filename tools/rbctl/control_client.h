// control_client.h — one request to the node's control socket, and its answer.
#pragma once

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

}  // namespace rb::rbctl
