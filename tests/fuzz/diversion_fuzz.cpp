// Goal: any text is a Diversion or none, and what was read is read again from what we write.
#include "dataplane/base/assert.h"
#include "signaling/supplements/diversion.h"

#include <cstdint>

using namespace rb::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (const auto diversion = read_diversion({reinterpret_cast<const char*>(data), size})) {
        const auto again = read_diversion(write_diversion(*diversion, "192.0.2.1"));
        RB_ASSERT(again == diversion);
    }
    return 0;
}
