// association.h — one DTLS association that yields SRTP keys (RFC 5764): datagrams in, datagrams out, no socket.
//
// The peer is known by the fingerprint of its certificate alone: a handshake with another fails, and no key is ever
// handed out before that has been compared.
#pragma once

#include "control/dtls/context.h"
#include "dataplane/base/srtp_suite.h"
#include "dataplane/base/time.h"
#include "signaling/fingerprint.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct ssl_st;
struct x509_store_ctx_st;

namespace rb::dtls {

using Datagram = std::vector<std::uint8_t>;

/// What a handshake is for: one key for each direction.
struct SrtpKeys {
    SrtpKey receive;
    SrtpKey send;

    friend bool operator==(const SrtpKeys&, const SrtpKeys&) = default;
};

/// Owner: one thread, any. Reads the clock, as OpenSSL does for what it repeats.
class Association {
public:
    /// Datagrams are no longer than this, whatever a certificate holds.
    static constexpr std::size_t kDatagramMax = 1200;
    /// A flight that is not answered is repeated after this, then after twice as long, and so on.
    static constexpr Nanos kFirstRepeat = 100ms;
    static constexpr Nanos kLastRepeat = 2s;

    enum class State : std::uint8_t {
        Handshaking,
        Established,
        Closed,  ///< by the peer, or by close()
        Failed,
    };

    struct Terms {
        bool client = false;                         ///< we begin
        std::vector<sip::Fingerprint> fingerprints;  ///< the peer's certificate must have one of these
    };

    [[nodiscard]] static Result<std::unique_ptr<Association>> begin(std::shared_ptr<const Context> context,
                                                                    Terms terms);
    ~Association();
    Association(const Association&) = delete;
    Association& operator=(const Association&) = delete;

    /// A datagram of the peer's. Whatever it is, the worst that follows is State::Failed.
    void receive(std::span<const std::uint8_t> datagram);
    /// Repeats what has not been answered, once timeout() has passed; fails after the twelfth time.
    void on_timeout();
    /// How long on_timeout() is not needed; none = until something else happens.
    [[nodiscard]] std::optional<Nanos> timeout() const;
    /// Agrees on new keys. With a peer that refuses the association ends: see renewal_failed().
    void renew_keys();
    /// Says goodbye.
    void close();

    /// What is to be sent, in order.
    [[nodiscard]] std::vector<Datagram> take_output() { return std::exchange(output_, {}); }
    /// Keys agreed on since the last call.
    [[nodiscard]] std::optional<SrtpKeys> take_keys() { return std::exchange(keys_, std::nullopt); }
    [[nodiscard]] State state() const noexcept { return state_; }
    /// Why it failed.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    /// It failed because the peer has shown another certificate than its SDP promises.
    [[nodiscard]] bool wrong_fingerprint() const noexcept { return wrong_fingerprint_; }
    /// It failed while keys were renewed with a peer that would not: those there are stay good.
    [[nodiscard]] bool renewal_failed() const noexcept
    {
        return state_ == State::Failed && renewing_ && !wrong_fingerprint_;
    }

    // Called by OpenSSL; Context installs them.
    static int verify_fingerprint(x509_store_ctx_st* store, void* unused);
    static int verify_chain_too(x509_store_ctx_st* store, void* unused);
    static void on_info(const ssl_st* ssl, int where, int code);
    // Called by the datagram BIO.
    [[nodiscard]] std::optional<Datagram> next_input();
    void add_output(std::span<const std::uint8_t> datagram);

private:
    explicit Association(std::shared_ptr<const Context> context, Terms terms)
        : context_{std::move(context)}, terms_{std::move(terms)}
    {
    }
    void advance();
    void step_result(int result);
    void take_new_keys();
    void fail(std::string problem);

    std::shared_ptr<const Context> context_;
    Terms terms_;
    ssl_st* ssl_ = nullptr;
    State state_ = State::Handshaking;
    std::deque<Datagram> input_;
    std::vector<Datagram> output_;
    bool handshake_done_ = false;  // since keys were taken last
    bool renewing_ = false;
    bool wrong_fingerprint_ = false;
    std::optional<SrtpKeys> keys_;
    std::string problem_;
};

}  // namespace rb::dtls
