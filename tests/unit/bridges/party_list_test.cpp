// Goal: a fan-out that runs over several slots serves each party once, whoever joins and leaves meanwhile.
// Method: random joins, leaves and steps of a cursor as a property; growing by hand.
#include "bridges/party_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace rb::bridges {
namespace {

std::unique_ptr<media::Leg> make_leg(std::uint32_t index)
{
    Rng rng{index};
    auto plan = std::make_unique<media::MediaPlan>();
    return std::make_unique<media::Leg>(media::LegRef{.index = index, .generation = 1}, std::array{-1, -1},
                                        std::move(plan), rng, 0ns);
}

RC_GTEST_PROP(PartyListProperty, EachPartyOfAFanOutIsServedOnce, ())
{
    std::vector<std::unique_ptr<media::Leg>> legs;
    std::vector<media::Leg*> outside;
    for (std::uint32_t i = 0; i < 24; ++i) {
        outside.push_back(legs.emplace_back(make_leg(i)).get());
    }
    PartyList list{24};
    for (int i = 0; i < 12; ++i) {
        list.add(*outside.back());
        outside.pop_back();
    }
    std::map<media::Leg*, int> served;
    std::set<media::Leg*> stayed(list.legs().begin(), list.legs().end());  // from the first step to the last
    std::uint32_t cursor = 0;
    while (cursor < list.size()) {
        const auto draw = *rc::gen::inRange(0, 100);
        if (draw < 40) {
            ++served[list.legs()[cursor++]];
        } else if (draw < 75 && list.size() > 0) {
            media::Leg* leaving = list.legs()[static_cast<std::size_t>(draw) % list.size()];
            list.remove(*leaving, cursor);
            stayed.erase(leaving);
            served.erase(leaving);
            outside.insert(outside.begin(), leaving);
        } else if (!outside.empty()) {
            list.add(*outside.back());
            outside.pop_back();
        }
        RC_ASSERT(cursor <= list.size());
        for (std::uint32_t i = 0; i < list.size(); ++i) {
            RC_ASSERT(list.legs()[i]->party_index == i);
        }
    }
    for (media::Leg* leg : stayed) {
        RC_ASSERT(served[leg] == 1);
    }
    for (const auto& [leg, times] : served) {
        RC_ASSERT(times == 1);
    }
}

TEST(PartyList, ALongerListTakesAllOver)
{
    std::vector<std::unique_ptr<media::Leg>> legs;
    PartyList shorter{2};
    for (std::uint32_t i = 0; i < 2; ++i) {
        shorter.add(*legs.emplace_back(make_leg(i)));
    }
    PartyList longer{kFanOutPerSlot + 1};
    longer.take_over(shorter);
    EXPECT_EQ(shorter.size(), 0U);
    ASSERT_EQ(longer.size(), 2U);
    EXPECT_EQ(longer.legs()[1], legs[1].get());
    EXPECT_EQ(shorter.shared(), nullptr);
    EXPECT_NE(longer.shared(), nullptr);
}

TEST(PartyListDeath, AFullListTakesNobody)
{
    PartyList list{1};
    const auto first = make_leg(1);
    const auto second = make_leg(2);
    list.add(*first);
    EXPECT_DEATH(list.add(*second), "assertion failed");
}

}  // namespace
}  // namespace rb::bridges
