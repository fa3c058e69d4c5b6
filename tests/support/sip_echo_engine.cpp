// sip_echo_engine — a call engine without media, for SIP programs to talk to: what it does is in the user it is called
// as.
//
//   sip_echo_engine [--rate N] [--limit N] [--proxy URI] [--resolv-conf FILE] ADDRESS[:PORT]...
//
//   echo…     200 at once          ring…     180, then 200 after one second
//   early…    183 with SDP, then 200 after one second
//   prack…    183 with SDP and 180 at once, then 200 after one second; reliably where the caller offers 100rel
//   busy…     486                  never…    180 and nothing more
//   hangup…   200, and BYE as soon as ACK is there
//   reoffer…  200, then a re-INVITE that puts the peer on hold
//   call…     200, and a call to sip:callee@SOURCE:SOURCE_PORT+1; each hang-up ends both
//   proxied…  200, and a call to sip:callee@192.0.2.7 by way of the proxy; the same
//   named…    200, and a call to sip:callee@trunk.test; the same
//   nowhere…  200, and a call to sip:callee@nowhere.test; the same
//
// Challenges are answered as "echo" with the password "secret".
//
// Prints one line per event, and the counters at its end (SIGTERM).
#include "dataplane/base/clock.h"
#include "signaling/sip_thread.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <poll.h>
#include <string_view>
#include <vector>

namespace {

using namespace rb;
using namespace rb::sip;

std::atomic<bool> stop = false;

void on_signal(int)
{
    stop = true;
}

struct Later {
    SessionId session;
    Nanos at;
};

class EchoEngine {
public:
    explicit EchoEngine(SipThread& sip) : sip_{sip} {}

    void handle(SipEvent&& event, Nanos now)
    {
        std::visit([&](auto& what) { on(what, now); }, event);
    }

    void tick(Nanos now)
    {
        while (!answers_.empty() && answers_.front().at <= now) {
            sip_.post(SendAnswer{.session = answers_.front().session, .media = local_media(), .headers = {}});
            answers_.erase(answers_.begin());
        }
    }

private:
    static LocalMedia local_media(Direction direction = Direction::SendReceive)
    {
        return {.rtp = *parse_address("127.0.0.1:20000"),
                .capabilities = {.formats = {{.encoding = "PCMU"}, {.encoding = "PCMA"}}},
                .direction = direction};
    }

    void say(const char* what, SessionId session, const std::string& detail = {}) const
    {
        if (std::getenv("QUIET") == nullptr) {
            std::printf("%s %llu %s\n", what, static_cast<unsigned long long>(session), detail.c_str());
            std::fflush(stdout);
        }
    }

    /// Where a caller of this user makes us call; empty = nowhere.
    static std::string host_called_for(const InviteReceived& event)
    {
        const std::string_view user = event.request_user;
        if (user.starts_with("call")) {
            return event.source.with_port(static_cast<std::uint16_t>(event.source.port() + 1)).to_string();
        }
        return user.starts_with("proxied")   ? "192.0.2.7"
               : user.starts_with("named")   ? "trunk.test"
               : user.starts_with("nowhere") ? "nowhere.test"
                                             : "";
    }

