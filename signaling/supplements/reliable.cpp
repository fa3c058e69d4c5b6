#include "signaling/supplements/reliable.h"

#include <algorithm>
#include <utility>

namespace rb::sip {

bool ReliableResponses::push(Reply reply)
{
    if (!current_) {
        begin(std::move(reply));
        return true;
    }
    if (waiting_.size() < kWaitingMax) {
        waiting_.push_back(std::move(reply));
    } else if (waiting_.back().body.empty()) {
        waiting_.back() = std::move(reply);
    }
    return false;
}

bool ReliableResponses::holds_sdp() const
{
    const auto carries = [](const Reply& reply) { return !reply.body.empty(); };
    return (current_ && carries(*current_)) || std::any_of(waiting_.begin(), waiting_.end(), carries);
}

std::optional<Nanos> ReliableResponses::next_wait()
{
    if (waited_ >= pace_.give_up) {
        return std::nullopt;
    }
    const Nanos wait = std::min(interval_, pace_.give_up - waited_);
    waited_ += wait;
    interval_ *= 2;
    return wait;
}

bool ReliableResponses::acknowledge(std::uint32_t rseq)
{
    if (!current_ || rseq != rseq_) {
        return false;
    }
    current_.reset();
    return true;
}

bool ReliableResponses::advance()
{
    if (current_ || waiting_.empty()) {
        return false;
    }
    Reply next = std::move(waiting_.front());
    waiting_.pop_front();
    begin(std::move(next));
    return true;
}

void ReliableResponses::begin(Reply reply)
{
    ++rseq_;
    interval_ = pace_.t1;
    waited_ = 0ns;
    reply.headers += "Require: 100rel\r\nRSeq: " + std::to_string(rseq_) + "\r\n";
    current_ = std::move(reply);
}

}  // namespace rb::sip
