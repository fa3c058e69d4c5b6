#include "control/stats/statsd_names.h"

#include <algorithm>

namespace rb::stats {
namespace {

struct Meaning {
    std::string_view name;
    std::string_view text;
};

// Sorted by name, for the search below.
constexpr std::array<Meaning, 154> kMeanings{{
    {"acl_refused", "403: endpoint known, address not allowed"},
    {"action_stale", "for a session that had already ended"},
    {"answered_at", "the same; 0 = not yet"},
    {"application", "running now"},
    {"bad_content", "415"},
    {"bad_extension", "420"},
    {"bad_request", "could not be parsed or was not sane"},
    {"bad_response", "the same of a response"},
    {"bad_scheme", "416"},
    {"bad_sdp", "400"},
    {"bad_version", "505"},
    {"bridge", "index of the bridge + 1; 0 = none"},
    {"bridges", "bridges held"},
    {"bridges.holding_bridge", "of them holding"},
    {"bridges.native_rtp", "of them passing packets on as they are"},
    {"bridges.simple_bridge", "of them with two parties that need audio work"},
    {"bridges.softmix", "of them mixing"},
    {"buffers_ended", "times receiving stopped for want of buffers, and went on at once"},
    {"busy_ns", "time spent working"},
    {"call_limit", "486: the endpoint's limit of calls"},
    {"caller", "number of the caller"},
    {"calls", "channels made"},
    {"calls.answered", "of them answered"},
    {"calls.max", "most calls at once"},
    {"calls.refused", "by admission, 503"},
    {"channels", "channels that exist"},
    {"codec", "as `allow=` spells it"},
    {"commands", "taken from control"},
    {"commands.overflow", "commands that found a worker's queue full and had to wait"},
    {"concealed", "frames made up in place of lost or late ones"},
    {"control_socket.clients", "connections accepted"},
    {"control_socket.requests", "requests answered"},
    {"count", "how often it was seen"},
    {"descriptors", "open descriptors"},
    {"draining", "1 = no new calls"},
    {"drop.bad_length", "a length field points past the end"},
    {"drop.bad_version", "RTP version is not 2"},
    {"drop.duplicate", "already held or played"},
    {"drop.late", "its turn has passed"},
    {"drop.not_receiving", "the leg is on hold"},
    {"drop.out_of_order", "sequence far from what was reached"},
    {"drop.overflow", "the jitter buffer is full"},
    {"drop.probation", "first packet of a new source"},
    {"drop.reserved_event", "telephone-event code that is no key"},
    {"drop.rtcp_bad", "broken RTCP"},
    {"drop.stale_leg", "for a leg that has gone"},
    {"drop.too_short", "fewer bytes than the header"},
    {"drop.unknown_payload", "payload type that was not negotiated"},
    {"drop.unknown_protocol", "neither STUN, DTLS, RTCP nor RTP"},
    {"drop.unsupported", "a protocol the leg did not negotiate"},
    {"drop.wrong_source", "sent by a stranger"},
    {"dropped", "datagrams, for any reason"},
    {"endpoint", "in `pjsip.conf`"},
    {"endpoints", "configured"},
    {"events_delayed", "events that had to wait for room in the queue"},
    {"events_dropped", "informative events that found control too far behind"},
    {"expectations_failed", "legs found in a state they must not be in"},
    {"first_at", "nanoseconds since 1970"},
    {"forwarded", "of those received, passed on as they were"},
    {"generation", "tells a leg from an earlier one in the same row"},
    {"glare", "491, or 500 to an offer while another was open"},
    {"header_refused", "an extra header that would have broken the message"},
    {"heartbeat_ms", "monotonic clock at the loop's last turn: what a watchdog compares"},
    {"id", "as `rbctl call` takes it"},
    {"jitter_buffer_us", "delay the jitter buffer adds now"},
    {"jitter_us", "interarrival jitter (RFC 3550)"},
    {"last_at", "the same"},
    {"late", "packets that came after their turn"},
    {"leg", "row in its worker's `legs.N` + 1"},
    {"legs", "legs that exist"},
    {"legs.max", "limit of the configuration, as the next two"},
    {"legs_shed", "of them given back"},
    {"locked", "1 = nobody new is let in"},
    {"log.errors", "errors logged"},
    {"log.warnings", "warnings logged"},
    {"lost", "RTP packets expected and not received"},
    {"members", "parties"},
    {"memory_bytes", "resident memory of the process"},
    {"merged", "482"},
    {"message", "the first 192 bytes"},
    {"message_too_large", "513"},
    {"method_refused", "405"},
    {"name", "of the channel or room"},
    {"no_common_media", "488"},
    {"no_dialog", "481"},
    {"no_extension", "404 to OPTIONS"},
    {"number", "dialled"},
    {"out_of_order", "500 to a CSeq that goes back"},
    {"overloaded", "503: too many sessions, or control too far behind"},
    {"packets.buffered", "put into a jitter buffer"},
    {"packets.consumed", "keys, comfort noise, RTCP, and audio nobody takes"},
    {"packets.forwarded", "passed on as they were"},
    {"packets.received", "datagrams; equals forwarded + buffered + consumed + the sum of drops"},
    {"packets.sent", "datagrams given to the kernel"},
    {"ports.exhausted", "calls that found no port pair free"},
    {"ports.free", "port pairs that may be taken"},
    {"ports.resting", "port pairs waiting until they are quiet"},
    {"ports.sending", "of those that rest, the old peer still sends"},
    {"queue_depth", "events that control has not yet taken"},
    {"rate", "of the mix, Hz"},
    {"rate_limited", "503: too many INVITEs in a second"},
    {"receive_failed", "receive errors"},
    {"received", "datagrams"},
    {"recorded", "1 = is being recorded"},
    {"reloads", "configurations taken over"},
    {"reloads.refused", "configurations refused"},
    {"remote_jitter_us", "by the peer's last report"},
    {"remote_lost_percent", "of what we sent, by the peer's last report"},
    {"request_ack", "ACK"},
    {"request_bye", "BYE"},
    {"request_cancel", "CANCEL"},
    {"request_invite", "received, as the next seven"},
    {"request_options", "OPTIONS"},
    {"request_other", "any other method"},
    {"request_reinvite", "INVITE within a dialog"},
    {"request_update", "UPDATE"},
    {"response_1xx", "sent by us, as the next five"},
    {"response_2xx", "success"},
    {"response_3xx", "redirection"},
    {"response_4xx", "request failed"},
    {"response_5xx", "server failed"},
    {"response_6xx", "refused everywhere"},
    {"room", "empty = in none"},
    {"rooms", "conference rooms"},
    {"rooms.max", "most rooms at once"},
    {"round_trip_us", "by RTCP; 0 = not known yet, as the next two"},
    {"send_failed", "datagrams the kernel did not take"},
    {"send_refused", "port unreachable, reported by the other end"},
    {"sent", "datagrams"},
    {"sent_bye", "BYE"},
    {"sent_cancel", "CANCEL"},
    {"sent_invite", "requests sent, as the next two"},
    {"sessions_active", "sessions"},
    {"slot_busy_us", "how long slots took"},
    {"slot_lateness_us", "how late slots began"},
    {"slots", "slots run, 1 ms each"},
    {"slots_late", "of them begun more than 1 ms after they were due"},
    {"stale_events", "events about channels that had gone"},
    {"started_at", "nanoseconds since 1970"},
    {"state", "as ARI spells it"},
    {"statsd.datagrams", "sent"},
    {"statsd.failed", "not taken by the kernel, or refused by the other end"},
    {"stray_ack", "no dialog or transaction waits for it"},
    {"stray_response", "no transaction waits for it"},
    {"talking", "1 = speaks; of a room: how many speak"},
    {"thread_cpu_ns", "CPU time of the thread, kernel included"},
    {"too_many_hops", "483"},
    {"transactions", "held by the stack, finished ones for 32 s"},
    {"truncated", "datagrams too long, not delivered"},
    {"tx_overflow", "datagrams that found the batch full"},
    {"unidentified", "403: no endpoint"},
    {"unknown_method", "501"},
    {"updated_ms", "monotonic clock at the last update"},
    {"worker", "of a call: index + 1, 0 = no leg; of a room: index"},
}};

constexpr bool before(const Meaning& a, const Meaning& b) noexcept
{
    return a.name < b.name;
}
static_assert(std::is_sorted(kMeanings.begin(), kMeanings.end(), before));

}  // namespace

std::string_view meaning_of(std::string_view figure)
{
    // A bucket means what its histogram does.
    const std::size_t dot = figure.rfind('.');
    for (const std::string_view name : {figure, figure.substr(0, std::min(dot, figure.size()))}) {
        const auto found = std::lower_bound(kMeanings.begin(), kMeanings.end(), Meaning{name, {}}, before);
        if (found != kMeanings.end() && found->name == name) {
            return found->text;
        }
    }
    return {};
}

}  // namespace rb::stats
