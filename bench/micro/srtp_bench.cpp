// srtp_bench — nanoseconds to protect a packet of 20 ms of G.711, and to protect and unprotect it: with our ciphers,
// with those libsrtp2 is packaged with, and by bare OpenSSL, which nothing built on it can beat.
//
// Replacing ciphers is what a session is made with, so both kinds live beside one another.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "dataplane/media/srtp_ciphers.h"
#include "dataplane/media/srtp_session.h"
#include "dataplane/wire/rtp.h"

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#ifdef RB_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

extern "C" {
extern const srtp_cipher_type_t srtp_aes_icm_128;
extern const srtp_cipher_type_t srtp_aes_gcm_128;
extern const srtp_auth_type_t srtp_hmac;
}

namespace rb::media {
namespace {

constexpr std::uint32_t kSsrc = 42;
constexpr std::size_t kClear = wire::kRtpHeaderBytes + 160;
using Packet = std::array<std::uint8_t, kClear + SrtpSession::kTrailerMax>;

enum class Made {
    Ours,
    WithOpenSsl,  ///< ours, with AES by OpenSSL
    AsPackaged
};

void install(Made made)
{
    if (!install_srtp_ciphers()) {
        std::abort();
    }
    const bool ours = made != Made::AsPackaged;
    const auto& counter = made == Made::Ours          ? srtp_aes_counter_128()
                          : made == Made::WithOpenSsl ? srtp_aes_counter_128_openssl()
                                                      : srtp_aes_icm_128;
    const auto& galois = made == Made::Ours          ? srtp_aes_galois_128()
                         : made == Made::WithOpenSsl ? srtp_aes_galois_128_openssl()
                                                     : srtp_aes_gcm_128;
    const auto& hmac = ours ? srtp_hmac_sha1() : srtp_hmac;
    srtp_replace_cipher_type(&counter, counter.id);
    srtp_replace_cipher_type(&galois, galois.id);
    srtp_replace_auth_type(&hmac, hmac.id);
}

template <Made made, SrtpSuite suite>
void protect(benchmark::State& state)
{
    install(made);
    const auto session = *SrtpSession::sending({.suite = suite}, kSsrc);
    Packet packet{};
    std::uint16_t sequence = 0;
    for (auto _ : state) {
        wire::write_rtp_header(packet, {.sequence = sequence++, .ssrc = kSsrc});
        auto size = session->protect_rtp(packet, kClear);
        benchmark::DoNotOptimize(size);
    }
}

template <Made made, SrtpSuite suite>
void protect_and_unprotect(benchmark::State& state)
{
    install(made);
    const auto sender = *SrtpSession::sending({.suite = suite}, kSsrc);
    const auto receiver = *SrtpSession::receiving({.suite = suite});
    Packet packet{};
    std::uint16_t sequence = 0;
    for (auto _ : state) {
        wire::write_rtp_header(packet, {.sequence = sequence++, .ssrc = kSsrc});
        const auto size = sender->protect_rtp(packet, kClear);
        auto opened = receiver->unprotect_rtp(std::span{packet}.first(*size));
        if (!opened) {
            state.SkipWithError("not opened");
        }
    }
}

/// As a node has them: each session in turn, so that none is in the cache.
template <Made made, SrtpSuite suite>
void among_a_thousand_legs(benchmark::State& state)
{
    install(made);
    constexpr std::size_t kLegs = 1000;
    std::vector<std::unique_ptr<SrtpSession>> senders;
    std::vector<std::unique_ptr<SrtpSession>> receivers;
    for (std::size_t i = 0; i < kLegs; ++i) {
        senders.push_back(*SrtpSession::sending({.suite = suite}, kSsrc));
        receivers.push_back(*SrtpSession::receiving({.suite = suite}));
    }
    Packet packet{};
    std::uint16_t sequence = 0;
    std::size_t leg = 0;
    for (auto _ : state) {
        wire::write_rtp_header(packet, {.sequence = sequence, .ssrc = kSsrc});
        const auto size = senders[leg]->protect_rtp(packet, kClear);
        auto opened = receivers[leg]->unprotect_rtp(std::span{packet}.first(*size));
        if (!opened) {
            state.SkipWithError("not opened");
        }
        leg = (leg + 1) % kLegs;
        sequence = static_cast<std::uint16_t>(sequence + (leg == 0 ? 1 : 0));
    }
}

void bare_counter_and_hmac(benchmark::State& state)
{
    std::array<std::uint8_t, 16> key{};
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nullptr, key.data(), key.data());
    SHA_CTX keyed{};
    SHA1_Init(&keyed);
    const std::array<std::uint8_t, SHA_CBLOCK> pad{};
    SHA1_Update(&keyed, pad.data(), pad.size());
    Packet packet{};
    for (auto _ : state) {
        int written = 0;
        EVP_EncryptInit_ex2(context, nullptr, nullptr, packet.data(), nullptr);
        EVP_EncryptUpdate(context, packet.data() + 12, &written, packet.data() + 12, 160);
        SHA_CTX running = keyed;
        std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
        SHA1_Update(&running, packet.data(), kClear + 4);
        SHA1_Final(digest.data(), &running);
        running = keyed;
        SHA1_Update(&running, digest.data(), digest.size());
        SHA1_Final(digest.data(), &running);
        benchmark::DoNotOptimize(digest);
    }
    EVP_CIPHER_CTX_free(context);
}

void bare_galois(benchmark::State& state)
{
    std::array<std::uint8_t, 16> key{};
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nullptr, key.data(), key.data());
    Packet packet{};
    for (auto _ : state) {
        int written = 0;
        std::array<std::uint8_t, 16> tag{};
        EVP_EncryptInit_ex2(context, nullptr, nullptr, packet.data(), nullptr);
        EVP_EncryptUpdate(context, nullptr, &written, packet.data(), 12);
        EVP_EncryptUpdate(context, packet.data() + 12, &written, packet.data() + 12, 160);
        EVP_EncryptFinal_ex(context, tag.data(), &written);
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag.data());
        benchmark::DoNotOptimize(tag);
    }
    EVP_CIPHER_CTX_free(context);
}

