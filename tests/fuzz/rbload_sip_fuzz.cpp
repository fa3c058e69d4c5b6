// rbload_sip_fuzz — whatever a server sends, the load generator reads or passes over, and its reply is a message again.
#include "dataplane/base/assert.h"
#include "tools/rbload/session_description.h"
#include "tools/rbload/sip_call.h"
#include "tools/rbload/sip_message.h"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace rb;
    using namespace rb::load;
    const std::string text{data, data + size};
    if (const auto media = read_sdp(text)) {
        RB_ASSERT(read_sdp(write_sdp(*media))->address == media->address);
    }
    const auto message = parse_sip(text);
    if (!message) {
        return 0;
    }
    const std::string reply = reply_to(*message, {.to_tag = "x", .contact = "sip:x@127.0.0.1"});
    RB_ASSERT(parse_sip(reply).has_value());
    SipOutbox out;
    SipCall call{{.call_id = "c", .tag = "t", .local = *parse_address("127.0.0.1:1"), .peer = *parse_address("::1")}};
    call.on_message(*message, text, 0ns, out);
    call.answer({.address = *parse_address("127.0.0.1:2")}, 1ms, out);
    call.on_message(*message, text, 2ms, out);
    call.hang_up(3ms, out);
    return 0;
}
