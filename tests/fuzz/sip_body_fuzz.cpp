// Goal: whatever a body is said to be and is, what is found in it lies in it, and reads the same when it is written.
// Method: the first line is the value of Content-Type or Reason, the rest the body.
#include "dataplane/base/assert.h"
#include "signaling/multipart.h"
#include "signaling/q850.h"
#include "signaling/supplements/key_info.h"

#include <cstdint>
#include <functional>

using namespace rb::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto end = text.find('\n');
    const auto head = text.substr(0, end);
    const auto body = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (const auto sdp = find_sdp_part(head, body)) {
        RB_ASSERT(sdp->empty() || (std::greater_equal<>{}(sdp->data(), body.data()) &&
                                   std::less_equal<>{}(sdp->data() + sdp->size(), body.data() + body.size())));
    }
    static_cast<void>(is_key_info(head));
    if (const auto key = read_key_info(body)) {
        const auto again = read_key_info(write_key_info(*key));
        RB_ASSERT(again && again->digit == key->digit && again->held == key->held);
    }
    if (const auto cause = read_reason(head)) {
        RB_ASSERT(read_reason(write_reason(*cause)) == cause);
        RB_ASSERT(code_from_cause(*cause) >= 400);
    }
    return 0;
}
