// assert.h — the two checks of this project, both on in every build.
//
// RB_ASSERT: memory and ownership would be wrong; nothing after this line can be trusted. Abort.
// (RB_EXPECT, for "this one leg is wrong", lives in dataplane/base/expect.h: it counts and sheds the leg.)
#pragma once

#include <cstdio>
#include <cstdlib>

namespace rb::detail {

[[noreturn]] [[gnu::cold]] inline void assert_failed(const char* expression, const char* file, int line)
{
    static_cast<void>(std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression));
    std::abort();
}

}  // namespace rb::detail

#define RB_ASSERT(expression)                           \
    (__builtin_expect(static_cast<bool>(expression), 1) \
         ? static_cast<void>(0)                         \
         : ::rb::detail::assert_failed(#expression, __FILE__, __LINE__))
