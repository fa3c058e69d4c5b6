// http_server.h — HTTP/1.1 (RFC 9112) for programs that watch or command the node: parsed by Boost.Beast, on the
// control thread, without a wait.
#pragma once

#include "dataplane/base/address.h"
#include "dataplane/base/error.h"
#include "dataplane/base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <poll.h>
#include <string>
#include <utility>
#include <vector>

namespace rb::http {

struct Request {
    std::string method;  ///< "GET"
    std::string path;    ///< "/health/live", as it was sent, without the query
    std::string query;   ///< what stood behind '?'
    std::string body;
};

struct Response {
    unsigned status = 200;
    std::string body;  ///< JSON
    std::vector<std::pair<std::string, std::string>> fields;
};

/// An answer that names what is wrong: {"message": "…"}.
[[nodiscard]] Response error_response(unsigned status, const std::string& message);

using Handler = std::function<Response(const Request&)>;

/// The longest request; beyond either 431 or 413 is the answer, and the connection ends.
inline constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
inline constexpr std::uint64_t kBodyBytesMax = 1024 * 1024;

struct Limits {
    std::size_t sessions = 100;
    Nanos inactivity = 30s;  ///< for a request to arrive, and for its answer to be taken
    Nanos keep_alive = 15s;  ///< between two requests; 0: each has a connection of its own
};

/// Owner: control. Never blocks: an answer that the client does not read waits, and its next request with it.
class HttpServer {
public:
    /// returns   the server, or an Error: the address is in use or not of this host
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> listen(const Address& at, const Limits& limits,
                                                                    Handler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Where it listens, with the port the system chose when 0 was asked for.
    [[nodiscard]] const Address& at() const { return at_; }

    /// What to wait for: appends the listener and every client. step() needs no answer.
    void poll_for(std::vector<pollfd>& waiting) const;
    /// Accepts, reads, answers: as much as can be done without waiting. Calls the handler.
    void step(Nanos now);

    struct Counts {
        std::uint64_t clients = 0;  ///< accepted so far
        std::uint64_t requests = 0;
        std::uint64_t bad_requests = 0;
        std::uint64_t turned_away = 0;  ///< beyond the most there may be at once
        std::uint64_t timed_out = 0;
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    class Client;

    HttpServer(int fd, const Address& at, const Limits& limits, Handler handler);
    void accept_clients(Nanos now);

    int fd_;
    Address at_;
    Limits limits_;
    Handler handler_;
    std::list<Client> clients_;
    Counts counts_;
};

}  // namespace rb::http
