#include "tools/rbload/sip_client.h"

#include <random>

namespace rb::load {
namespace {

constexpr int kReceiveBufferBytes = 8 << 20;
constexpr std::size_t kDatagramMax = 65'535;

std::string random_word()
{
    std::random_device source;
    return std::to_string(source()) + std::to_string(source());
}

std::string_view text_of(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<std::unique_ptr<SipClient>> SipClient::open(const Address& local)
{
    auto socket = UdpSocket::bind(local, kReceiveBufferBytes);
    if (!socket) {
        return tl::unexpected(std::move(socket.error()));
    }
    return std::unique_ptr<SipClient>{new SipClient{std::move(*socket), random_word()}};
}

SipClient::SipClient(UdpSocket socket, std::string run)
    : socket_{std::move(socket)}, local_{socket_.local()}, run_{std::move(run)}, buffer_(kDatagramMax)
{
}

std::uint32_t SipClient::place(const std::string& uri, const Address& peer, const MediaDescription& offer, Nanos now)
{
    const std::uint32_t call = add("rbload-" + run_ + "-" + std::to_string(calls_.size()), peer);
    calls_[call]->place(uri, offer, now, outbox_);
    note(call, CallChange::None, now);
    flush();
    return call;
}

void SipClient::answer(std::uint32_t call, const MediaDescription& media, Nanos now)
{
    if (calls_[call] != nullptr) {
        calls_[call]->answer(media, now, outbox_);
        note(call, CallChange::None, now);
        flush();
    }
}

void SipClient::hang_up(std::uint32_t call, Nanos now)
{
    if (calls_[call] != nullptr) {
        calls_[call]->hang_up(now, outbox_);
        note(call, CallChange::None, now);
        flush();
    }
}

std::uint64_t SipClient::retransmissions() const noexcept
{
    std::uint64_t sum = retransmissions_;
    for (const auto& call : calls_) {
        sum += call != nullptr ? call->retransmissions() : 0;
    }
    return sum;
}

std::span<const CallEvent> SipClient::run(Nanos now)
{
    events_.clear();
    const Nanos offset = wall_to_steady();
    while (const auto arrival = socket_.receive(buffer_, offset)) {
        on_datagram(*arrival);
    }
    while (!timers_.empty() && timers_.top().at <= now) {
        const Timer timer = timers_.top();
        timers_.pop();
        if (calls_[timer.call] != nullptr && calls_[timer.call]->timer_at() == timer.at) {
            note(timer.call, calls_[timer.call]->on_timer(now, outbox_), now);
        }
    }
    flush();
    return events_;
}

void SipClient::on_datagram(const Arrival& arrival)
{
    const std::string_view text = text_of(arrival.bytes);
    const auto message = parse_sip(text);
    if (!message) {
        ++malformed_;
        return;
    }
    if (const auto call = find_or_accept(*message, arrival.source)) {
        note(*call, calls_[*call]->on_message(*message, text, arrival.at, outbox_), arrival.at);
    } else if (message->is_request() && message->method != "ACK") {
        // A call that is forgotten, or OPTIONS: whoever asks may have peace.
        outbox_.push_back({.to = arrival.source, .text = reply_to(*message, {.to_tag = run_})});
    }
}

std::optional<std::uint32_t> SipClient::find_or_accept(const SipMessage& message, const Address& source)
{
    const auto known = by_call_id_.find(std::string{message.call_id});
    if (known != by_call_id_.end()) {
        return known->second;
    }
    const bool opens = message.is_request() && message.method == "INVITE" && parameter_in(message.to, "tag").empty();
    return opens ? std::optional{add(std::string{message.call_id}, source)} : std::nullopt;
}

std::uint32_t SipClient::add(std::string call_id, const Address& peer)
{
    const auto call = static_cast<std::uint32_t>(calls_.size());
    by_call_id_.emplace(call_id, call);
    calls_.push_back(std::make_unique<SipCall>(SipCall::Plan{
        .call_id = std::move(call_id), .tag = run_ + "-" + std::to_string(call), .local = local_, .peer = peer}));
    return call;
}

void SipClient::note(std::uint32_t index, CallChange change, Nanos at)
{
    const SipCall& call = *calls_[index];
    if (call.timer_at() != kNever) {
        timers_.push({.at = call.timer_at(), .call = index});
    }
    if (change == CallChange::Forgotten) {
        retransmissions_ += call.retransmissions();
        by_call_id_.erase(call.call_id());
        calls_[index].reset();
    } else if (change != CallChange::None) {
        events_.push_back({.call = index,
                           .change = change,
                           .status = call.status(),
                           .waited = at - call.placed_at(),
                           .number = std::string{call.number()},
                           .remote = call.remote_media()});
    }
}

void SipClient::flush()
{
    for (const SipDatagram& datagram : outbox_) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(datagram.text.data());
        socket_.send_to({bytes, datagram.text.size()}, datagram.to);
    }
    outbox_.clear();
}

}  // namespace rb::load
