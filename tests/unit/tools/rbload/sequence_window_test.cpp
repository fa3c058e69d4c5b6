// Goal: every packet of a numbered stream has one fate, and holes are counted.
// Method: scripts of numbers by hand, across the wrap; then shuffled streams as a property.
#include "tools/rbload/sequence_window.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace rb::load {
namespace {

using Arrival = SequenceWindow::Arrival;

TEST(SequenceWindow, TellsTheFates)
{
    SequenceWindow window;
    EXPECT_EQ(window.missing(), 0U);
    EXPECT_EQ(window.arrive(0xfffffffe), Arrival::New);
    EXPECT_EQ(window.arrive(1), Arrival::New);
    EXPECT_EQ(window.missing(), 2U);
    EXPECT_EQ(window.arrive(0), Arrival::Reordered);
    EXPECT_EQ(window.arrive(0), Arrival::Duplicate);
    EXPECT_EQ(window.arrive(0xfffffffd), Arrival::Late);
    EXPECT_EQ(window.missing(), 1U);
    EXPECT_EQ(window.unique(), 3U);
    EXPECT_EQ(window.duplicates(), 1U);
    EXPECT_EQ(window.reordered(), 1U);
    EXPECT_EQ(window.late(), 1U);
}

TEST(SequenceWindow, ForgetsAcrossALongHole)
{
    SequenceWindow window;
    window.arrive(0);
    EXPECT_EQ(window.arrive(1024), Arrival::New);
    EXPECT_EQ(window.arrive(1023), Arrival::Reordered);
    EXPECT_EQ(window.arrive(512), Arrival::Late);
    EXPECT_EQ(window.missing(), 1022U);
}

RC_GTEST_PROP(SequenceWindowProperty, AnyStreamIsConserved, (std::uint32_t first))
{
    const auto offsets = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 600));
    SequenceWindow window;
    for (const std::uint32_t offset : offsets) {
        window.arrive(first + offset);
    }
    RC_ASSERT(window.unique() + window.duplicates() + window.late() == offsets.size());
    RC_ASSERT(window.reordered() <= window.unique());
}

}  // namespace
}  // namespace rb::load
