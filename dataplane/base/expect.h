// expect.h — the check for "this one leg is wrong": counted, and the caller sheds the leg; the node lives.
//
//     if (!RB_EXPECT(frame.size() == expected)) { return shed(leg); }
//
// Test builds define RB_EXPECT_ABORTS, so that there it stops as an assertion does.
#pragma once

#include "dataplane/base/assert.h"

#include <cstdint>

namespace rb {

/// How many expectations failed on this thread; a worker publishes the figure in its counters.
/// Owner: the thread that reads it.
inline thread_local std::uint64_t failed_expectations = 0;

namespace detail {

[[gnu::cold]] inline bool expectation_failed(const char* expression, const char* file, int line)
{
#ifdef RB_EXPECT_ABORTS
    assert_failed(expression, file, line);
#else
    static_cast<void>(expression);
    static_cast<void>(file);
    static_cast<void>(line);
    ++failed_expectations;
    return false;
#endif
}

}  // namespace detail
}  // namespace rb

#define RB_EXPECT(expression)                              \
    (__builtin_expect(static_cast<bool>(expression), 1) || \
     ::rb::detail::expectation_failed(#expression, __FILE__, __LINE__))
