// Goal: parse_dtmf survives any bytes, and what it accepts is written as it was, reserved bit apart.
#include "dataplane/base/assert.h"
#include "dataplane/wire/dtmf.h"

using namespace rb::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::uint8_t reserved_bit = 0x40;
    const auto event = parse_dtmf({data, size});
    if (!event) {
        return 0;
    }
    const auto bytes = write_dtmf(*event);
    RB_ASSERT(bytes[0] == data[0]);
    RB_ASSERT(bytes[1] == (data[1] & ~reserved_bit));
    RB_ASSERT(bytes[2] == data[2]);
    RB_ASSERT(bytes[3] == data[3]);
    return 0;
}
