// Goal: every spelling of a key in INFO that phones are known to send is read, and what names no key is none.
#include "signaling/supplements/key_info.h"

#include <gtest/gtest.h>

namespace rb::sip {
namespace {

TEST(KeyInfo, IsKnownByItsType)
{
    EXPECT_TRUE(is_key_info("application/dtmf-relay"));
    EXPECT_TRUE(is_key_info("Application/DTMF ; charset=utf-8"));
    EXPECT_FALSE(is_key_info("application/media_control+xml"));
    EXPECT_FALSE(is_key_info(""));
}

TEST(KeyInfo, IsReadAsItIsSpelt)
{
    struct Case {
        const char* body;
        char digit;
        Nanos held;
    };
    for (const Case& one :
         {Case{"Signal=5\r\nDuration=160\r\n", '5', 160ms}, Case{"Signal= *\nDuration= 250", '*', 250ms},
          Case{"signal=11", '#', 100ms}, Case{"Duration=1\r\nSignal=d", 'D', 40ms}, Case{"7", '7', 100ms},
          Case{"10\r\n", '*', 100ms}, Case{"Signal=0\r\nDuration=4000000000", '0', 8s},
          Case{"Signal=0\r\nDuration=-1", '0', 100ms}}) {
        const auto key = read_key_info(one.body);
        ASSERT_TRUE(key) << one.body;
        EXPECT_EQ(key->digit, one.digit) << one.body;
        EXPECT_EQ(key->held, one.held) << one.body;
    }
}

TEST(KeyInfo, OfNoKeyIsNothing)
{
    for (const char* body :
         {"", "Signal=", "Signal=16", "Signal=!", "Signal=x", "Signal=55", "Duration=100", "\r\n\r\n"}) {
        EXPECT_FALSE(read_key_info(body)) << body;
    }
}

TEST(KeyInfo, IsWrittenAsItIsRead)
{
    for (const char digit : std::string_view{"0123456789*#ABCD"}) {
        const auto key = read_key_info(write_key_info({.digit = digit, .held = 320ms}));
        ASSERT_TRUE(key);
        EXPECT_EQ(key->digit, digit);
        EXPECT_EQ(key->held, 320ms);
    }
}

}  // namespace
}  // namespace rb::sip
