// sdp_fuzz — any bytes are read or refused, and what was read survives writing and reading again.
#include "dataplane/base/assert.h"
#include "signaling/sdp.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

std::string text_of(const std::uint8_t* data, std::size_t size)
{
    return {data, data + size};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto first = rb::sip::parse_sdp(text_of(data, size));
    if (first) {
        const auto second = rb::sip::parse_sdp(rb::sip::write_sdp(*first));
        RB_ASSERT(second.has_value());
        RB_ASSERT(*second == *first);
    }
    return 0;
}
