// health.h — whether the node lives, takes calls, and does so as well as it should (OPS-04): the pages monitors ask.
#pragma once

#include "control/engine/admission.h"
#include "control/http/http_server.h"

#include <set>
#include <string>
#include <vector>

namespace rb::node {

/// What is judged.
struct Condition {
    std::set<std::string> stuck;                      ///< threads whose loop does not turn
    engine::Refusal refusal = engine::Refusal::None;  ///< why the next call would be refused
    unsigned retry_after_s = 0;                       ///< what its 503 would say
    std::vector<unsigned> slow_encoders;              ///< workers whose encoders save time
    bool without_uring = false;                       ///< though nobody asked for recvmmsg
    bool without_realtime = false;                    ///< though highpriority is on
    bool without_public_address = false;              ///< though there is a STUN server to tell it
    bool reload_refused = false;                      ///< the last one
};

/// Answers `prefix`/health/live (its threads turn), /health/ready (and it takes calls) and /health/degraded (and does
/// so as it should): 200, or 503, with {"status": …, "reasons": […]}. Whatever else is asked gets 404 or 405.
[[nodiscard]] http::Response answer_health(const http::Request& request, const std::string& prefix,
                                           const Condition& condition);

}  // namespace rb::node
