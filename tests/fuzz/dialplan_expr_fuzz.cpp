// Goal: substitution and expressions survive any text, and what comes out is bounded.
// Method: the text is an argument of a call whose variables name each other.
#include "control/dialplan/expression.h"
#include "control/dialplan/variables.h"
#include "dataplane/base/assert.h"
#include "fuzz_channel.h"

#include <cstdint>

using namespace rb::dialplan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    static_cast<void>(evaluate(text));
    FuzzChannel channel;
    channel.variables().set("A", "B");
    channel.variables().set("B", "1-2-3");
    channel.variables().set("C", std::string{text.substr(0, size / 2)});
    const rb::config::Place place;
    const auto result = substitute(text, {.channel = channel, .context = "c", .exten = "1", .place = place});
    RB_ASSERT(result.size() <= kSubstitutedMax + size);
    return 0;
}
