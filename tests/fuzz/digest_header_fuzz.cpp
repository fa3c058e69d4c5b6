// Goal: any text is a list of challenges, and what we answer to each repeats it without a change.
#include "dataplane/base/assert.h"
#include "signaling/digest.h"

#include <cstdint>

using namespace rb::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const DigestCredentials credentials{.username = "\"a\\", .password = "secret"};
    for (const DigestChallenge& challenge : read_challenges({reinterpret_cast<const char*>(data), size})) {
        const std::string answer = write_digest_answer(
            credentials, challenge, {.method = "INVITE", .uri = "sip:b@example.org", .cnonce = "c", .nc = 1});
        const auto again = read_challenges(answer);
        auto expected = challenge;
        expected.stale = false;  // an answer does not say so
        RB_ASSERT(again.size() == 1);
        RB_ASSERT(again.front() == expected);
    }
    return 0;
}
