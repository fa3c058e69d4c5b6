#include "sim/sim_worker.h"

#include "dataplane/media/srtp_ciphers.h"

#include <algorithm>
#include <utility>

namespace rb::sim {

SimWorker::SimWorker(const CoreLimits& limits, Kernel& kernel)
    : kernel_{kernel},
      core_{limits, commands_, events_, Counters{words_}},
      endpoints_(limits.legs),
      generations_(limits.legs)
{
    RB_ASSERT(media::install_srtp_ciphers().has_value());
    for (std::size_t slot = limits.legs; slot-- > 0;) {
        free_slots_.push_back(static_cast<std::uint32_t>(slot));
    }
}

SimWorker::~SimWorker() = default;

template <typename T>
T* SimWorker::lend(std::unique_ptr<T> object, std::map<T*, std::unique_ptr<T>>& book)
{
    T* raw = object.get();
    book.emplace(raw, std::move(object));
    return raw;
}

template <typename T>
std::unique_ptr<T> SimWorker::take(T* object, std::map<T*, std::unique_ptr<T>>& book)
{
    const auto found = book.find(object);
    RB_ASSERT(found != book.end());
    auto taken = std::move(found->second);
    book.erase(found);
    return taken;
}

media::LegRef SimWorker::reserve_leg()
{
    RB_ASSERT(!free_slots_.empty());
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    return {.index = slot, .generation = ++generations_[slot]};
}

void SimWorker::adopt(std::unique_ptr<media::Leg> leg)
{
    RB_ASSERT(leg->holder == media::Holder::Control);
    leg->holder = media::Holder::Queue;
    if (leg->monitor != nullptr) {
        monitors_.emplace(leg->monitor, leg->monitor);  // it came along
    }
    post(command::AdoptLeg{.leg = lend(std::move(leg), legs_)});
}

void SimWorker::change_media(media::LegRef leg, std::unique_ptr<media::MediaPlan> plan)
{
    ++plans_lent_;
    post(command::ChangeMedia{.leg = leg, .plan = plan.release()});
}

bridges::BridgeRef SimWorker::adopt(const bridges::BridgeOptions& options)
{
    const bridges::BridgeRef ref{.index = next_bridge_++, .generation = 1};
    auto bridge = std::make_unique<bridges::Bridge>(ref, options);
    bridge->holder = media::Holder::Queue;
    post(command::AdoptBridge{.bridge = lend(std::move(bridge), bridges_)});
    return ref;
}

void SimWorker::add_trunk(bridges::BridgeRef bridge, bridges::TrunkEnd& end)
{
    end.holder = media::Holder::Queue;
    ++trunk_ends_lent_;
    post(command::AddTrunk{.bridge = bridge, .end = &end});
}

void SimWorker::grow(bridges::BridgeRef bridge, std::uint32_t parties)
{
    ++lists_lent_;
    post(command::GrowBridge{.bridge = bridge, .list = std::make_unique<bridges::PartyList>(parties).release()});
}

void SimWorker::change_rate(bridges::BridgeRef bridge, std::unique_ptr<bridges::RateChange> change)
{
    for (auto& party : change->parties) {
        if (party.adapter != nullptr) {
            party.adapter.reset(lend(std::move(party.adapter), adapters_));  // in the books, wherever it goes
        }
    }
    ++rate_changes_lent_;
    post(command::ChangeRate{.bridge = bridge, .change = change.release()});
}

void SimWorker::join(media::LegRef leg, bridges::BridgeRef bridge, const media::PartyOptions& options,
                     std::unique_ptr<bridges::RateAdapter> adapter)
{
    bridges::RateAdapter* lent = adapter == nullptr ? nullptr : lend(std::move(adapter), adapters_);
    post(command::JoinBridge{.leg = leg, .bridge = bridge, .adapter = lent, .options = options});
}

void SimWorker::play(media::LegRef leg, std::unique_ptr<bridges::Player> player, bool succeeds)
{
    post(command::Play{.leg = leg, .player = lend(std::move(player), players_), .succeeds = succeeds});
}

void SimWorker::play(bridges::BridgeRef bridge, std::unique_ptr<bridges::Player> player)
{
    post(command::PlayToBridge{.bridge = bridge, .player = lend(std::move(player), players_)});
}

void SimWorker::record(media::LegRef leg, std::unique_ptr<bridges::Recorder> recorder)
{
    post(command::Record{.leg = leg, .recorder = lend(std::move(recorder), recorders_)});
}

void SimWorker::record(bridges::BridgeRef bridge, std::unique_ptr<bridges::Recorder> recorder)
{
    post(command::RecordBridge{.bridge = bridge, .recorder = lend(std::move(recorder), recorders_)});
}

void SimWorker::record_tracks(bridges::BridgeRef bridge, std::unique_ptr<bridges::TrackRecorder> recorder)
{
    post(command::RecordTracks{.bridge = bridge, .recorder = lend(std::move(recorder), track_recorders_)});
}

void SimWorker::monitor(media::LegRef leg, std::unique_ptr<bridges::Monitor> monitor)
{
    post(command::StartMonitor{.leg = leg, .monitor = lend(std::move(monitor), monitors_)});
}

void SimWorker::send_datagram(media::LegRef leg, const Address& to, std::span<const std::uint8_t> bytes)
{
    auto datagram = std::make_unique_for_overwrite<media::SideDatagram>();
    datagram->assign(bytes);
    post(command::SendDatagram{.leg = leg, .to = to, .datagram = lend(std::move(datagram), datagrams_)});
}

void SimWorker::post(const Command& command)
{
    if (!overflow_.empty() || !commands_.push(command)) {
        overflow_.push_back(command);
    }
}

void SimWorker::deliver(LegSlot slot, InSocket datagram)
{
    const int descriptor = endpoints_[index_of(slot)].fds[static_cast<std::size_t>(datagram.socket)];
    if (descriptor >= 0) {
        kernel_.deliver(descriptor, std::move(datagram));
    }
}

Address SimWorker::peer_of(LegSlot slot, Socket socket) const
{
    return kernel_.peer(endpoints_[index_of(slot)].fds[static_cast<std::size_t>(socket)]);
}

std::vector<Sent> SimWorker::step(Nanos now)
{
    while (!overflow_.empty() && commands_.push(overflow_.front())) {
        overflow_.pop_front();
    }
    core_.begin_slot(now);
    core_.on_commands();
    core_.on_detached(detached_);
    detached_ = std::exchange(detaching_, {});
    receive();
    core_.on_packets(received_);
    core_.run_slot();
    for (const SocketChange& change : core_.socket_changes()) {
        apply(change);
    }
    std::vector<Sent> sent;
    for (const TxPacket& packet : core_.tx().packets()) {
        const Endpoint& endpoint = endpoints_[index_of(packet.slot)];
        const auto bytes = core_.tx().bytes(packet);
        const Address peer = peer_of(packet.slot, packet.socket);
        sent.push_back({.slot = packet.slot,
                        .generation = endpoint.generation,
                        .socket = packet.socket,
                        .destination = packet.destination ? packet.destination : peer,
                        .bytes = {bytes.begin(), bytes.end()}});
    }
    core_.tx().clear();
    core_.end_slot(now);
    return sent;
}

void SimWorker::receive()
{
    received_.clear();
    buffers_.clear();
    for (std::uint32_t slot = 0; slot < endpoints_.size(); ++slot) {
        const Endpoint& endpoint = endpoints_[slot];
        for (std::size_t i = 0; endpoint.attached && i < kSocketsPerLeg; ++i) {
            while (received_.size() < kRxBatchMax) {
                auto datagram = kernel_.read(endpoint.fds[i]);
                if (!datagram) {
                    break;
                }
                buffers_.push_back(std::move(datagram->bytes));
                received_.push_back({.slot = LegSlot{slot},
                                     .generation = endpoint.generation,
                                     .socket = static_cast<Socket>(i),
                                     .source = datagram->source});
            }
        }
    }
    for (std::size_t i = 0; i < received_.size(); ++i) {
        received_[i].bytes = buffers_[i];
    }
}

void SimWorker::apply(const SocketChange& change)
{
    Endpoint& endpoint = endpoints_[index_of(change.slot)];
    switch (change.kind) {
        case SocketChange::Kind::Attach:
            endpoint.attached = true;
            endpoint.generation = change.generation;
            endpoint.fds = change.fds;
            break;
        case SocketChange::Kind::Detach:
            endpoint.attached = false;
            detaching_.push_back(change.slot);
            break;
        case SocketChange::Kind::Connect:
            for (std::size_t i = 0; i < kSocketsPerLeg; ++i) {
                if (change.peers[i]) {
                    kernel_.connect(change.fds[i], change.peers[i]);
                }
            }
            break;
        case SocketChange::Kind::Disconnect:
            kernel_.disconnect(change.fds[0]);
            kernel_.disconnect(change.fds[1]);
            break;
    }
}

void SimWorker::drain_events(const std::function<void(const Event&)>& inform)
{
    Event event;
    while (events_.pop(event)) {
        home(event);
        inform(event);
    }
}

void SimWorker::stall_events(std::size_t places)
{
    constexpr std::size_t kCapacity = 8192;
    while (events_.readable() + places < kCapacity && events_.push(event::TechnologyChanged{})) {
    }
}

void SimWorker::lend_audio_in(media::LegRef ref)
{
    const auto found =
        std::find_if(legs_.begin(), legs_.end(), [ref](const auto& lent) { return lent.first->ref == ref; });
    if (found != legs_.end()) {
        const media::MediaPlan& plan = *found->first->plan;
        auto in = std::make_unique<media::AudioIn>(plan.codec, plan.jitter);
        post(command::LendAudioIn{.leg = ref, .in = in.release()});
    }
}

void SimWorker::home(const Event& event)
{
    if (const auto* leg = std::get_if<event::LegReturned>(&event)) {
        auto own = take(leg->leg, legs_);
        RB_ASSERT(own->holder == media::Holder::Queue);
        own->holder = media::Holder::Control;
        if (own->adapter != nullptr) {
            static_cast<void>(take(std::exchange(own->adapter, nullptr), adapters_));
        }
        if (own->monitor != nullptr) {
            static_cast<void>(take(own->monitor, monitors_).release());  // the leg carries it to where it goes
        }
        free_slots_.insert(free_slots_.begin(), own->ref.index);
        homecomers_.emplace(own->ref.bits(), std::move(own));
    } else if (const auto* plan = std::get_if<event::PlanReturned>(&event)) {
        const std::unique_ptr<media::MediaPlan> freed{plan->plan};
        --plans_lent_;
    } else if (const auto* wanted = std::get_if<event::AudioInWanted>(&event)) {
        lend_audio_in(wanted->leg);
    } else if (const auto* in = std::get_if<event::AudioInReturned>(&event)) {
        const std::unique_ptr<media::AudioIn> freed{in->in};
    } else if (const auto* bridge = std::get_if<event::BridgeReturned>(&event)) {
        static_cast<void>(take(bridge->bridge, bridges_));
    } else if (const auto* list = std::get_if<event::PartyListReturned>(&event)) {
        const std::unique_ptr<bridges::PartyList> freed{list->list};
        --lists_lent_;
    } else if (const auto* adapter = std::get_if<event::AdapterReturned>(&event)) {
        static_cast<void>(take(adapter->adapter, adapters_));
    } else if (const auto* trunk = std::get_if<event::TrunkReturned>(&event)) {
        trunk->end->holder = media::Holder::Control;
        --trunk_ends_lent_;
    } else if (const auto* rate = std::get_if<event::RateChanged>(&event)) {
        const std::unique_ptr<bridges::RateChange> freed{rate->change};
        for (auto& party : freed->parties) {
            if (party.adapter != nullptr) {
                static_cast<void>(take(party.adapter.release(), adapters_));
            }
        }
        --rate_changes_lent_;
    } else if (const auto* player = std::get_if<event::PlayerReturned>(&event)) {
        static_cast<void>(take(player->player, players_));
    } else if (const auto* recorder = std::get_if<event::RecorderReturned>(&event)) {
        static_cast<void>(take(recorder->recorder, recorders_));
    } else if (const auto* tracks = std::get_if<event::TracksReturned>(&event)) {
        static_cast<void>(take(tracks->recorder, track_recorders_));
    } else if (const auto* monitor = std::get_if<event::MonitorReturned>(&event)) {
        static_cast<void>(take(monitor->monitor, monitors_));
    } else if (const auto* received = std::get_if<event::DatagramReceived>(&event)) {
        post(command::DatagramRead{.datagram = received->datagram});  // which the worker learns after `inform`
    } else if (const auto* datagram = std::get_if<event::DatagramSent>(&event)) {
        static_cast<void>(take(datagram->datagram, datagrams_));
    }
}

std::unique_ptr<media::Leg> SimWorker::take_home(media::LegRef ref)
{
    const auto found = homecomers_.find(ref.bits());
    if (found == homecomers_.end()) {
        return nullptr;
    }
    auto leg = std::move(found->second);
    homecomers_.erase(found);
    return leg;
}

bool SimWorker::books_closed() const noexcept
{
    return legs_.empty() && bridges_.empty() && adapters_.empty() && players_.empty() && recorders_.empty() &&
           track_recorders_.empty() && monitors_.empty() && datagrams_.empty() && plans_lent_ == 0 &&
           lists_lent_ == 0 && trunk_ends_lent_ == 0 && rate_changes_lent_ == 0;
}

std::string SimWorker::imbalance() const
{
    const Counters& counters = core_.counters();
    const std::uint64_t received = counters.get(WorkerCounter::PacketsReceived);
    std::uint64_t fates = counters.get(WorkerCounter::PacketsForwarded) + counters.get(WorkerCounter::PacketsBuffered) +
                          counters.get(WorkerCounter::PacketsConsumed);
    for (std::size_t drop = 0; drop < kDropCount; ++drop) {
        fates += counters.get(drop_counter(static_cast<Drop>(drop)));
    }
    return received == fates ? std::string{}
                             : std::to_string(received) + " datagrams received, " + std::to_string(fates) + " fates";
}

}  // namespace rb::sim
