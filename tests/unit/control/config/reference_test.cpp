// Goal: the table of options is complete and consistent, and docs/CONFIGURATION.md says what it says.
// Method: rules over all rows; the page compared with the one written from the table; each kind of help once.
#include "control/config/reference.h"

#include "control/config/object_schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace rb::config {
namespace {

TEST(Schema, EveryTypeAndOptionIsExplained)
{
    for (const auto& type : schema()) {
        EXPECT_FALSE(type.help.empty()) << type.file << " " << type.name;
        for (const auto& option : type.options) {
            EXPECT_FALSE(option.help.empty()) << type.file << " " << type.name << " " << option.name;
            EXPECT_FALSE(option.kind.empty()) << type.file << " " << type.name << " " << option.name;
        }
    }
}

TEST(Schema, NoNameMeansTwoOptions)
{
    for (const auto& type : schema()) {
        std::set<std::string_view> names;
        for (const auto& option : type.options) {
            EXPECT_TRUE(names.insert(option.name).second) << type.name << " " << option.name;
            for (const auto alias : option.traits.aliases) {
                EXPECT_TRUE(names.insert(alias).second) << type.name << " " << alias;
            }
        }
    }
}

TEST(Schema, EveryDefaultIsAValueTheOptionAccepts)
{
    const ByName<Acl> no_acls;
    for (const auto& type : schema()) {
        for (const auto& option : type.options) {
            const auto value = option.honoured() ? option.print(type.defaults.get()) : "";
            if (value.empty()) {
                continue;
            }
            std::vector<std::string> warnings;
            ReadContext context{.named_acls = no_acls, .warnings = warnings};
            const auto object = type.fresh();
            const auto read = option.assign(object.get(), value, context);
            EXPECT_TRUE(read) << type.name << " " << option.name << "=" << value;
            EXPECT_EQ(option.print(object.get()), value) << type.name << " " << option.name;
        }
    }
}

TEST(Schema, KnowsAsterisksOptions)
{
    std::size_t known = 0;
    for (const auto& type : schema()) {
        known += type.file == "pjsip.conf" ? type.options.size() : 0;
    }
    EXPECT_GE(known, 240U);
    for (const auto* name : {"100rel", "aggregate_mwi", "bundle", "dtls_verify", "fax_detect", "t38_udptl", "webrtc"}) {
        EXPECT_NE(find_type("pjsip.conf", "endpoint")->find(name), nullptr) << name;
    }
}

TEST(Help, ExplainsFilesTypesAndOptions)
{
    EXPECT_NE(config_help({})->find("pjsip.conf"), std::string::npos);
    EXPECT_NE(config_help({.file = "pjsip"})->find("endpoint"), std::string::npos);
    EXPECT_NE(config_help({.file = "rtp.conf", .type = "general"})->find("rtpstart"), std::string::npos);
    EXPECT_EQ(
        *config_help({.file = "pjsip.conf", .type = "endpoint", .option = "dtmfmode"}),
        "pjsip.conf endpoint dtmf_mode\n"
        "  How keys travel: as telephone-events, as tones in the audio, by SIP INFO; auto and auto_info: the latter "
        "two where the peer knows no telephone-events. Keys that come by INFO count in every mode but none.\n"
        "  values:  rfc4733, inband, info, auto, auto_info, none\n  default: rfc4733\n  also:    dtmfmode\n"
        "  reload:  new calls\n");
    EXPECT_NE(config_help({.file = "pjsip.conf", .type = "endpoint", .option = "rtp_engine"})->find("no effect"),
              std::string::npos);
}

TEST(Help, NamesWhatThereIsInstead)
{
    EXPECT_EQ(config_help({.file = "pjsip.conf", .type = "endpoint", .option = "contxt"}).error().message,
              "there is no option 'contxt' of endpoint; did you mean 'context'?");
    EXPECT_EQ(config_help({.file = "rtp.conf", .type = "x"}).error().message,
              "there is no section type 'x': expected general");
    EXPECT_FALSE(config_help({.file = "x"}));
}

TEST(Reference, ThePageIsWhatTheTableSays)
{
    std::ifstream file{"docs/CONFIGURATION.md"};
    std::ostringstream page;
    page << file.rdbuf();
    EXPECT_TRUE(page.str() == reference_markdown())
        << "docs/CONFIGURATION.md is out of date; write it again with build/dev/config_reference";
}

}  // namespace
}  // namespace rb::config
