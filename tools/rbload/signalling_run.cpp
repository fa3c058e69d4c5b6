#include "tools/rbload/signalling_run.h"

#include "tools/rbload/judge.h"
#include "tools/rbload/pacer.h"
#include "tools/rbload/progress.h"
#include "tools/rbload/server_watch.h"
#include "tools/rbload/voice.h"

#include <deque>

namespace rb::load {
namespace {

/// After the last call: room for its BYE and some retransmissions.
constexpr Nanos kPatience = 35s;
constexpr int kSinkBytes = 1 << 20;

Nanos seconds(double value)
{
    return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>{value});
}

/// Answered calls and when their time is over; all are held equally long, so the first in is the first out.
struct Held {
    std::uint32_t call;
    Nanos until;
};

class SignallingRun {
public:
    SignallingRun(const Options& options, SipClient& sip, const Address& media)
        : options_{options}, sip_{sip}, media_{media}, ledger_{options.calls, options.calls_per_second}
    {
    }

    void run()
    {
        Nanos last_placed{};
        Nanos now{};
        do {
            now = pacer_.tick();
            for (const CallEvent& event : sip_.run(now)) {
                ledger_.note(event, true, now);
                if (event.change == CallChange::Answered) {
                    held_.push_back({.call = event.call, .until = now + seconds(options_.hold_s)});
                }
            }
            for (; !held_.empty() && held_.front().until <= now; held_.pop_front()) {
                sip_.hang_up(held_.front().call, now);
            }
            if (!interrupted()) {
                last_placed = place(now, last_placed);
            }
            progress_.show(now, std::to_string(ledger_.answered()) + " calls answered",
                           static_cast<double>(ledger_.placed_count()) / options_.calls);
        } while (!over(now, last_placed));
        progress_.finish();
    }

    [[nodiscard]] const CallLedger& ledger() const { return ledger_; }

private:
    /// There are no media, so a key that is all zeros will do.
    [[nodiscard]] MediaDescription offer() const
    {
        MediaDescription media{
            .address = media_,
            .formats = {{.payload_type = payload_type_of(options_.codec_of(0)), .codec = options_.codec_of(0)}},
            .ptime_ms = options_.ptime_ms};
        if (options_.srtp) {
            media.profile = "RTP/SAVP";
            media.crypto = {{.key = {.suite = *options_.srtp}}};
        }
        return media;
    }

    Nanos place(Nanos now, Nanos last_placed)
    {
        while (ledger_.next_due(now) <= now) {
            sip_.place(options_.target, options_.server, offer(), now);
            ledger_.placed(now);
            last_placed = now;
        }
        return last_placed;
    }

    [[nodiscard]] bool over(Nanos now, Nanos last_placed) const
    {
        const bool placing = !ledger_.all_placed() && !interrupted();
        const bool settled = ledger_.all_decided() && ledger_.up() == 0;
        return !placing && (settled || now > last_placed + seconds(options_.hold_s) + kPatience);
    }

    const Options& options_;
    SipClient& sip_;
    Address media_;
    CallLedger ledger_;
    Pacer pacer_;
    Progress progress_;
    std::deque<Held> held_;
};

}  // namespace

Result<Outcome> run_signalling(const Options& options)
{
    const auto sink = UdpSocket::bind(options.local.with_port(0), kSinkBytes);
    if (!sink) {
        return tl::unexpected(sink.error());
    }
    auto sip = SipClient::open(options.local.with_port(0));
    if (!sip) {
        return tl::unexpected(std::move(sip.error()));
    }
    const auto found = find_udp_server(options.server.port());
    const int pid = options.server_pid == 0 && found ? *found : options.server_pid;
    const auto began = sample_server(pid);
    OwnCpu own_cpu;
    own_cpu.begin();
    SignallingRun run{options, **sip, sink->local()};
    run.run();
    own_cpu.end();
    const auto ended = sample_server(pid);

    Outcome outcome{.calls = run.ledger().outcome(**sip), .interrupted = interrupted()};
    run.ledger().add_faults(outcome.faults);
    if (pid > 0 && began && ended && outcome.calls.answered > 0) {
        outcome.server = judge_server(*began, *ended, 0);
        outcome.server->pid = pid;
        outcome.server->us_per_call = std::chrono::duration<double, std::micro>{ended->cpu - began->cpu}.count() /
                                      static_cast<double>(outcome.calls.answered);
    }
    outcome.generator = {.cpu_percent = own_cpu.percent(), .lateness = run.ledger().lateness().percentiles()};
    judge_generator(outcome.generator);
    return outcome;
}

}  // namespace rb::load
