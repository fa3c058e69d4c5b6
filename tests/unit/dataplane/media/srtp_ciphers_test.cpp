// Goal: our ciphers are those of the standards, and the same as libsrtp2's own.
// Method: vectors of RFC 3711 §B, RFC 7714 §16 and RFC 2202 through libsrtp2's cipher interface; then every session
// made with ours against one made with libsrtp2's, both ways.
#include "dataplane/media/srtp_ciphers.h"

#include "dataplane/base/rng.h"
#include "dataplane/media/srtp_session.h"
#include "dataplane/wire/rtp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

extern "C" {
extern const srtp_cipher_type_t srtp_aes_icm_128;
extern const srtp_cipher_type_t srtp_aes_icm_256;
extern const srtp_cipher_type_t srtp_aes_gcm_128;
extern const srtp_cipher_type_t srtp_aes_gcm_256;
extern const srtp_auth_type_t srtp_hmac;
}

namespace rb::media {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(std::string_view text)
{
    Bytes bytes;
    unsigned digits = 0;
    for (const char letter : text) {
        if (letter == ' ') {
            continue;
        }
        const auto value = std::string_view{"0123456789abcdef"}.find(letter);
        if (digits++ % 2 == 0) {
            bytes.push_back(static_cast<std::uint8_t>(value << 4U));
        } else {
            bytes.back() = static_cast<std::uint8_t>(bytes.back() | value);
        }
    }
    return bytes;
}

struct FreeCipher {
    void operator()(srtp_cipher_t* cipher) const { srtp_cipher_dealloc(cipher); }
};
using CipherPtr = std::unique_ptr<srtp_cipher_t, FreeCipher>;

CipherPtr open(const srtp_cipher_type_t& type, const Bytes& key_and_salt, int tag_bytes = 0)
{
    srtp_cipher_t* cipher = nullptr;
    EXPECT_EQ(srtp_cipher_type_alloc(&type, &cipher, static_cast<int>(key_and_salt.size()), tag_bytes),
              srtp_err_status_ok);
    CipherPtr owned{cipher};
    EXPECT_EQ(srtp_cipher_init(cipher, key_and_salt.data()), srtp_err_status_ok);
    return owned;
}

Bytes key_stream(const srtp_cipher_type_t& type, const Bytes& key, std::size_t bytes)
{
    const CipherPtr cipher = open(type, key);
    Bytes iv(16);
    EXPECT_EQ(srtp_cipher_set_iv(cipher.get(), iv.data(), srtp_direction_encrypt), srtp_err_status_ok);
    Bytes stream(bytes);
    auto size = static_cast<unsigned>(bytes);
    EXPECT_EQ(srtp_cipher_encrypt(cipher.get(), stream.data(), &size), srtp_err_status_ok);
    return stream;
}

class SrtpCiphers : public ::testing::Test {
protected:
    void SetUp() override
    {
        const auto installed = install_srtp_ciphers();
        ASSERT_TRUE(installed) << installed.error().message;
    }
};

// RFC 3711 §B.2: counter blocks 0, 1, 2 and 0xfeff to 0xff01.
TEST_F(SrtpCiphers, CounterModeMakesTheKeyStreamOfRfc3711)
{
    const Bytes key = from_hex("2b7e151628aed2a6abf7158809cf4f3c f0f1f2f3f4f5f6f7f8f9fafbfcfd");
    for (const auto& type : {srtp_aes_counter_128, srtp_aes_counter_128_openssl}) {
        const Bytes stream = key_stream(type(), key, 0xff02 * 16);
        const auto block = [&](std::size_t number) {
            return Bytes{stream.begin() + static_cast<std::ptrdiff_t>(number * 16),
                         stream.begin() + static_cast<std::ptrdiff_t>(number * 16 + 16)};
        };
        EXPECT_EQ(block(0), from_hex("e03ead0935c95e80e166b16dd92b4eb4")) << type().description;
        EXPECT_EQ(block(1), from_hex("d23513162b02d0f72a43a2fe4a5f97ab"));
        EXPECT_EQ(block(2), from_hex("41e95b3bb0a2e8dd477901e4fca894c0"));
        EXPECT_EQ(block(0xfeff), from_hex("ec8cdf7398607cb0f2d21675ea9ea1e4"));
        EXPECT_EQ(block(0xff00), from_hex("362b7c3c6773516318a077d7fc5073ae"));
        EXPECT_EQ(block(0xff01), from_hex("6a2cc3787889374fbeb4c81b17ba6c44"));
    }
}

// A text of any length is enciphered as one stream, whatever the pieces it is worked on in.
TEST_F(SrtpCiphers, CounterModeOf256BitsEqualsLibsrtpsOwn)
{
    Rng rng{7};
    Bytes key(46);
    for (auto& byte : key) {
        byte = static_cast<std::uint8_t>(rng.next());
    }
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 160U, 511U, 512U, 513U, 1400U}) {
        const Bytes wanted = key_stream(srtp_aes_icm_256, key, size);
        EXPECT_EQ(key_stream(srtp_aes_counter_256(), key, size), wanted) << size;
        EXPECT_EQ(key_stream(srtp_aes_counter_256_openssl(), key, size), wanted) << size;
    }
}

