// Goal: what is in force can be shown with its origin, written to files that load to the same, and compared.
// Method: the demo and generated endpoints there and back; each kind of change once.
#include "control/config/show.h"

#include "control/config/load.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::config {
namespace {

SnapshotPtr snapshot_of(Texts texts)
{
    auto loaded = load(*text_source(std::move(texts)));
    return loaded.snapshot;
}

/// Whether two snapshots hold the same objects, whatever file and line they came from.
bool same_objects(const Snapshot& left, const Snapshot& right)
{
    return left.transports == right.transports && left.endpoints == right.endpoints && left.auths == right.auths &&
           left.aors == right.aors && left.identifies == right.identifies && left.sip_acls == right.sip_acls &&
           left.named_acls == right.named_acls && left.global == right.global && left.system == right.system &&
           left.rtp == right.rtp && left.user_profiles == right.user_profiles &&
           left.bridge_profiles == right.bridge_profiles && left.menus == right.menus &&
           left.music_classes == right.music_classes && left.indications == right.indications &&
           left.node == right.node && left.asterisk == right.asterisk && left.modules == right.modules &&
           left.logger == right.logger && left.statsd == right.statsd && diff(left, right).empty();
}

TEST(Show, NamesTheOriginOfEachValue)
{
    const auto snapshot =
        snapshot_of({{"pjsip.conf", "[t](!)\ntype=endpoint\nallow=ulaw\n[6001](t)\ncontext=office\n"}});
    ASSERT_TRUE(snapshot);
    const auto text = show_effective(*snapshot, "6001");
    EXPECT_NE(text.find("pjsip.conf [6001] endpoint\n"), std::string::npos);
    EXPECT_NE(text.find("ulaw                     pjsip.conf:3, template [t]\n"), std::string::npos) << text;
    EXPECT_NE(text.find("office                   pjsip.conf:5\n"), std::string::npos) << text;
    EXPECT_NE(text.find("rtp_timeout                  0                        default\n"), std::string::npos) << text;
}

TEST(Show, HidesSecretsButWritesThemToFiles)
{
    const auto with_password = [](const std::string& password) {
        return snapshot_of({{"pjsip.conf", "[a]\ntype=auth\nusername=u\npassword=" + password + "\n"}});
    };
    const auto before = with_password("swordfish");
    const auto after = with_password("marlin");
    ASSERT_TRUE(before && after);
    EXPECT_EQ(show_effective(*before, "a").find("swordfish"), std::string::npos);
    const auto changes = diff(*before, *after);
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].option, "password");
    EXPECT_EQ(changes[0].before + changes[0].after, "(hidden)(hidden)");
    const auto again = snapshot_of(write_files(*before));
    ASSERT_TRUE(again);
    EXPECT_TRUE(same_objects(*before, *again));
}

TEST(Show, TheDemoWrittenOutLoadsToTheSame)
{
    const auto demo = load(*demo_source()).snapshot;
    ASSERT_TRUE(demo);
    const auto again = snapshot_of(write_files(*demo));
    ASSERT_TRUE(again);
    EXPECT_TRUE(same_objects(*demo, *again));
}

TEST(Diff, IsEmptyForTheSameAndNamesEachChange)
{
    const Texts before{{"pjsip.conf", "[a]\ntype=endpoint\nallow=ulaw\n[b]\ntype=aor\n"},
                       {"extensions.conf", "[x]\nexten => 1,1,Echo()\n[y]\n"},
                       {"ringbridge.conf", "[workers]\ncount=1\n"}};
    const Texts after{{"pjsip.conf", "; moved\n[a]\ntype=endpoint\nallow=ulaw\ncontext=office\n[c]\ntype=aor\n"},
                      {"extensions.conf", "[x]\nexten => 1,1,Answer()\n[z]\n"},
                      {"ringbridge.conf", "[workers]\ncount=2\n"}};
    const auto old_snapshot = snapshot_of(before);
    const auto new_snapshot = snapshot_of(after);
    ASSERT_TRUE(old_snapshot && new_snapshot);
    EXPECT_TRUE(diff(*old_snapshot, *old_snapshot).empty());
    std::vector<std::string> texts;
    for (const auto& change : diff(*old_snapshot, *new_snapshot)) {
        texts.push_back(to_string(change));
    }
    EXPECT_EQ(texts, (std::vector<std::string>{
                         "ringbridge.conf [workers]: count 1 → 2 (at the next start)",
                         "pjsip.conf [a] endpoint: context default → office (new calls)",
                         "pjsip.conf [c] aor: added",
                         "pjsip.conf [b] aor: removed",
                         "extensions.conf [x]: changed",
                         "extensions.conf [z]: added",
                         "extensions.conf [y]: removed",
                     }));
}

/// An endpoint with options drawn at random, all with values that are accepted.
rc::Gen<std::string> endpoint_text()
{
    const auto word =
        rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string{"abc;xyz019 "})));
    const auto line = rc::gen::oneOf(
        rc::gen::map(word, [](const std::string& text) { return "context=" + text; }),
        rc::gen::map(word, [](const std::string& text) { return "set_var=A=" + text; }),
        rc::gen::map(rc::gen::inRange(0, 86401), [](int n) { return "rtp_timeout=" + std::to_string(n); }),
        rc::gen::elementOf(std::vector<std::string>{
            "allow=alaw", "allow=!ulaw,slin16", "disallow=slin", "dtmfmode=info", "deny=0.0.0.0/0", "permit=10.0.0.0/8",
            "rtp_symmetric=on", "callerid=A <1>", "100rel=no", "media_address=::1"}));
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(line), [](const std::vector<std::string>& lines) {
        std::string text = "[e]\ntype=endpoint\nallow=ulaw,slin\n";
        for (auto one : lines) {
            for (auto at = one.find(';'); at != std::string::npos; at = one.find(';', at + 2)) {
                one.insert(at, "\\");
            }
            text += one + "\n";
        }
        return text + "allow=slin48\n";
    });
}

RC_GTEST_PROP(ShowProperty, WhatIsInForceLoadsToTheSame, ())
{
    const auto snapshot = snapshot_of({{"pjsip.conf", *endpoint_text()}});
    RC_ASSERT(snapshot != nullptr);
    const auto again = snapshot_of(write_files(*snapshot));
    RC_ASSERT(again != nullptr);
    RC_ASSERT(same_objects(*snapshot, *again));
}

RC_GTEST_PROP(LoadProperty, AFaultAnywhereRefusesTheWhole, ())
{
    const auto good = *endpoint_text();
    const auto bad = *rc::gen::elementOf(std::vector<std::string>{"rtp_timeout=x\n", "acl=nobody\n", "aors=nobody\n",
                                                                  "[e]\ntype=endpoint\nallow=ulaw\n", "#exec x\n"});
    RC_ASSERT(snapshot_of({{"pjsip.conf", good + bad}}) == nullptr);
}

}  // namespace
}  // namespace rb::config
