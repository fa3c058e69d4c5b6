// Goal: HmacSha1 signs as RFC 2104 says, whatever the length of the key, and begins anew after each message.
// Method: the test vectors of RFC 2202 §3.
#include "dataplane/wire/hmac_sha1.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace rb::wire {
namespace {

std::vector<std::uint8_t> bytes(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::string hex(const HmacSha1::Digest& digest)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

struct Case {
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> message;
    std::string_view digest;
};

const std::vector<Case> kCases{
    {std::vector<std::uint8_t>(20, 0x0b), bytes("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00"},
    {bytes("Jefe"), bytes("what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {std::vector<std::uint8_t>(20, 0xaa), std::vector<std::uint8_t>(50, 0xdd),
     "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
    {std::vector<std::uint8_t>(80, 0xaa), bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
     "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
};

TEST(HmacSha1, SignsAsTheRfcDoesTwiceInARow)
{
    for (const Case& vector : kCases) {
        HmacSha1 key{vector.key};
        for (int round = 0; round < 2; ++round) {
            const std::span message{vector.message};
            key.add(message.first(3));
            key.add(message.subspan(3));
            EXPECT_EQ(hex(key.finish()), vector.digest);
        }
    }
}

TEST(HmacSha1, ForgetsWhatWasAddedBeforeBegin)
{
    HmacSha1 key{kCases[0].key};
    key.add(kCases[1].message);
    key.begin();
    key.add(kCases[0].message);
    EXPECT_EQ(hex(key.finish()), kCases[0].digest);
}

}  // namespace
}  // namespace rb::wire
