// Goal: a=fingerprint and a=setup are read as RFC 8122 and RFC 4145 write them, and what cannot be checked is none.
// Method: a line by hand, each way to be wrong once, then the round trip as a property.
#include "signaling/fingerprint.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

const std::string kSha1 = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB";

TEST(Fingerprint, IsReadWhateverTheCaseOfItsLetters)
{
    const auto read = read_fingerprint(" SHA-1  4a:AD" + kSha1.substr(5) + " ");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->hash, FingerprintHash::Sha1);
    EXPECT_EQ(read->used().size(), 20U);
    EXPECT_EQ(read->bytes[0], 0x4a);
    EXPECT_EQ(read->bytes[19], 0xab);
    EXPECT_EQ(write_fingerprint(*read), "sha-1 " + kSha1);
}

TEST(Fingerprint, WhatCannotBeCheckedIsNone)
{
    for (const std::string& value : {std::string{}, std::string{"sha-1"}, "md5 " + kSha1, "sha-256 " + kSha1,
                                     "sha-1 " + kSha1 + ":00", "sha-1 " + kSha1.substr(3), "sha-1 4G" + kSha1.substr(2),
                                     "sha-1 4A-AD" + kSha1.substr(5), "sha-1 " + kSha1.substr(0, 57) + "::"}) {
        EXPECT_FALSE(read_fingerprint(value)) << value;
    }
}

TEST(Fingerprint, SetupIsOneOfFour)
{
    EXPECT_EQ(read_setup("actpass"), DtlsSetup::ActPass);
    EXPECT_EQ(read_setup(" Active "), DtlsSetup::Active);
    EXPECT_EQ(read_setup("PASSIVE"), DtlsSetup::Passive);
    EXPECT_EQ(read_setup("holdconn"), DtlsSetup::HoldConn);
    EXPECT_FALSE(read_setup("actpassive"));
    EXPECT_EQ(setup_name(DtlsSetup::Passive), "passive");
}

RC_GTEST_PROP(FingerprintProperty, ReadIsTheInverseOfWrite, ())
{
    Fingerprint fingerprint{.hash = static_cast<FingerprintHash>(*rc::gen::inRange(0, 4))};
    for (std::size_t i = 0; i < fingerprint_bytes(fingerprint.hash); ++i) {
        fingerprint.bytes[i] = *rc::gen::arbitrary<std::uint8_t>();
    }
    RC_ASSERT(read_fingerprint(write_fingerprint(fingerprint)) == fingerprint);
}

}  // namespace
}  // namespace rb::sip
