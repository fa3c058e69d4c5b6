// Goal: any text is a configuration or refused; one that loads loads to the same again after it is written out.
// Method: the first byte chooses the file that the rest is the text of.
#include "control/config/load.h"
#include "control/config/show.h"
#include "dataplane/base/assert.h"

#include <array>
#include <cstdint>

using namespace rb::config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::array<const char*, 12> kFiles{
        "pjsip.conf",       "extensions.conf", "confbridge.conf", "ringbridge.conf", "rtp.conf",     "musiconhold.conf",
        "indications.conf", "statsd.conf",     "logger.conf",     "asterisk.conf",   "modules.conf", "acl.conf"};
    if (size == 0) {
        return 0;
    }
    const std::string text{reinterpret_cast<const char*>(data + 1), size - 1};
    const auto loaded = load(*text_source({{kFiles[data[0] % kFiles.size()], text}}));
    RB_ASSERT((loaded.snapshot == nullptr) == has_errors(loaded.problems));
    if (loaded.snapshot == nullptr) {
        return 0;
    }
    static_cast<void>(show_effective(*loaded.snapshot));
    const auto again = load(*text_source(write_files(*loaded.snapshot)));
    RB_ASSERT(again.snapshot != nullptr);
    RB_ASSERT(diff(*loaded.snapshot, *again.snapshot).empty());
    return 0;
}
