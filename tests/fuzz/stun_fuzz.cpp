// Goal: parse_stun and parse_stun_answer survive any bytes and read the same from what both accept; what was read is
// read again from a message written and signed here.
#include "dataplane/base/assert.h"
#include "dataplane/wire/stun.h"

#include <array>

using namespace rb::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span datagram{data, size};
    auto first = parse_stun_answer(datagram);
    const auto check = parse_stun(datagram);
    if (!first) {
        RB_ASSERT(!check);
        return 0;
    }
    RB_ASSERT(!check || *check == *first);
    HmacSha1 key{std::array<std::uint8_t, 3>{'k', 'e', 'y'}};
    static_cast<void>(is_signed_by(key, *first, datagram));
    std::array<std::uint8_t, 1024> bytes{};
    const auto written = std::span{bytes}.first(write_stun(bytes, *first, &key));
    const auto second = parse_stun(written);
    RB_ASSERT(second.has_value());
    RB_ASSERT(is_signed_by(key, *second, written));
    first->integrity_at = second->integrity_at;
    if (first->error == 0 || first->kind != StunClass::Error) {
        first->unknown = {};  // only an error names them
    }
    RB_ASSERT(*second == *first);
    return 0;
}
