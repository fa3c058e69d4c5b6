// Goal: asterisk.conf says where things are, unless ringbridge.conf does.
// Method: both files as text, the paths in force compared.
#include "control/config/load.h"
#include "control/config/source.h"

#include <gtest/gtest.h>

namespace rb::config {
namespace {

constexpr const char* kAsterisk =
    "[directories]\nastdatadir=/data\nastspooldir=/spool\nastrundir=/run/x\n[files]\nastctl=x.ctl\n";

std::string paths_of(const std::string& asterisk, const std::string& own)
{
    const auto loaded = load(*text_source({{"asterisk.conf", asterisk}, {"ringbridge.conf", own}}));
    if (loaded.snapshot == nullptr) {
        return "refused: " + to_string(loaded.problems.front());
    }
    const Paths& paths = loaded.snapshot->node.paths;
    return paths.sounds + ' ' + paths.data + ' ' + paths.recordings + ' ' + paths.control_socket;
}

TEST(LoadNode, DirectoriesOfAsteriskCountWhereRingbridgeConfSaysNothing)
{
    EXPECT_EQ(paths_of(kAsterisk, ""), "/data/sounds /data /spool/recording /run/x/x.ctl");
    EXPECT_EQ(paths_of(kAsterisk, "[paths]\nsounds=/own\ncontrol_socket=/own.ctl\n"),
              "/own /data /spool/recording /own.ctl");
}

TEST(LoadNode, ARunDirectoryAloneLeavesTheSocketWhereRbctlLooks)
{
    EXPECT_TRUE(paths_of("[directories]\nastrundir=/run/x\n", "").ends_with(Paths{}.control_socket));
}

TEST(LoadNode, AModeThatIsNoneIsRefused)
{
    EXPECT_TRUE(paths_of("[files]\nastctlpermissions=rw\n", "").starts_with("refused: asterisk.conf:2"))
        << paths_of("[files]\nastctlpermissions=rw\n", "");
}

}  // namespace
}  // namespace rb::config
