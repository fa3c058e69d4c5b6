#include "control/node/dtls_desk.h"

#include "dataplane/base/clock.h"

#include <map>
#include <vector>

namespace rb::node {

struct DtlsDesk::Bench {
    std::map<std::uint64_t, dtls::Handshake> handshakes;
};

DtlsDesk::DtlsDesk(files::FileThread& thread, Report report)
    : thread_{thread}, report_{std::move(report)}, bench_{std::make_shared<Bench>()}
{
}

DtlsDesk::~DtlsDesk() = default;

/// Has the thread do something to a handshake, and control learn what came of it.
template <typename Work>
void DtlsDesk::submit(std::uint64_t id, Work work)
{
    ++jobs_;
    thread_.submit([this, bench = bench_, id, work = std::move(work)]() -> files::FileThread::Continuation {
        const Nanos now = SteadyClock::now();
        const auto found = bench->handshakes.find(id);
        auto news = std::make_shared<engine::HandshakeNews>(engine::HandshakeNews{.id = id, .outcome = {}});
        Nanos due = kNever;
        if (found != bench->handshakes.end()) {
            work(found->second, now);
            news->outcome = found->second.take_outcome();
            due = found->second.due(now);
        }
        return [this, news, due] {
            --jobs_;
            set_due(news->id, due);
            report_(*news);
        };
    });
}

void DtlsDesk::begin(engine::HandshakeRequest request)
{
    due_of_[request.id] = kNever;
    thread_.submit([bench = bench_, request]() -> files::FileThread::Continuation {
        bench->handshakes.try_emplace(request.id, request.context, request.terms, SteadyClock::now());
        return {};
    });
    submit(request.id, [](dtls::Handshake& /*handshake*/, Nanos /*now*/) {});
}

bool DtlsDesk::receive(std::uint64_t id, const Address& source, std::span<const std::uint8_t> datagram)
{
    if (jobs_ >= kJobsMax) {
        return false;
    }
    submit(id, [source, bytes = std::vector(datagram.begin(), datagram.end())](dtls::Handshake& handshake, Nanos now) {
        handshake.receive(source, bytes, now);
    });
    return true;
}

void DtlsDesk::end(std::uint64_t id)
{
    set_due(id, kNever);
    due_of_.erase(id);
    thread_.submit([this, bench = bench_, id]() -> files::FileThread::Continuation {
        const auto found = bench->handshakes.find(id);
        found->second.close();
        auto news = std::make_shared<engine::HandshakeNews>(
            engine::HandshakeNews{.id = id, .outcome = found->second.take_outcome(), .over = true});
        bench->handshakes.erase(found);
        return [this, news] { report_(*news); };
    });
}

void DtlsDesk::on_time(Nanos now)
{
    while (!dues_.empty() && dues_.begin()->first <= now) {
        const std::uint64_t id = dues_.begin()->second;
        set_due(id, kNever);
        submit(id, [](dtls::Handshake& handshake, Nanos at) { handshake.on_time(at); });
    }
}

/// Handshakes that have ended have no time of their own any more.
void DtlsDesk::set_due(std::uint64_t id, Nanos due)
{
    const auto known = due_of_.find(id);
    if (known == due_of_.end()) {
        return;
    }
    dues_.erase({known->second, id});
    known->second = due;
    if (due != kNever) {
        dues_.emplace(due, id);
    }
}

}  // namespace rb::node