struct GaloisCase {
    const srtp_cipher_type_t& (*type)();
    std::string_view key;
    std::string_view cipher_text_and_tag;
};

// RFC 7714 §16.1.1 and §16.2.1.
TEST_F(SrtpCiphers, GaloisModeMakesThePacketsOfRfc7714)
{
    const Bytes iv = from_hex("51753c6580c2726f20718414");
    const Bytes header = from_hex("8040f17b8041f8d35501a0b2");
    const Bytes text = from_hex("47616c6c696120657374206f6d6e6973 20646976697361206 96e207061727465 7320747265 73");
    const std::array vectors{
        GaloisCase{srtp_aes_galois_128, "000102030405060708090a0b0c0d0e0f 51756964 2070726f 2071756f",
                   "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
                   "899d7f27beb16a9152cf765ee4390cce"},
        GaloisCase{srtp_aes_galois_256,
                   "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 51756964 2070726f 2071756f",
                   "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
                   "7aa3db36dfffd6b0f9bb7878d7a76c13"}};
    std::vector<GaloisCase> cases{vectors.begin(), vectors.end()};
    for (GaloisCase each : vectors) {
        each.type = each.type == srtp_aes_galois_128 ? srtp_aes_galois_128_openssl : srtp_aes_galois_256_openssl;
        cases.push_back(each);
    }
    for (const GaloisCase& each : cases) {
        const CipherPtr cipher = open(each.type(), from_hex(each.key), 16);
        Bytes packet = text;
        Bytes tag(16);
        auto size = static_cast<unsigned>(packet.size());
        unsigned tag_size = 0;
        Bytes nonce = iv;
        ASSERT_EQ(srtp_cipher_set_iv(cipher.get(), nonce.data(), srtp_direction_encrypt), srtp_err_status_ok);
        ASSERT_EQ(srtp_cipher_set_aad(cipher.get(), header.data(), 12), srtp_err_status_ok);
        ASSERT_EQ(srtp_cipher_encrypt(cipher.get(), packet.data(), &size), srtp_err_status_ok);
        ASSERT_EQ(srtp_cipher_get_tag(cipher.get(), tag.data(), &tag_size), srtp_err_status_ok);
        packet.insert(packet.end(), tag.begin(), tag.end());
        EXPECT_EQ(packet, from_hex(each.cipher_text_and_tag));

        for (const bool tampered : {false, true}) {
            Bytes received = packet;
            received[3] = static_cast<std::uint8_t>(received[3] ^ (tampered ? 1 : 0));
            size = static_cast<unsigned>(received.size());
            ASSERT_EQ(srtp_cipher_set_iv(cipher.get(), nonce.data(), srtp_direction_decrypt), srtp_err_status_ok);
            ASSERT_EQ(srtp_cipher_set_aad(cipher.get(), header.data(), 12), srtp_err_status_ok);
            const auto status = srtp_cipher_decrypt(cipher.get(), received.data(), &size);
            EXPECT_EQ(status, tampered ? srtp_err_status_auth_fail : srtp_err_status_ok);
            if (!tampered) {
                received.resize(size);
                EXPECT_EQ(received, text);
            }
        }
    }
}

