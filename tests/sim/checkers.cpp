#include "sim/checkers.h"

#include "dataplane/wire/demux.h"
#include "dataplane/wire/seq.h"
#include "sim/call.h"
#include "sim/tone_clip.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace rb::sim {
namespace {

/// Of a phone's tone, in dBov.
const double kTone = 20 * std::log10(SimClient::kAmplitude / std::numbers::sqrt2 / 32'768);

std::string name(const Call& call)
{
    return "call " + std::to_string(call.number);
}

/// Where a call's datagrams may go: addresses it is known by, and beside the RTP ones the RTCP port.
bool allowed(const Call& call, const Address& address)
{
    const Address below = address.with_port(static_cast<std::uint16_t>(address.port() - 1));
    return call.known.contains(address) || call.known.contains(below);
}

}  // namespace

std::string decibels(double value)
{
    std::array<char, 32> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "%.2f dB", value));
    return text.data();
}

void Checkers::complain(Nanos now, const std::string& what)
{
    constexpr std::size_t kEnough = 20;
    if (problems_.size() < kEnough) {
        problems_.push_back("t=" + std::to_string(to_ms(now)) + " ms: " + what);
    }
}

void Checkers::sent(Call& call, const Sent& datagram, Nanos now)
{
    if (!allowed(call, datagram.destination)) {
        complain(now, name(call) + " sends to " + datagram.destination.to_string() + ", whom nobody named");
    }
    std::vector<std::uint8_t> copy = datagram.bytes;
    std::span<std::uint8_t> clear = copy;
    if (const std::string what = call.sent_under.empty() ? "" : call.sent_under.open(copy, clear); !what.empty()) {
        return complain(now, name(call) + what);
    }
    if (wire::classify(datagram.bytes) != wire::Protocol::Rtp) {
        return;
    }
    const auto view = wire::parse_rtp(clear);
    if (!view) {
        complain(now, name(call) + " sends what does not parse");
        return;
    }
    // A phone's own jumps are passed on by a native bridge, and so is a header spoilt on its way.
    const StreamRules rules{.clean = options_.clean(),
                            .monotone = !options_.new_streams && options_.to_server.corrupt == 0,
                            .rate = codecs::codec_info(call.client->options().codec).clock_rate};
    if (const std::string what = next_in_stream(call.stream, view->header, rules, now); !what.empty()) {
        complain(now, name(call) + what);
    }
}

std::string next_in_stream(StreamSeen& seen, const wire::RtpHeader& header, const StreamRules& rules, Nanos now)
{
    if (!seen.any) {
        seen = {.any = true,
                .ssrc = header.ssrc,
                .sequence = header.sequence,
                .timestamp = header.timestamp,
                .first_timestamp = header.timestamp,
                .first_at = now,
                .last_at = now};
        return {};
    }
    seen.longest_gap = std::max(seen.longest_gap, now - seen.last_at);
    seen.last_at = now;
    std::string wrong = header.ssrc == seen.ssrc ? "" : " changes its SSRC";
    const int step = wire::seq_distance(seen.sequence, header.sequence);
    if (rules.clean ? step != 1 : std::abs(step) > 3000) {
        wrong += " steps by " + std::to_string(step) + " in sequence";
    }
    if (step <= 0) {
        return wrong;
    }
    const auto back = wire::timestamp_distance(header.timestamp, seen.timestamp);
    if (rules.monotone && back > 0) {
        wrong += " goes back in time by " + std::to_string(back) + " ticks with payload type " +
                 std::to_string(header.payload_type);
    }
    const double elapsed = std::chrono::duration<double>(now - seen.first_at).count();
    const double shown = static_cast<double>(header.timestamp - seen.first_timestamp) / rules.rate;
    if (rules.clean && rules.rate != 0 && std::abs(shown - elapsed) > 0.5) {
        wrong += " shows " + std::to_string(shown) + " s after " + std::to_string(elapsed);
    }
    seen.sequence = header.sequence;
    seen.timestamp = header.timestamp;
    return wrong;
}

void Checkers::key(Call& call, const Event& event, Nanos now)
{
    if (const auto* pressed = std::get_if<event::KeyPressed>(&event)) {
        call.keys += pressed->digit;
        if (std::exchange(call.key_down, true)) {
            complain(now, name(call) + " has key " + pressed->digit + " pressed before the last was released");
        }
    } else if (const auto* released = std::get_if<event::KeyReleased>(&event)) {
        if (!std::exchange(call.key_down, false) || call.keys.back() != released->digit) {
            complain(now, name(call) + " has key " + released->digit + " released that was not pressed");
        }
    }
}

void Checkers::keys_at_end(const Call& call, Nanos now)
{
    if (options_.to_server.corrupt > 0) {
        return;
    }
    const std::string& pressed = call.client->pressed();
    std::size_t next = 0;
    for (const char key : call.keys) {
        next = pressed.find(key, next);
        if (next == std::string::npos) {
            complain(now, name(call) + " pressed " + pressed + ", reported were " + call.keys);
            return;
        }
        ++next;
    }
    if (options_.clean() && !call.was_held && pressed != call.keys) {
        complain(now, name(call) + " pressed " + pressed + ", reported were only " + call.keys);
    }
    if (call.key_down && call.state == Call::State::Up) {
        complain(now, name(call) + " has a key that was never released");
    }
}

bool Checkers::listens(const Call& listener, Nanos now)
{
    const std::size_t windows = listener.client->windows_heard();
    if (windows < 8) {
        complain(now, name(listener) + " hears only " + std::to_string(windows) + " windows of 100 ms");
    }
    return windows >= 8;
}

void Checkers::level(const Call& listener, const Call& talker, bool audible, Nanos now)
{
    // The design asks for 50 dB. That is what linear codecs give; what G.711 adds twice on the way reaches 46 dB below
    // a tone in the unluckiest of some thousand measurements.
    constexpr double kOwnBelow = -45;
    const double hz = talker.client->options().hz;
    double level = listener.client->level_of(hz) - kTone;
    if (!audible) {
        level = std::min(level, listener.client->trace_of(hz) - kTone);
    }
    if (audible ? std::abs(level) > 0.5 : level > kOwnBelow) {
        complain(now, name(listener) + " hears " + name(talker) + " at " + decibels(level));
    }
}

void Checkers::hearing(const std::vector<const Call*>& together, Nanos now)
{
    for (const Call* listener : together) {
        if (!listens(*listener, now)) {
            continue;
        }
        for (const Call* talker : together) {
            level(*listener, *talker, listener != talker || together.size() == 1, now);
        }
    }
}

void Checkers::waiting(const std::vector<const Call*>& together, Nanos now)
{
    constexpr double kMusicAbove = -30;
    const bool announced =
        std::any_of(together.begin(), together.end(), [](const Call* call) { return call->announcer; });
    for (const Call* listener : together) {
        if (!listens(*listener, now)) {
            continue;
        }
        for (const Call* talker : together) {
            level(*listener, *talker, talker->announcer && !listener->announcer, now);
        }
        const double music = listener->client->level_of(kMusicHz) - kTone;
        if (!announced && music < kMusicAbove) {
            complain(now, name(*listener) + " hears no music: " + decibels(music));
        }
    }
}

}  // namespace rb::sim
