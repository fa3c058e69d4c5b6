// kernel.h — RB_KERNEL marks a wide loop to be compiled once for each level of x86-64 and chosen when the node starts.
//
// Such functions live in *_kernel.cpp (built with -O3), are plain scalar C++ on __restrict pointers, and take no part
// in any decision. Sanitizers instrument before the choice can be made, and clang 14 does not know the levels by name.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define RB_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define RB_KERNEL
#endif
