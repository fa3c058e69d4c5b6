// sip_peer.h — the other end of a SIP call in a test: a UDP socket on loopback that says exactly what it is told, and
// the control side of a SipThread beside it.
#pragma once

#include "dataplane/base/address.h"
#include "signaling/sip_thread.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::sip::test {

inline constexpr int kPatienceMs = 5'000;  // only ever waited for in full by a test that fails

/// The value of the first header of that name in a message; empty when there is none.
inline std::string header(const std::string& message, const std::string& name)
{
    const auto at = message.find("\r\n" + name + ": ");
    if (at == std::string::npos) {
        return {};
    }
    const auto begin = at + name.size() + 4;
    return message.substr(begin, message.find("\r\n", begin) - begin);
}

inline std::string body(const std::string& message)
{
    const auto at = message.find("\r\n\r\n");
    return at == std::string::npos ? std::string{} : message.substr(at + 4);
}

inline std::string first_line(const std::string& message)
{
    return message.substr(0, message.find("\r\n"));
}

/// "z9hG4bK…" of the top Via.
inline std::string branch(const std::string& message)
{
    const std::string via = header(message, "Via");
    const auto at = via.find("branch=");
    return at == std::string::npos ? std::string{} : via.substr(at + 7, via.find_first_of(";,\r", at) - at - 7);
}

inline std::string tag(const std::string& party)
{
    const auto at = party.find("tag=");
    return at == std::string::npos ? std::string{} : party.substr(at + 4);
}

inline std::string offer_text(const std::string& media = "m=audio 4000 RTP/AVP 0 8\r\n",
                              const std::string& connection = "IN IP4 127.0.0.1")
{
    return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=" + connection + "\r\nt=0 0\r\n" + media;
}

class SipPeer {
public:
    explicit SipPeer(const Address& server, const std::string& host = "127.0.0.1") : server_{server}
    {
        sockaddr_storage storage{};
        const unsigned size = to_sockaddr(*parse_address(host), storage);
        socket_ = socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&storage), size), 0) << std::strerror(errno);
        socklen_t length = sizeof storage;
        getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &length);
        address_ = from_sockaddr(storage);
    }
    ~SipPeer() { close(socket_); }
    SipPeer(const SipPeer&) = delete;
    SipPeer& operator=(const SipPeer&) = delete;
    SipPeer(SipPeer&&) = delete;
    SipPeer& operator=(SipPeer&&) = delete;

    [[nodiscard]] const Address& address() const { return address_; }
    [[nodiscard]] const Address& server() const { return server_; }

    void send(const std::string& message) const
    {
        sockaddr_storage storage{};
        const unsigned size = to_sockaddr(server_, storage);
        sendto(socket_, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&storage), size);
    }

    /// The next message; empty after `patience_ms` without one.
    std::string receive(int patience_ms = kPatienceMs)
    {
        pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
        if (poll(&wait, 1, patience_ms) != 1) {
            return {};
        }
        std::array<char, 65'536> buffer{};
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        const auto size =
            recvfrom(socket_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&storage), &length);
        source_ = from_sockaddr(storage);
        return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    }

    /// The next message that begins so; others are passed over.
    std::string expect(const std::string& beginning)
    {
        std::string seen;
        for (std::string message = receive(); !message.empty(); message = receive()) {
            if (message.starts_with(beginning)) {
                return message;
            }
            seen += first_line(message) + " | ";
        }
        ADD_FAILURE() << "no message begins with '" << beginning << "'; seen: " << seen;
        return {};
    }

    /// Where the last message came from.
    [[nodiscard]] const Address& source() const { return source_; }

    struct Request {
        std::string method = "INVITE";
        std::string user = "600";
        int cseq = 1;
        std::string to_tag;
        std::string branch;  ///< empty = a new one
        std::string body;
        std::string headers;   ///< whole lines
        std::string via_port;  ///< empty = ours
        std::string call_id = "call-1";
        std::string from = "<sip:ann@127.0.0.1>;tag=peer";
        std::string version = "SIP/2.0";
        std::string uri;  ///< empty = sip:USER@SERVER
        std::string max_forwards = "70";
        std::string content_type = "application/sdp";
    };

    /// Writes a request as a well-behaved phone would, and sends it. Returns its branch.
    std::string request(const Request& wish)
    {
        const std::string branch = wish.branch.empty() ? "z9hG4bK" + std::to_string(++branches_) : wish.branch;
        const std::string uri = wish.uri.empty() ? "sip:" + wish.user + '@' + server_.to_string() : wish.uri;
        const std::string host = address_.is_v4() ? address_.host() : '[' + address_.host() + ']';
        const std::string port = wish.via_port.empty() ? std::to_string(address_.port()) : wish.via_port;
        std::string text = wish.method + ' ' + uri + ' ' + wish.version + "\r\nVia: SIP/2.0/UDP " + host + ':' + port +
                           ";branch=" + branch + "\r\nMax-Forwards: " + wish.max_forwards + "\r\nFrom: " + wish.from +
                           "\r\nTo: <sip:" + wish.user + "@example.org>" +
                           (wish.to_tag.empty() ? "" : ";tag=" + wish.to_tag) + "\r\nCall-ID: " + wish.call_id +
                           "\r\nCSeq: " + std::to_string(wish.cseq) + ' ' + wish.method + "\r\nContact: <sip:ann@" +
                           address_.to_string() + ">\r\n" + wish.headers;
        if (!wish.body.empty()) {
            text += "Content-Type: " + wish.content_type + "\r\n";
        }
        text += "Content-Length: " + std::to_string(wish.body.size()) + "\r\n\r\n" + wish.body;
        send(text);
        return branch;
    }

    /// Answers a request received from the server.
    void respond(const std::string& request, const std::string& status, const std::string& to_tag,
                 const std::string& sdp = {}, const std::string& headers = {}) const
    {
        std::string text = "SIP/2.0 " + status + "\r\nVia: " + header(request, "Via") +
                           "\r\nFrom: " + header(request, "From") + "\r\nTo: " + header(request, "To");
        if (header(request, "To").find("tag=") == std::string::npos && !to_tag.empty()) {
            text += ";tag=" + to_tag;
        }
        text += "\r\nCall-ID: " + header(request, "Call-ID") + "\r\nCSeq: " + header(request, "CSeq") +
                "\r\nContact: <sip:bob@" + address_.to_string() + ">\r\n" + headers;
        text += sdp.empty() ? "" : "Content-Type: application/sdp\r\n";
        send(text + "Content-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp);
    }

private:
    Address server_;
    Address address_;
    Address source_;
    int socket_ = -1;
    int branches_ = 0;
};