    void on(const InviteReceived& event, Nanos now)
    {
        const std::string_view user = event.request_user;
        say("invite", event.session, event.request_user + " " + (event.media ? "offer" : "no offer"));
        users_[event.session] = event.request_user;
        if (user.starts_with("busy")) {
            sip_.post(EndSession{.session = event.session, .code = 486, .cause = 17, .headers = {}});
        } else if (user.starts_with("never")) {
            sip_.post(SendProgress{.session = event.session, .code = 180, .media = {}, .headers = {}});
        } else if (user.starts_with("prack")) {
            sip_.post(SendProgress{.session = event.session, .code = 183, .media = local_media(), .headers = {}});
            sip_.post(SendProgress{.session = event.session, .code = 180, .media = {}, .headers = {}});
            answers_.push_back({event.session, now + 1s});
        } else if (user.starts_with("ring") || user.starts_with("early")) {
            const bool early = user.starts_with("early");
            sip_.post(SendProgress{.session = event.session,
                                   .code = early ? 183 : 180,
                                   .media = early ? std::optional{local_media()} : std::nullopt,
                                   .headers = {}});
            answers_.push_back({event.session, now + 1s});
        } else {
            sip_.post(SendAnswer{.session = event.session, .media = local_media(), .headers = {}});
        }
        if (const std::string host = host_called_for(event); !host.empty()) {
            const std::uint64_t id = next_call_ += 2;
            const SessionId callee{id};
            peers_[callee] = event.session;
            peers_[event.session] = callee;
            sip_.post(PlaceCall{.session = callee,
                                .endpoint = user.starts_with("proxied") ? "proxied" : "anonymous",
                                .target = "sip:callee@" + host,
                                .from = {.display = "Echo \"engine\"", .user = "echo", .host = {}},
                                .media = local_media(),
                                .timeout = 2s,
                                .headers = {{"X-Engine", "echo"}}});
        }
    }
    void on(const Progressed& event, Nanos) { say("progress", event.session, std::to_string(event.code)); }
    void on(const Answered& event, Nanos) { say("answered", event.session, event.media ? "media" : "early media"); }
    void on(const Acknowledged& event, Nanos)
    {
        say("ack", event.session, event.media ? event.media->remote_rtp.to_string() : "");
        const std::string_view user = users_[event.session];
        if (user.starts_with("hangup")) {
            sip_.post(EndSession{.session = event.session, .cause = 16, .headers = {}});
        } else if (user.starts_with("reoffer")) {
            sip_.post(Reoffer{.session = event.session, .media = local_media(Direction::SendOnly)});
        }
    }
    void on(const OfferReceived& event, Nanos)
    {
        say("offer", event.session);
        sip_.post(AcceptOffer{.session = event.session, .media = local_media()});
    }
    void on(const OfferAnswered& event, Nanos) { say("reoffered", event.session, event.media ? "yes" : "no"); }
    void on(const KeyReceived& event, Nanos) { say("key", event.session, std::string(1, event.digit)); }
    void on(const SessionEnded& event, Nanos)
    {
        say("ended", event.session,
            std::to_string(event.code) + " " + std::to_string(event.cause) + " " + event.reason);
        users_.erase(event.session);
        if (const auto peer = peers_.find(event.session); peer != peers_.end()) {
            sip_.post(EndSession{.session = peer->second, .cause = event.cause, .headers = {}});
            peers_.erase(peer);
        }
    }

    SipThread& sip_;
    std::map<SessionId, std::string> users_;
    std::map<SessionId, SessionId> peers_;
    std::vector<Later> answers_;
    std::uint64_t next_call_ = 0;
};

std::shared_ptr<Settings> read_arguments(int argc, char** argv)
{
    auto settings = std::make_shared<Settings>();
    std::string proxy;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--rate" && i + 1 < argc) {
            settings->invites_per_second_max = static_cast<unsigned>(std::atoi(argv[++i]));
        } else if (argument == "--limit" && i + 1 < argc) {
            settings->sessions_max = static_cast<std::size_t>(std::atoi(argv[++i]));
        } else if (argument == "--proxy" && i + 1 < argc) {
            proxy = argv[++i];
        } else if (argument == "--resolv-conf" && i + 1 < argc) {
            settings->resolv_conf = argv[++i];
        } else if (const auto bind = parse_address(argument)) {
            settings->transports.push_back({.name = "udp" + std::to_string(i), .bind = *bind});
        } else {
            std::fprintf(stderr, "%s\n", bind.error().message.c_str());
            return nullptr;
        }
    }
    MediaCapabilities capabilities{.formats = {{.encoding = "PCMU"}, {.encoding = "PCMA"}}};
    settings->endpoints.push_back({.name = "anonymous",
                                   .capabilities = std::move(capabilities),
                                   .reliable = Reliable::PeerSupported,
                                   .redirect = Redirect::Uri,
                                   .outbound_auth = {{.username = "echo", .password = "secret"}}});
    settings->endpoints.push_back(settings->endpoints.front());
    settings->endpoints.back().name = "proxied";
    settings->endpoints.back().outbound_proxy = std::move(proxy);
    settings->extension_exists = [](const EndpointSettings&, const std::string& user) { return user != "nobody"; };
    return settings;
}

}  // namespace

int main(int argc, char** argv)
{
    std::signal(SIGTERM, on_signal);
    std::signal(SIGINT, on_signal);
    const auto settings = read_arguments(argc, argv);
    if (settings == nullptr) {
        return 2;
    }
    auto sip = SipThread::start(settings);
    if (!sip) {
        std::fprintf(stderr, "%s\n", sip.error().message.c_str());
        return 1;
    }
    for (const OpenTransport& transport : (*sip)->transports()) {
        std::printf("listening %s\n", transport.address.to_string().c_str());
    }
    std::fflush(stdout);
    EchoEngine engine{**sip};
    while (!stop) {
        pollfd wait{.fd = (*sip)->event_fd(), .events = POLLIN, .revents = 0};
        static_cast<void>(poll(&wait, 1, 50));
        const Nanos now = SteadyClock::now();
        while (auto event = (*sip)->poll()) {
            engine.handle(std::move(*event), now);
        }
        engine.tick(now);
    }
    for (std::size_t i = 0; i < kSipCounterCount; ++i) {
        if (const auto value = (*sip)->counters().get(static_cast<SipCounter>(i)); value != 0) {
            std::printf("counter %s %llu\n", kSipCounterNames[i].data(), static_cast<unsigned long long>(value));
        }
    }
    return 0;
}
