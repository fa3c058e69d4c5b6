// Goal: parse_stun accepts Binding messages as RFC 8489 defines them and nothing else; is_signed_by tells who knows the
// password; write_stun is the inverse.
// Method: the vectors of RFC 5769 §2, each refusal once, and the round trip as a property.
#include "dataplane/wire/stun.h"

#include "support/stun_checks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace rb::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";

// RFC 5769 §2.1.
const Bytes kRequest{0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                     0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
                     0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
                     0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
                     0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
                     0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
                     0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};
// §2.2 and §2.3.
const Bytes kResponseV4{0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                        0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
                        0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
                        0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
                        0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96};
const Bytes kResponseV6{0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
                        0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
                        0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
                        0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14,
                        0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75,
                        0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c};

Bytes with_attribute(std::uint16_t type, const Bytes& value)
{
    return test::with_attribute(test::write_stun({.priority = 1}, ""), type, value);
}

Drop refusal(const Bytes& bytes)
{
    const auto parsed = parse_stun(bytes);
    return parsed ? Drop::Count_ : parsed.error();
}

TEST(Stun, ReadsTheSampleRequest)
{
    const auto request = parse_stun(kRequest);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->kind, StunClass::Request);
    EXPECT_EQ(request->transaction[0], 0xb7);
    EXPECT_EQ(request->transaction[11], 0xae);
    EXPECT_EQ(request->username, "evtj:h6vY");
    EXPECT_EQ(request->priority, 0x6e0001ffU);
    EXPECT_EQ(request->controlled, 0x932ff9b151263b36U);
    EXPECT_FALSE(request->controlling);
    EXPECT_FALSE(request->use_candidate);
    EXPECT_EQ(request->unknown.count, 0);
}

