// Goal: any text is a plan or refused, and every call through a plan ends.
// Method: the text is extensions.conf; a call to each extension is run with applications that end in every way.
#include "control/dialplan/interpreter.h"
#include "dataplane/base/assert.h"
#include "fuzz_channel.h"

#include <array>
#include <cstdint>

using namespace rb::dialplan;

namespace {

constexpr unsigned kCallsMax = 8;          ///< extensions tried of each plan
constexpr unsigned kApplicationsMax = 64;  ///< applications run in a call before it is hung up

void run_call(const DialplanPtr& plan, const Cursor& start)
{
    static const std::array<Finished, 5> kEnds{{{},
                                                {.outcome = Outcome::Digits, .digits = "1"},
                                                {.outcome = Outcome::Timeout},
                                                {},
                                                {.outcome = Outcome::AbsoluteTimeout}}};
    FuzzChannel channel;
    Interpreter call{plan, start};
    for (unsigned count = 0;; ++count) {
        const Next next = call.next(channel);
        if (const auto* end = std::get_if<End>(&next)) {
            if (end->reason == EndReason::HungUp) {
                return;
            }
            call.advance(channel, {.outcome = Outcome::Hangup});
            continue;
        }
        RB_ASSERT(count <= 2 * kStepsMax);
        call.advance(channel,
                     count >= kApplicationsMax ? Finished{.outcome = Outcome::Hangup} : kEnds[count % kEnds.size()]);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    rb::config::Problems problems;
    const auto source = rb::config::text_source({{"x", text}});
    const auto plan = parse_extensions(rb::config::read_ini(*source, "x", problems), default_vocabulary(), problems);
    if (plan == nullptr) {
        return 0;
    }
    unsigned calls = 0;
    for (const auto& [name, context] : plan->contexts()) {
        for (const auto& extension : context.extensions) {
            if (++calls <= kCallsMax) {
                run_call(plan, {.context = name, .exten = extension.pattern.text()});
            }
        }
    }
    return 0;
}
