// Goal: challenges are read as written, and answers are those of the RFCs' own examples.
// Method: the examples of RFC 2617 §3.5, RFC 2069 §2.4 (erratum 749) and RFC 7616 §3.9.1; headers by hand; any text as
// a property.
#include "signaling/digest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rb::sip {
namespace {

TEST(DigestHash, IsThatOfTheStandards)
{
    EXPECT_EQ(digest_hash(DigestAlgorithm::Md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(digest_hash(DigestAlgorithm::Sha256, "abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(digest_hash(DigestAlgorithm::Sha512_256, "abc"),
              "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23");
}

TEST(DigestResponse, IsThatOfRfc2617)
{
    const DigestChallenge challenge{
        .realm = "testrealm@host.com", .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093", .qop = true};
    const DigestCredentials credentials{.username = "Mufasa", .password = "Circle Of Life"};
    const DigestRequest request{.method = "GET", .uri = "/dir/index.html", .cnonce = "0a4f113b", .nc = 1};
    EXPECT_EQ(digest_response(digest_secret(credentials, challenge), challenge, request),
              "6629fae49393a05397450978507c4ef1");
}

TEST(DigestResponse, WithoutQopIsThatOfRfc2069)
{
    const DigestChallenge challenge{.realm = "testrealm@host.com", .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"};
    const DigestCredentials credentials{.username = "Mufasa", .password = "CircleOfLife"};
    const DigestRequest request{.method = "GET", .uri = "/dir/index.html"};
    EXPECT_EQ(digest_response(digest_secret(credentials, challenge), challenge, request),
              "1949323746fe6a43ef61f9606e7febea");
}

TEST(DigestResponse, IsThatOfRfc7616ForBothAlgorithms)
{
    DigestChallenge challenge{
        .realm = "http-auth@example.org", .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", .qop = true};
    const DigestCredentials credentials{.username = "Mufasa", .password = "Circle of Life"};
    const DigestRequest request{
        .method = "GET", .uri = "/dir/index.html", .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", .nc = 1};
    EXPECT_EQ(digest_response(digest_secret(credentials, challenge), challenge, request),
              "8ca523f5e9506fed4657c9700eebdbec");
    challenge.algorithm = DigestAlgorithm::Sha256;
    EXPECT_EQ(digest_response(digest_secret(credentials, challenge), challenge, request),
              "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(DigestResponse, OfASessionHashesNonceAndCnonceIn)
{
    const DigestChallenge challenge{.session = true, .realm = "r", .nonce = "n", .qop = true};
    const DigestRequest request{.method = "INVITE", .uri = "sip:a", .cnonce = "c", .nc = 0x1f};
    const auto md5 = [](const std::string& text) { return digest_hash(DigestAlgorithm::Md5, text); };
    EXPECT_EQ(digest_response("secret", challenge, request),
              md5(md5("secret:n:c") + ":n:0000001f:c:auth:" + md5("INVITE:sip:a")));
}

TEST(DigestSecret, IsTheStoredHashWhereThereIsOne)
{
    const DigestChallenge challenge{.realm = "r", .nonce = "n"};
    const DigestCredentials hashed{.username = "u", .hashes = {{DigestAlgorithm::Md5, "00ff"}}};
    EXPECT_EQ(digest_secret(hashed, challenge), "00ff");
    EXPECT_EQ(digest_secret({.username = "u", .password = "p"}, challenge), digest_hash(DigestAlgorithm::Md5, "u:r:p"));
}

TEST(Challenges, AreReadFromOneHeaderOrSeveralSchemes)
{
    const auto challenges = read_challenges(
        R"(Digest realm="a \"b\"", nonce="1,2", opaque="o", stale=TRUE, algorithm=SHA-256, qop="auth-int, auth",)"
        R"( Basic realm="x", digest nonce=3, realm="c", algorithm=md5-sess)");
    ASSERT_EQ(challenges.size(), 2U);
    EXPECT_EQ(challenges[0], (DigestChallenge{.algorithm = DigestAlgorithm::Sha256,
                                              .realm = "a \"b\"",
                                              .nonce = "1,2",
                                              .opaque = "o",
                                              .qop = true,
                                              .stale = true}));
    EXPECT_EQ(challenges[1], (DigestChallenge{.session = true, .realm = "c", .nonce = "3"}));
}

TEST(Challenges, ThatNobodyCouldAnswerAreLeftOut)
{
    EXPECT_TRUE(read_challenges(R"(Digest realm="a", nonce="n", algorithm=SHA-3)").empty());
    EXPECT_TRUE(read_challenges(R"(Digest realm="a", nonce="n", qop="auth-int")").empty());
    EXPECT_TRUE(read_challenges(R"(Digest realm="a")").empty());
    EXPECT_TRUE(read_challenges(R"(Basic realm="a")").empty());
    EXPECT_TRUE(read_challenges("").empty());
}

TEST(Credentials, FitTheirRealmAndTheirAlgorithms)
{
    const DigestChallenge challenge{.algorithm = DigestAlgorithm::Sha256, .realm = "r", .nonce = "n"};
    EXPECT_TRUE((DigestCredentials{.password = "p"}.fit(challenge)));
    EXPECT_TRUE((DigestCredentials{.realm = "*", .password = "p"}.fit(challenge)));
    EXPECT_TRUE((DigestCredentials{.realm = "r", .hashes = {{DigestAlgorithm::Sha256, "h"}}}.fit(challenge)));
    EXPECT_FALSE((DigestCredentials{.realm = "other", .password = "p"}.fit(challenge)));
    EXPECT_FALSE((DigestCredentials{.hashes = {{DigestAlgorithm::Md5, "h"}}}.fit(challenge)));
    EXPECT_FALSE((DigestCredentials{.password = "p", .algorithms = {DigestAlgorithm::Md5}}.fit(challenge)));
}

TEST(Answer, RepeatsTheChallengeAndQuotesWhatNeedsIt)
{
    const DigestChallenge challenge{.realm = "a \"b\"", .nonce = "n", .opaque = "o", .qop = true};
    const DigestCredentials credentials{.username = "u", .hashes = {{DigestAlgorithm::Md5, "h"}}};
    const DigestRequest request{.method = "BYE", .uri = "sip:a@b", .cnonce = "c", .nc = 2};
    EXPECT_EQ(write_digest_answer(credentials, challenge, request),
              R"(Digest username="u", realm="a \"b\"", nonce="n", uri="sip:a@b", response=")" +
                  digest_response("h", challenge, request) +
                  R"(", algorithm=MD5, qop=auth, nc=00000002, cnonce="c", opaque="o")");
}

RC_GTEST_PROP(Challenges, OfAnyTextAreReadWithoutHarmAndCanBeAnswered, (const std::string& text))
{
    for (const DigestChallenge& challenge : read_challenges("Digest nonce=1, " + text)) {
        RC_ASSERT(!challenge.nonce.empty());
        const auto answer = write_digest_answer({.password = "p"}, challenge, {.method = "INVITE", .uri = "sip:a"});
        const auto again = read_challenges(answer);
        RC_ASSERT(again.size() == 1U);
        RC_ASSERT(again[0].realm == challenge.realm && again[0].nonce == challenge.nonce);
    }
}

}  // namespace
}  // namespace rb::sip
