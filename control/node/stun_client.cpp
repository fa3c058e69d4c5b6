#include "control/node/stun_client.h"

#include "dataplane/wire/stun.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace rb::node {
namespace {

constexpr std::size_t kDatagramBytesMax = 1500;
/// Datagrams read in one turn, so that a flood does not keep control from its work.
constexpr int kReadAtOnce = 16;

std::string error_text(const wire::StunMessage& answer)
{
    if (answer.kind == wire::StunClass::Error) {
        return "refuses with " + std::to_string(answer.error);
    }
    // RFC 8489 §6.3.3: what must be understood and is not makes the whole answer worthless.
    return answer.unknown.count > 0 ? "answers what we do not understand" : "answers without an address";
}

}  // namespace

StunClient::StunClient(MakeSecret make_secret, LogLine log) : make_secret_{std::move(make_secret)}, log_{std::move(log)}
{
}

StunClient::~StunClient()
{
    end_round(kNever);
}

void StunClient::use(const std::optional<config::HostPort>& server, Nanos now)
{
    if (server != server_) {
        server_ = server;
        told_silence_ = false;
        end_round(now);
    } else if (fd_ < 0 && !lookup_) {
        due_ = now;  // who reloads wants to know
    }
    if (!server_) {
        due_ = kNever;
        known_ = {};
    }
}

void StunClient::step(Nanos now)
{
    if (fd_ < 0 && !lookup_ && now >= due_) {
        due_ = kNever;
        lookup_.emplace(*server_);
    }
    if (lookup_) {
        const auto found = lookup_->result();
        if (!found) {
            return;
        }
        lookup_.reset();
        const auto opened = found->and_then([this](const Address& server) { return open(server); });
        if (!opened) {
            return fail(opened.error().message, now);
        }
        send(now);
    }
    receive(now);
    if (fd_ < 0 || now < due_) {
        return;
    }
    if (sent_ < kRequestsMax) {
        send(now);
    } else {
        fail(asked_.to_string() + " does not answer", now);
    }
}

/// Begins a transaction; an Error when no path leads there.
Result<void> StunClient::open(const Address& server)
{
    asked_ = server;
    sent_ = 0;
    make_secret_(transaction_);
    sockaddr_storage storage{};
    const socklen_t size = to_sockaddr(server, storage);
    fd_ = socket(storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0 || connect(fd_, reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
        const std::string why = std::strerror(errno);
        return failure(asked_.to_string() + " cannot be reached: " + why);
    }
    return {};
}

void StunClient::send(Nanos now)
{
    std::array<std::uint8_t, wire::kStunAnswerBytesMax> request{};
    const std::size_t size = wire::write_stun(request, {.transaction = transaction_}, nullptr);
    // What the kernel does not take is lost like any other; a refusal it reports is read by receive().
    static_cast<void>(::send(fd_, request.data(), size, MSG_NOSIGNAL));
    ++counts_.requests;
    ++sent_;
    due_ = now + (sent_ < kRequestsMax ? kRto * (1U << (sent_ - 1)) : kRto * kLastWait);
}

void StunClient::receive(Nanos now)
{
    std::array<std::uint8_t, kDatagramBytesMax> datagram{};
    for (int reads = 0; reads < kReadAtOnce && fd_ >= 0; ++reads) {
        const ssize_t size = recv(fd_, datagram.data(), datagram.size(), 0);
        if (size < 0) {
            if (errno == ECONNREFUSED) {  // a hard ICMP error ends the transaction, RFC 8489 §6.2.1
                fail("nothing listens on " + asked_.to_string(), now);
            }
            return;
        }
        if (!take(std::span{datagram}.first(static_cast<std::size_t>(size)), now)) {
            ++counts_.ignored;
        }
    }
}

/// False when it is no answer to what was asked.
bool StunClient::take(std::span<const std::uint8_t> datagram, Nanos now)
{
    const auto answer = wire::parse_stun_answer(datagram);
    const bool answers = answer && answer->transaction == transaction_ &&
                         (answer->kind == wire::StunClass::Success || answer->kind == wire::StunClass::Error);
    if (!answers) {
        return false;
    }
    const bool usable = answer->kind == wire::StunClass::Success && answer->unknown.count == 0 && answer->mapped &&
                        !answer->mapped->is_unspecified();
    if (usable) {
        learn(answer->mapped->with_port(0), now);
    } else {
        fail(asked_.to_string() + ' ' + error_text(*answer), now);
    }
    return true;
}

void StunClient::learn(const Address& address, Nanos now)
{
    ++counts_.answers;
    if (address != known_) {
        log_(2, "our public address is " + address.host() + ", says STUN server " + server_->to_string());
    } else if (told_silence_) {
        log_(2,
             "STUN server " + server_->to_string() + " answers again: our public address is still " + address.host());
    }
    known_ = address;
    told_silence_ = false;
    end_round(now + kRefresh);
}

/// Calls go on with what is known; it is said once, until there is an answer again.
void StunClient::fail(const std::string& why, Nanos now)
{
    ++counts_.failures;
    if (!std::exchange(told_silence_, true)) {
        const std::string shown = known_ ? known_.host() : "our own addresses";
        log_(1, "STUN server " + server_->to_string() + " tells no public address: " + why + "; SDP shows " + shown +
                    " until it does; correct stunaddr (or turnaddr) in rtp.conf, let UDP through to the server, or set "
                    "external_media_address in pjsip.conf");
    }
    end_round(now + kRetry);
}

void StunClient::end_round(Nanos next)
{
    lookup_.reset();
    if (fd_ >= 0) {
        close(std::exchange(fd_, -1));
    }
    due_ = next;
}

void StunClient::poll_for(std::vector<pollfd>& waiting) const
{
    if (fd_ >= 0) {
        waiting.push_back({.fd = fd_, .events = POLLIN, .revents = 0});
    }
}

StunClient::Counts StunClient::counts() const
{
    Counts counts = counts_;
    counts.known = known_ ? 1 : 0;
    return counts;
}

}  // namespace rb::node