TEST(Stun, ReadsAndWritesAddressesOfBothFamilies)
{
    for (const auto& [bytes, text] : {std::pair{kResponseV4, "192.0.2.1:32853"},
                                      std::pair{kResponseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"}}) {
        const auto response = parse_stun(bytes);
        ASSERT_TRUE(response);
        EXPECT_EQ(response->kind, StunClass::Success);
        ASSERT_TRUE(response->mapped);
        EXPECT_EQ(response->mapped->to_string(), text);
        const auto again = parse_stun(test::write_stun(*response, ""));
        ASSERT_TRUE(again);
        EXPECT_EQ(again->mapped, response->mapped);
    }
}

TEST(Stun, OnlyThePasswordMakesTheSignature)
{
    HmacSha1 right = test::stun_key(kPassword);
    HmacSha1 wrong = test::stun_key("VOkJxbRl1RmTxUk/WvJxBT");
    for (const Bytes& bytes : {kRequest, kResponseV4, kResponseV6}) {
        const auto message = parse_stun(bytes);
        ASSERT_TRUE(message);
        EXPECT_TRUE(is_signed_by(right, *message, bytes));
        EXPECT_FALSE(is_signed_by(wrong, *message, bytes));
    }
    const Bytes bare = test::write_stun({.username = "a:b"}, "");
    EXPECT_FALSE(is_signed_by(right, *parse_stun(bare), bare));
    EXPECT_EQ(parse_stun(bare)->integrity_at, 0U);
}

TEST(Stun, EachBitIsCovered)
{
    for (std::size_t bit = 0; bit < kRequest.size() * 8; ++bit) {
        Bytes bytes = kRequest;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_NE(refusal(bytes), Drop::Count_) << bit;
    }
}

TEST(Stun, NamesWhatIsWrong)
{
    EXPECT_EQ(refusal({}), Drop::TooShort);
    EXPECT_EQ(refusal({kRequest.begin(), kRequest.begin() + 19}), Drop::TooShort);
    EXPECT_EQ(refusal({kRequest.begin(), kRequest.end() - 4}), Drop::BadLength);
    Bytes longer = kRequest;
    longer.push_back(0);
    EXPECT_EQ(refusal(longer), Drop::BadLength);
    Bytes overlong = kRequest;
    overlong[23] = 0xff;  // an attribute longer than the message
    EXPECT_EQ(refusal(overlong), Drop::BadLength);
    Bytes old = kRequest;
    old[4] = 0;  // no magic cookie: RFC 3489
    EXPECT_EQ(refusal(old), Drop::StunBad);
    Bytes allocate = kRequest;
    allocate[1] = 3;  // a method of TURN
    EXPECT_EQ(refusal(allocate), Drop::StunBad);
    Bytes changed = kRequest;
    changed.back() ^= 1U;
    EXPECT_EQ(refusal(changed), Drop::StunBad);
    Bytes bare{kRequest.begin(), kRequest.end() - 8};
    bare[3] = 0x50;  // no FINGERPRINT
    EXPECT_EQ(refusal(bare), Drop::StunBad);
    EXPECT_EQ(refusal({kRequest.begin(), kRequest.begin() + 20}), Drop::BadLength);
    EXPECT_EQ(refusal({0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), Drop::StunBad);
}

TEST(Stun, WhatAServerAnswersNeedsNoFingerprint)
{
    Bytes bare{kResponseV4.begin(), kResponseV4.end() - 8};
    bare[3] = 0x34;
    EXPECT_EQ(refusal(bare), Drop::StunBad);
    const auto read = parse_stun_answer(bare);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, *parse_stun(kResponseV4));
    EXPECT_EQ(*parse_stun_answer(kResponseV6), *parse_stun(kResponseV6));
    Bytes changed = kResponseV4;
    changed.back() ^= 1U;
    EXPECT_EQ(parse_stun_answer(changed).error(), Drop::StunBad) << "but a wrong one is wrong";
    EXPECT_EQ(parse_stun_answer({bare.begin(), bare.begin() + 19}).error(), Drop::TooShort);
}

TEST(Stun, AttributesOfAWrongSizeAreRefused)
{
    for (const auto& [type, size] :
         {std::pair{0x0024, 3}, std::pair{0x0024, 8}, std::pair{0x0025, 4}, std::pair{0x8029, 4}, std::pair{0x802a, 0},
          std::pair{0x0020, 4}, std::pair{0x0020, 12}, std::pair{0x0008, 16}, std::pair{0x0009, 2}}) {
        EXPECT_EQ(refusal(with_attribute(static_cast<std::uint16_t>(type), Bytes(static_cast<std::size_t>(size)))),
                  Drop::StunBad)
            << type;
    }
    const Bytes error = test::write_stun({.kind = StunClass::Error, .error = 420}, "");
    EXPECT_EQ(refusal(test::with_attribute(error, 0x000a, {0, 1, 2})), Drop::StunBad);
}

TEST(Stun, KeepsWhatMustBeUnderstoodAndIsNot)
{
    const auto message = parse_stun(with_attribute(0x7fff, {1, 2, 3}));
    ASSERT_TRUE(message);
    ASSERT_EQ(message->unknown.count, 1);
    EXPECT_EQ(message->unknown.types[0], 0x7fff);
    EXPECT_EQ(parse_stun(with_attribute(0xc057, {0, 1, 0, 2}))->unknown.count, 0);
    EXPECT_EQ(parse_stun(with_attribute(0x0014, {'r'}))->unknown.count, 0);
}

TEST(Stun, ErrorsSayWhyAndWhich)
{
    StunMessage error{.kind = StunClass::Error,
                      .transaction = {1, 2, 3},
                      .error = static_cast<std::uint16_t>(StunError::UnknownAttribute)};
    error.unknown = {.types = {0x7fff, 0x0030, 0x0019}, .count = 3};
    HmacSha1 key = test::stun_key(kPassword);
    const Bytes bytes = test::write_stun(error, kPassword);
    const auto read = parse_stun(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->error, 420);
    EXPECT_EQ(read->unknown, error.unknown);
    EXPECT_TRUE(is_signed_by(key, *read, bytes));
}

TEST(Stun, TheLargestAnswerFits)
{
    StunMessage error{.kind = StunClass::Error, .mapped = *parse_address("[2001:db8::1]:1"), .error = 401};
    error.unknown.count = kStunUnknownMax;
    EXPECT_LE(test::write_stun(error, kPassword).size(), kStunAnswerBytesMax);
}

RC_GTEST_PROP(StunProperty, WhatIsWrittenIsRead, (std::uint32_t priority, std::uint64_t breaker, bool nominates))
{
    const auto username = *rc::gen::container<std::string>(rc::gen::inRange('!', '~'));
    StunMessage message{.kind = *rc::gen::element(StunClass::Request, StunClass::Indication, StunClass::Success),
                        .username = std::string_view{username}.substr(0, 500),
                        .priority = priority,
                        .use_candidate = nominates};
    (nominates ? message.controlling : message.controlled) = breaker;
    for (auto& byte : message.transaction) {
        byte = *rc::gen::arbitrary<std::uint8_t>();
    }
    HmacSha1 key = test::stun_key(kPassword);
    const Bytes bytes = test::write_stun(message, kPassword);
    auto read = parse_stun(bytes);
    RC_ASSERT(read.has_value());
    RC_ASSERT(is_signed_by(key, *read, bytes));
    read->integrity_at = 0;
    RC_ASSERT(*read == message);
}

}  // namespace
}  // namespace rb::wire
