// Goal: any text is a pattern or refused, and matching agrees with itself whatever is dialled.
// Method: three lines: two patterns and a number; order, matching and growth are checked against each other.
#include "control/dialplan/pattern.h"
#include "dataplane/base/assert.h"

#include <cstdint>

using namespace rb::dialplan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto first_end = text.find('\n');
    const auto second_end = first_end == std::string_view::npos ? first_end : text.find('\n', first_end + 1);
    if (second_end == std::string_view::npos) {
        return 0;
    }
    const auto left = Pattern::parse(text.substr(0, first_end));
    const auto right = Pattern::parse(text.substr(first_end + 1, second_end - first_end - 1));
    const auto dialled = text.substr(second_end + 1);
    if (!left || !right) {
        return 0;
    }
    RB_ASSERT((*left < *right) == (*right > *left));
    RB_ASSERT((*left == *right) == (*right == *left));
    const auto match = left->match(dialled);
    RB_ASSERT(match != Match::None || !left->can_grow(dialled));
    RB_ASSERT(match != Match::More || left->can_grow(dialled));
    if (*left == *right) {
        RB_ASSERT(match == right->match(dialled));
    }
    return 0;
}