#ifdef RB_IPSEC_MB

/// Counter mode and HMAC-SHA1 of as many packets at a time as a worker might collect in a slot.
void batched_counter_and_hmac(benchmark::State& state)
{
    IMB_MGR* manager = alloc_mb_mgr(0);
    init_mb_mgr_auto(manager, nullptr);
    const std::array<std::uint8_t, SHA_CBLOCK> pad{};
    alignas(64) std::array<std::uint8_t, 16 * 15> encrypt{};
    alignas(64) std::array<std::uint8_t, 16 * 15> decrypt{};
    alignas(64) std::array<std::uint8_t, SHA_DIGEST_LENGTH> keyed{};
    IMB_AES_KEYEXP_128(manager, pad.data(), encrypt.data(), decrypt.data());
    IMB_SHA1_ONE_BLOCK(manager, pad.data(), keyed.data());
    std::vector<Packet> packets(static_cast<std::size_t>(state.range(0)));
    std::array<std::uint8_t, SHA_DIGEST_LENGTH> tag{};
    for (auto _ : state) {
        for (Packet& packet : packets) {
            IMB_JOB* job = IMB_GET_NEXT_JOB(manager);
            job->cipher_mode = IMB_CIPHER_CNTR;
            job->cipher_direction = IMB_DIR_ENCRYPT;
            job->chain_order = IMB_ORDER_CIPHER_HASH;
            job->enc_keys = encrypt.data();
            job->dec_keys = decrypt.data();
            job->key_len_in_bytes = 16;
            job->iv = packet.data();
            job->iv_len_in_bytes = 16;
            job->src = packet.data();
            job->dst = packet.data() + 12;
            job->cipher_start_src_offset_in_bytes = 12;
            job->msg_len_to_cipher_in_bytes = 160;
            job->hash_alg = IMB_AUTH_HMAC_SHA_1;
            job->u.HMAC._hashed_auth_key_xor_ipad = keyed.data();
            job->u.HMAC._hashed_auth_key_xor_opad = keyed.data();
            job->hash_start_src_offset_in_bytes = 0;
            job->msg_len_to_hash_in_bytes = kClear + 4;
            job->auth_tag_output = tag.data();
            job->auth_tag_output_len_in_bytes = 10;
            benchmark::DoNotOptimize(IMB_SUBMIT_JOB_NOCHECK(manager));
        }
        while (IMB_FLUSH_JOB(manager) != nullptr) {
        }
    }
    state.counters["ns_per_packet"] =
        benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)) * 1e-9,
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    free_mb_mgr(manager);
}
BENCHMARK(batched_counter_and_hmac)->Arg(1)->Arg(4)->Arg(16)->Arg(50);
BENCHMARK(protect<Made::WithOpenSsl, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(protect_and_unprotect<Made::WithOpenSsl, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(among_a_thousand_legs<Made::WithOpenSsl, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(protect<Made::WithOpenSsl, SrtpSuite::AeadAes128Gcm>);
BENCHMARK(protect_and_unprotect<Made::WithOpenSsl, SrtpSuite::AeadAes128Gcm>);

#endif

BENCHMARK(protect<Made::Ours, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(protect<Made::AsPackaged, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(bare_counter_and_hmac);
BENCHMARK(protect<Made::Ours, SrtpSuite::AeadAes128Gcm>);
BENCHMARK(protect<Made::AsPackaged, SrtpSuite::AeadAes128Gcm>);
BENCHMARK(bare_galois);
BENCHMARK(protect<Made::Ours, SrtpSuite::AesCm256HmacSha1_80>);
BENCHMARK(protect<Made::Ours, SrtpSuite::AeadAes256Gcm>);
BENCHMARK(protect_and_unprotect<Made::Ours, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(protect_and_unprotect<Made::AsPackaged, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(among_a_thousand_legs<Made::Ours, SrtpSuite::AesCm128HmacSha1_80>);
BENCHMARK(protect_and_unprotect<Made::Ours, SrtpSuite::AeadAes128Gcm>);
BENCHMARK(among_a_thousand_legs<Made::Ours, SrtpSuite::AeadAes128Gcm>);
BENCHMARK(protect_and_unprotect<Made::AsPackaged, SrtpSuite::AeadAes128Gcm>);

}  // namespace
}  // namespace rb::media
