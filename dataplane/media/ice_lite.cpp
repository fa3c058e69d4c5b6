#include "dataplane/media/ice_lite.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::media {
namespace {

constexpr std::size_t kUfragBytesMin = 4;  // RFC 8839 §5.4
constexpr std::size_t kPwdBytesMin = 22;

/// A check so long after the nomination renews consent: those of RFC 7675 come every 4 to 6 s, those that look for a
/// pair have ended.
constexpr Nanos kChecksEnd = 10s;

/// So long after the first nomination others may be of pairs that are checked beside it: a hundred pairs, one in 50 ms
/// (RFC 8445 §6.1.2.5, §14.2). Who nominates another later has a reason to leave the one it has.
constexpr Nanos kNominatesAllFor = 5s;

std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::size_t write_error(std::span<std::uint8_t> out, const wire::StunMessage& check, wire::StunError error,
                        wire::HmacSha1* key) noexcept
{
    const bool named = error == wire::StunError::UnknownAttribute;
    return wire::write_stun(out,
                            {.kind = wire::StunClass::Error,
                             .transaction = check.transaction,
                             .error = static_cast<std::uint16_t>(error),
                             .unknown = named ? check.unknown : wire::StunAttributes{}},
                            key);
}

}  // namespace

IceCredentials::IceCredentials(std::string_view ufrag, std::string_view pwd) noexcept
    : ufrag_bytes_{ufrag.size()}, key_{bytes_of(pwd)}
{
    RB_ASSERT(ufrag.size() >= kUfragBytesMin && ufrag.size() <= kUfragBytesMax);
    RB_ASSERT(pwd.size() >= kPwdBytesMin);
    std::copy(ufrag.begin(), ufrag.end(), ufrag_.begin());
}

bool IceCredentials::are_meant_by(std::string_view username) const noexcept
{
    return username.size() > ufrag_bytes_ && username[ufrag_bytes_] == ':' && username.starts_with(ufrag());
}

void IceLite::begin(Nanos now) noexcept
{
    if (consent_at_ == kNever) {
        consent_at_ = now;
    }
}

void IceLite::succeed(const IceLite& earlier, Nanos now) noexcept
{
    const IceCredentials own = current_;
    *this = earlier;
    if (own.same_as(earlier.current_)) {
        return;
    }
    before_ = earlier.current_;
    current_ = own;
    consent_at_ = now;
    renews_ = false;
    lapsed_ = false;
}

IceLite::Outcome IceLite::receive(const Received& received, std::span<std::uint8_t> out, Nanos now) noexcept
{
    const auto message = wire::parse_stun(received.bytes);
    if (!message) {
        return {.refused = message.error()};
    }
    switch (message->kind) {
        case wire::StunClass::Request:
            break;
        case wire::StunClass::Indication:  // RFC 5245 §10: a keep-alive, signed by nobody
            heard(received.source, received.socket, now);
            return {};
        case wire::StunClass::Success:
        case wire::StunClass::Error:
            return {.refused = Drop::Unsupported};
    }
    // RFC 8489 §9.1.3, in its order.
    if (message->username.empty() || message->integrity_at == 0) {
        return {.refused = Drop::StunStranger,
                .answer = write_error(out, *message, wire::StunError::BadRequest, nullptr)};
    }
    IceCredentials* under = meant_by(message->username);
    if (under == nullptr || !wire::is_signed_by(under->key(), *message, received.bytes)) {
        return {.refused = Drop::StunStranger,
                .answer = write_error(out, *message, wire::StunError::Unauthenticated, nullptr)};
    }
    const auto refuse = [&](wire::StunError error) {
        return Outcome{.refused = Drop::StunRefused, .answer = write_error(out, *message, error, &under->key())};
    };
    if (message->unknown.count > 0) {
        return refuse(wire::StunError::UnknownAttribute);
    }
    if (message->controlled) {  // RFC 8445 §7.3.1.1: it is we who are controlled, always
        return refuse(wire::StunError::RoleConflict);
    }
    if (!message->priority) {
        return refuse(wire::StunError::BadRequest);
    }
    return accept(received, *message, *under, out, now);
}

IceLite::Outcome IceLite::accept(const Received& received, const wire::StunMessage& check, IceCredentials& under,
                                 std::span<std::uint8_t> out, Nanos now) noexcept
{
    const Address before = destination(Socket::Rtp);
    Outcome outcome{.answer = wire::write_stun(
                        out,
                        {.kind = wire::StunClass::Success, .transaction = check.transaction, .mapped = received.source},
                        &under.key())};
    if (check.use_candidate && before_ && &under == &current_) {
        before_.reset();  // the restart is over, and nothing of before counts
        peers_ = {};
        nominated_at_ = 0ns;
        for (Selected& selected : selected_) {
            selected.priority = 0;
        }
    }
    note_check(received.source, received.socket, now);
    if (check.use_candidate) {
        nominate(received, *check.priority, now);
    }
    outcome.moved = destination(Socket::Rtp) != before;
    return outcome;
}

IceCredentials* IceLite::meant_by(std::string_view username) noexcept
{
    if (current_.are_meant_by(username)) {
        return &current_;
    }
    return before_ && before_->are_meant_by(username) ? &*before_ : nullptr;
}

void IceLite::note_check(const Address& source, Socket socket, Nanos now) noexcept
{
    auto* place = std::find_if(peers_.begin(), peers_.end(),
                               [&](const Peer& peer) { return peer.address == source && peer.socket == socket; });
    if (place == peers_.end()) {
        place = std::min_element(peers_.begin(), peers_.end(),
                                 [](const Peer& one, const Peer& other) { return one.checked_at < other.checked_at; });
    }
    *place = {.address = source, .socket = socket, .checked_at = now};
    renews_ = renews_ || (nominated_at_ > 0ns && now - nominated_at_ >= kChecksEnd);
    note_life(now);
}

void IceLite::nominate(const Received& received, std::uint32_t priority, Nanos now) noexcept
{
    Selected& selected = selected_[static_cast<std::size_t>(received.socket)];
    const bool among_many = nominated_at_ > 0ns && now - nominated_at_ < kNominatesAllFor;
    if (!among_many || !selected.address || priority >= selected.priority) {
        selected = {.address = received.source, .priority = priority};
    }
    if (nominated_at_ == 0ns) {
        nominated_at_ = now;
    }
}

void IceLite::note_life(Nanos now) noexcept
{
    consent_at_ = now;
    lapsed_ = false;
}

const IceLite::Peer* IceLite::find(const Address& source, Socket socket) const noexcept
{
    const auto* found = std::find_if(peers_.begin(), peers_.end(),
                                     [&](const Peer& peer) { return peer.address == source && peer.socket == socket; });
    return found == peers_.end() ? nullptr : found;
}

bool IceLite::validated(const Address& source, Socket socket, Nanos now) const noexcept
{
    if (lapsed_ || !source) {
        return false;
    }
    if (source == selected_[static_cast<std::size_t>(socket)].address) {
        return true;
    }
    const Peer* peer = find(source, socket);
    return peer != nullptr && now - peer->checked_at < kConsent;
}

void IceLite::heard(const Address& source, Socket socket, Nanos now) noexcept
{
    if (!renews_ && validated(source, socket, now)) {
        note_life(now);
    }
}

Address IceLite::destination(Socket socket) const noexcept
{
    return lapsed_ ? Address{} : selected_[static_cast<std::size_t>(socket)].address;
}

bool IceLite::lapse(Nanos now) noexcept
{
    if (lapsed_ || now - consent_at_ < kConsent) {
        return false;
    }
    lapsed_ = true;
    return true;
}

}  // namespace rb::media