/// A running SipThread and the events it sends.
class SipNode {
public:
    explicit SipNode(const Settings& settings)
    {
        auto started = SipThread::start(std::make_shared<const Settings>(settings));
        EXPECT_TRUE(started) << (started ? "" : started.error().message);
        if (started) {
            thread_ = std::move(*started);
        }
    }

    SipThread& thread() { return *thread_; }
    [[nodiscard]] Address address(std::size_t index = 0) const { return thread_->transports().at(index).address; }

    void post(SipAction action) { thread_->post(std::move(action)); }

    /// The next event, which must be an Event.
    template <typename Event>
    Event expect()
    {
        auto event = next();
        if (!event || !std::holds_alternative<Event>(*event)) {
            ADD_FAILURE() << "expected another event; got alternative "
                          << (event ? static_cast<int>(event->index()) : -1);
            return {};
        }
        return std::get<Event>(std::move(*event));
    }

    std::optional<SipEvent> next(int patience_ms = kPatienceMs)
    {
        auto event = thread_->poll();
        while (!event) {
            pollfd wait{.fd = thread_->event_fd(), .events = POLLIN, .revents = 0};
            if (::poll(&wait, 1, patience_ms) != 1) {
                return std::nullopt;
            }
            event = thread_->poll();
        }
        return event;
    }

    [[nodiscard]] std::uint64_t count(SipCounter counter) const { return thread_->counters().get(counter); }

private:
    std::unique_ptr<SipThread> thread_;
};

/// A transport on 127.0.0.1 with a port of the kernel's choice, one endpoint for everybody, and quick timers.
inline Settings test_settings()
{
    Settings settings;
    settings.transports.push_back({.name = "udp", .bind = *parse_address("127.0.0.1")});
    MediaCapabilities capabilities{.formats = {{.encoding = "PCMU"}, {.encoding = "PCMA"}}};
    settings.endpoints.push_back({.name = "anonymous", .capabilities = std::move(capabilities)});
    return settings;
}

inline LocalMedia test_media(Direction direction = Direction::SendReceive)
{
    return {.rtp = *parse_address("127.0.0.1:20000"),
            .capabilities = {.formats = {{.encoding = "PCMU"}, {.encoding = "PCMA"}}},
            .direction = direction};
}

/// A call of the endpoint for everybody to a phone, as session 2.
inline PlaceCall test_call(const SipPeer& phone)
{
    return {.session = SessionId{2},
            .endpoint = "anonymous",
            .target = "sip:bob@" + phone.address().to_string(),
            .from = {},
            .media = test_media(),
            .headers = {}};
}

}  // namespace rb::sip::test
