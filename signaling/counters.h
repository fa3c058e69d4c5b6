// counters.h — what the sip thread counts: plain values with one writer, read from any thread.
#pragma once

#include "dataplane/base/counters.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rb::sip {

enum class SipCounter : std::uint8_t {
    RequestInvite,
    RequestReinvite,
    RequestAck,
    RequestBye,
    RequestCancel,
    RequestOptions,
    RequestUpdate,
    RequestPrack,
    RequestInfo,
    RequestOther,
    Response1xx,  ///< sent by us, as the next five
    Response2xx,
    Response3xx,
    Response4xx,
    Response5xx,
    Response6xx,
    SentInvite,
    SentBye,
    SentCancel,
    SentPrack,
    SentInfo,
    BadRequest,         ///< could not be parsed or was not sane; answered 400 where possible
    BadResponse,        ///< a response that could not be parsed or was not sane
    StrayResponse,      ///< no transaction waits for it
    StrayAck,           ///< no dialog or transaction waits for it
    BadVersion,         ///< 505
    BadScheme,          ///< 416
    TooManyHops,        ///< 483
    BadExtension,       ///< 420
    BadContent,         ///< 415
    MessageTooLarge,    ///< 513
    UnknownMethod,      ///< 501
    MethodRefused,      ///< 405
    NoDialog,           ///< 481
    Merged,             ///< 482
    Glare,              ///< 491 or 500 to an offer while another was open
    OutOfOrder,         ///< 500 to a CSeq that goes back
    BadSdp,             ///< 400
    NoCommonMedia,      ///< 488
    Unidentified,       ///< 403: no endpoint
    AclRefused,         ///< 403: endpoint known, address not allowed
    CallLimit,          ///< 486: the endpoint's calls_max
    RateLimited,        ///< 503: invites_per_second_max
    Overloaded,         ///< 503: sessions_max or a full event queue
    Draining,           ///< 503
    NoExtension,        ///< 404 to OPTIONS
    HeaderRefused,      ///< an extra header that would have broken the message
    Redirected,         ///< INVITEs sent to a place that a 3xx named
    ChallengeAnswered,  ///< 401 or 407 to a request of ours, which was sent again with outbound_auth
    ActionStale,        ///< for a session that had already ended
    EventsDelayed,      ///< an event that had to wait for room in the queue
    SessionsActive,     ///< gauge
    Transactions,       ///< gauge: held by nta, finished ones for 32 s, about 8 kB each
    QueueDepth,         ///< gauge: events that control has not yet taken
    Heartbeat,          ///< gauge: monotonic ms of the loop's last turn
    Count_,             ///< keep last
};

inline constexpr std::size_t kSipCounterCount = static_cast<std::size_t>(SipCounter::Count_);

/// As statsd and rbctl spell them; the index is the enumerator.
inline constexpr std::array<std::string_view, kSipCounterCount> kSipCounterNames{
    "request_invite",     "request_reinvite", "request_ack",     "request_bye",     "request_cancel", "request_options",
    "request_update",     "request_prack",    "request_info",    "request_other",   "response_1xx",   "response_2xx",
    "response_3xx",       "response_4xx",     "response_5xx",    "response_6xx",    "sent_invite",    "sent_bye",
    "sent_cancel",        "sent_prack",       "sent_info",       "bad_request",     "bad_response",   "stray_response",
    "stray_ack",          "bad_version",      "bad_scheme",      "too_many_hops",   "bad_extension",  "bad_content",
    "message_too_large",  "unknown_method",   "method_refused",  "no_dialog",       "merged",         "glare",
    "out_of_order",       "bad_sdp",          "no_common_media", "unidentified",    "acl_refused",    "call_limit",
    "rate_limited",       "overloaded",       "draining",        "no_extension",    "header_refused", "redirected",
    "challenge_answered", "action_stale",     "events_delayed",  "sessions_active", "transactions",   "queue_depth",
    "heartbeat_ms",
};
static_assert(!kSipCounterNames.back().empty());

/// The same with their kinds, as the counter file wants them.
inline constexpr auto kSipFigures = [] {
    std::array<Figure, kSipCounterCount> figures{};
    for (std::size_t i = 0; i < kSipCounterCount; ++i) {
        const bool gauge = i >= static_cast<std::size_t>(SipCounter::SessionsActive);
        figures[i] = {kSipCounterNames[i].data(), gauge ? FigureKind::Gauge : FigureKind::Counter};
    }
    return figures;
}();

/// Owner: the sip thread writes; everyone reads.
class SipCounters {
public:
    SipCounters() : SipCounters{Counters{}} {}
    /// words   kSipCounterCount of the counter file, which outlive this; none = words of its own
    explicit SipCounters(Counters words) noexcept : words_{words.size() == 0 ? Counters{own_} : words} {}
    SipCounters(const SipCounters&) = delete;
    SipCounters& operator=(const SipCounters&) = delete;

    void add(SipCounter counter, std::uint64_t amount = 1) noexcept { words_.add(counter, amount); }
    void set(SipCounter counter, std::uint64_t value) noexcept { words_.set(counter, value); }
    [[nodiscard]] std::uint64_t get(SipCounter counter) const noexcept { return words_.get(counter); }

private:
    std::array<Counters::Word, kSipCounterCount> own_{};
    Counters words_;
};

}  // namespace rb::sip