// RFC 2202 §3, test cases 1 and 2 (the key of 4 bytes: shorter than a digest).
TEST_F(SrtpCiphers, HmacMakesTheTagsOfRfc2202)
{
    const auto tag_of = [](const Bytes& key, std::string_view text) {
        srtp_auth_t* auth = nullptr;
        EXPECT_EQ(srtp_hmac_sha1().alloc(&auth, static_cast<int>(key.size()), 20), srtp_err_status_ok);
        srtp_auth_init(auth, key.data());
        Bytes tag(20);
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
        for (int again = 0; again < 2; ++again) {  // the state is ready for the next packet
            EXPECT_EQ(srtp_auth_compute(auth, bytes, static_cast<int>(text.size()), tag.data()), srtp_err_status_ok);
        }
        srtp_auth_dealloc(auth);
        return tag;
    };
    EXPECT_EQ(tag_of(Bytes(20, 0x0b), "Hi There"), from_hex("b617318655057264e28bc0b6fb378c8ef146be00"));
    EXPECT_EQ(tag_of({'J', 'e', 'f', 'e'}, "what do ya want for nothing?"),
              from_hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
}

TEST_F(SrtpCiphers, KeysAndTagsOfOtherLengthsAreRefused)
{
    srtp_cipher_t* cipher = nullptr;
    EXPECT_EQ(srtp_cipher_type_alloc(&srtp_aes_counter_128(), &cipher, 46, 0), srtp_err_status_bad_param);
    EXPECT_EQ(srtp_cipher_type_alloc(&srtp_aes_counter_256(), &cipher, 30, 0), srtp_err_status_bad_param);
    EXPECT_EQ(srtp_cipher_type_alloc(&srtp_aes_galois_128(), &cipher, 44, 16), srtp_err_status_bad_param);
    EXPECT_EQ(srtp_cipher_type_alloc(&srtp_aes_galois_128(), &cipher, 28, 12), srtp_err_status_bad_param);
    srtp_auth_t* auth = nullptr;
    EXPECT_EQ(srtp_hmac_sha1().alloc(&auth, 21, 10), srtp_err_status_bad_param);
    EXPECT_EQ(srtp_hmac_sha1().alloc(&auth, 20, 21), srtp_err_status_bad_param);
}

void use(const std::array<const srtp_cipher_type_t*, 4>& ciphers, const srtp_auth_type_t& auth)
{
    for (const auto* type : ciphers) {
        ASSERT_EQ(srtp_replace_cipher_type(type, type->id), srtp_err_status_ok) << type->description;
    }
    ASSERT_EQ(srtp_replace_auth_type(&auth, auth.id), srtp_err_status_ok);
}

void use_ours()
{
    use({&srtp_aes_counter_128(), &srtp_aes_counter_256(), &srtp_aes_galois_128(), &srtp_aes_galois_256()},
        srtp_hmac_sha1());
}

/// A session keeps the ciphers it was made with.
std::unique_ptr<SrtpSession> with_libsrtps_own(const SrtpKey& key, const std::uint32_t* ssrc)
{
    use({&srtp_aes_icm_128, &srtp_aes_icm_256, &srtp_aes_gcm_128, &srtp_aes_gcm_256}, srtp_hmac);
    auto session = ssrc == nullptr ? SrtpSession::receiving(key) : SrtpSession::sending(key, *ssrc);
    use_ours();
    EXPECT_TRUE(session);
    return std::move(*session);
}

RC_GTEST_FIXTURE_PROP(SrtpCiphers, OursAndLibsrtpsOwnMakeTheSameBytesAndOpenEachOthers, (std::uint64_t seed))
{
    Rng rng{seed};
    SrtpKey key{.suite = static_cast<SrtpSuite>(rng.below(kSrtpSuites))};
    for (auto& byte : key.used()) {
        byte = static_cast<std::uint8_t>(rng.next());
    }
    const std::uint32_t ssrc = rng.u32();
    auto ours = *SrtpSession::sending(key, ssrc);
    auto theirs = with_libsrtps_own(key, &ssrc);
    auto opens = *SrtpSession::receiving(key);
    auto they_open = with_libsrtps_own(key, nullptr);
    auto sequence = static_cast<std::uint16_t>(65'530);
    for (int packet = 0; packet < 12; ++packet) {
        const std::size_t size = wire::kRtpHeaderBytes + rng.below(1200);
        Bytes clear(size + SrtpSession::kTrailerMax);
        for (auto& byte : clear) {
            byte = static_cast<std::uint8_t>(rng.next());
        }
        wire::write_rtp_header(clear, {.sequence = sequence++, .timestamp = rng.u32(), .ssrc = ssrc});
        Bytes one = clear;
        Bytes other = clear;
        const auto size_of_one = ours->protect_rtp(one, size);
        RC_ASSERT(size_of_one.has_value());
        RC_ASSERT((theirs->protect_rtp(other, size) == size_of_one));
        one.resize(*size_of_one);
        other.resize(*size_of_one);
        RC_ASSERT(one == other);
        const auto opened = opens->unprotect_rtp(one);
        const auto opened_by_them = they_open->unprotect_rtp(other);
        RC_ASSERT(opened && opened_by_them);
        RC_ASSERT(opened->size() == size && opened_by_them->size() == size);
        RC_ASSERT(std::equal(opened->begin(), opened->end(), clear.begin()));
        RC_ASSERT(std::equal(opened_by_them->begin(), opened_by_them->end(), clear.begin()));
    }
}

}  // namespace
}  // namespace rb::media
