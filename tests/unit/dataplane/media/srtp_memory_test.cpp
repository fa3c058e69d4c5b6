#include "dataplane/media/srtp_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>

namespace rb::media {
namespace {

bool is_within(const void* allocated, const SrtpMemory& memory)
{
    const auto at = reinterpret_cast<std::uintptr_t>(allocated);
    const auto begin = reinterpret_cast<std::uintptr_t>(&memory);
    return at >= begin && at < begin + sizeof memory;
}

bool is_zero(const void* allocated, std::size_t bytes)
{
    const std::span all{static_cast<const std::uint8_t*>(allocated), bytes};
    return std::ranges::all_of(all, [](std::uint8_t byte) { return byte == 0; });
}

TEST(SrtpMemory, IsTakenFromOnePieceInScope)
{
    SrtpMemory memory;
    const SrtpMemory::Scope scope{memory};
    void* const first = SrtpMemory::allocate(24);
    void* const aligned = SrtpMemory::allocate(300, 64);

    EXPECT_TRUE(is_within(first, memory));
    EXPECT_TRUE(is_within(aligned, memory));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned) % 64, 0U);
    EXPECT_GE(static_cast<std::uint8_t*>(aligned) - static_cast<std::uint8_t*>(first), 24);
}

TEST(SrtpMemory, IsOfTheHeapOutOfScopeAndBeyondItsEnd)
{
    SrtpMemory memory;
    void* const outside = SrtpMemory::allocate(24);
    EXPECT_FALSE(is_within(outside, memory));
    SrtpMemory::free(outside);

    const SrtpMemory::Scope scope{memory};
    void* const all = SrtpMemory::allocate(SrtpMemory::kBytes);
    void* const beyond = SrtpMemory::allocate(100, 64);
    EXPECT_TRUE(is_within(all, memory));
    EXPECT_FALSE(is_within(beyond, memory));
    EXPECT_TRUE(is_zero(beyond, 100));
    SrtpMemory::free(beyond);
    SrtpMemory::free(nullptr);
}

TEST(SrtpMemory, GivesTheNewestAwayAgainAsZeroes)
{
    SrtpMemory memory;
    const SrtpMemory::Scope scope{memory};
    void* const stays = SrtpMemory::allocate(16);
    void* const goes = SrtpMemory::allocate(100);
    std::fill_n(static_cast<std::uint8_t*>(goes), 100, std::uint8_t{0xa5});
    SrtpMemory::free(goes);

    void* const next = SrtpMemory::allocate(200);
    EXPECT_EQ(next, goes);
    EXPECT_NE(next, stays);
    EXPECT_TRUE(is_zero(next, 200));
}

TEST(SrtpMemory, ScopesNest)
{
    SrtpMemory outer;
    SrtpMemory inner;
    const SrtpMemory::Scope scope{outer};
    {
        const SrtpMemory::Scope within{inner};
        EXPECT_TRUE(is_within(SrtpMemory::allocate(16), inner));
    }
    EXPECT_TRUE(is_within(SrtpMemory::allocate(16), outer));
}

}  // namespace
}  // namespace rb::media
