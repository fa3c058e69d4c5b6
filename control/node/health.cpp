#include "control/node/health.h"

#include "control/json/json_text.h"

namespace rb::node {
namespace {

using Reasons = std::vector<std::string>;

Reasons against_life(const Condition& condition)
{
    Reasons reasons;
    for (const std::string& thread : condition.stuck) {
        reasons.push_back("thread " + thread + " does not turn its loop");
    }
    return reasons;
}

Reasons against_calls(const Condition& condition)
{
    Reasons reasons = against_life(condition);
    if (condition.refusal != engine::Refusal::None) {
        reasons.push_back("new calls get 503: " + std::string{to_string(condition.refusal)});
    }
    return reasons;
}

Reasons against_quality(const Condition& condition)
{
    Reasons reasons = against_calls(condition);
    for (const unsigned worker : condition.slow_encoders) {
        reasons.push_back("worker " + std::to_string(worker) + " is busy and encodes with less complexity");
    }
    if (condition.without_uring) {
        reasons.emplace_back("workers use recvmmsg: io_uring cannot be had");
    }
    if (condition.without_realtime) {
        reasons.emplace_back("workers run with ordinary priority");
    }
    if (condition.without_public_address) {
        reasons.emplace_back("the STUN server of rtp.conf has told no public address");
    }
    if (condition.reload_refused) {
        reasons.emplace_back("the last reload was refused");
    }
    return reasons;
}

http::Response verdict(const Reasons& reasons, const char* well, const char* ill)
{
    std::vector<std::string> quoted;
    for (const std::string& reason : reasons) {
        quoted.push_back(json::quote(reason));
    }
    return {
        .status = reasons.empty() ? 200U : 503U,
        .body =
            json::Object{}.add_text("status", reasons.empty() ? well : ill).add("reasons", json::array(quoted)).str()};
}

}  // namespace

http::Response answer_health(const http::Request& request, const std::string& prefix, const Condition& condition)
{
    const bool below = request.path.starts_with(prefix + "/health/");
    const std::string page =
        below ? request.path.substr(prefix.size() + std::string{"/health/"}.size()) : std::string{};
    if (page != "live" && page != "ready" && page != "degraded") {
        return http::error_response(404, "nothing is at " + request.path + ": there are " + prefix +
                                             "/health/live, /health/ready and /health/degraded");
    }
    if (request.method != "GET" && request.method != "HEAD") {
        http::Response response = http::error_response(405, "health is only asked for, by GET or HEAD");
        response.fields.emplace_back("Allow", "GET, HEAD");
        return response;
    }
    if (page == "live") {
        return verdict(against_life(condition), "live", "stuck");
    }
    if (page == "degraded") {
        return verdict(against_quality(condition), "well", "degraded");
    }
    http::Response response = verdict(against_calls(condition), "ready", "not ready");
    if (response.status == 503) {
        response.fields.emplace_back("Retry-After", std::to_string(condition.retry_after_s));
    }
    return response;
}

}  // namespace rb::node
