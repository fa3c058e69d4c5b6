#include "dataplane/media/source_lock.h"

#include "dataplane/wire/seq.h"

namespace rb::media {

SourceLock::SourceLock(const SourcePolicy& policy, const Address& signalled) noexcept
    : policy_{policy}, signalled_{signalled}
{
}

void SourceLock::signal(const SourcePolicy& policy, const Address& signalled) noexcept
{
    *this = SourceLock{policy, signalled};
}

tl::expected<void, Drop> SourceLock::accept(const Sight& sight, Nanos now) noexcept
{
    if (sight.source == source_) {
        lock(sight, now);
        return {};
    }
    if (!policy_.strict || (!locked() && sight.source == signalled_)) {
        lock(sight, now);
        return {};
    }
    if (!open(now)) {
        return tl::unexpected(Drop::WrongSource);
    }
    return try_candidate(sight, now);
}

tl::expected<void, Drop> SourceLock::try_candidate(const Sight& sight, Nanos now) noexcept
{
    // After a lock only the same stream may come from elsewhere, and only where it left off.
    if (locked() && !renewed_ && (sight.ssrc != ssrc_ || !wire::seq_newer(sight.sequence, sequence_))) {
        return tl::unexpected(Drop::WrongSource);
    }
    if (policy_.learn == SourcePolicy::Learn::SameHost && !on_signalled_host(sight.source)) {
        return tl::unexpected(Drop::WrongSource);
    }
    const bool follows = in_order_ > 0 && sight.source == candidate_.source && sight.ssrc == candidate_.ssrc &&
                         sight.sequence == static_cast<std::uint16_t>(candidate_.sequence + 1);
    in_order_ = follows ? in_order_ + 1 : 1;
    candidate_ = sight;
    if (in_order_ < policy_.probation) {
        return tl::unexpected(Drop::Probation);
    }
    lock(sight, now);
    return {};
}

void SourceLock::lock(const Sight& sight, Nanos now) noexcept
{
    source_ = sight.source;
    ssrc_ = sight.ssrc;
    sequence_ = sight.sequence;
    heard_at_ = now;
    in_order_ = 0;
    renewed_ = false;
}

bool SourceLock::credible(const Address& source) const noexcept
{
    if (source == signalled_ || (locked() && source == source_)) {
        return true;
    }
    if (locked() || policy_.learn == SourcePolicy::Learn::Nobody) {
        return false;
    }
    return on_signalled_host(source) ||
           (policy_.learn == SourcePolicy::Learn::Anyone && policy_.signalling && source.ip == policy_.signalling.ip);
}

bool SourceLock::on_signalled_host(const Address& source) const noexcept
{
    return source.ip == signalled_.ip || (policy_.or_loopback && source.is_loopback());
}

bool SourceLock::open(Nanos now) const noexcept
{
    if (!policy_.strict) {
        return true;
    }
    return policy_.learn != SourcePolicy::Learn::Nobody && (!locked() || now - heard_at_ >= kRebindAfter);
}

const Address& SourceLock::destination() const noexcept
{
    return policy_.send_to_source && locked() ? source_ : signalled_;
}

}  // namespace rb::media
