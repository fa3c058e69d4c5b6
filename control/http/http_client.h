// http_client.h — one connection to the HTTP server: bytes in, requests to the handler, bytes out.
#pragma once

#include "control/http/http_server.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <optional>

namespace rb::http {

/// Owner: the server. Closes its socket when it goes.
class HttpServer::Client {
public:
    Client(int fd, Nanos now, const Limits& limits) : fd_{fd}, due_{now + limits.inactivity} {}
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] pollfd waits_for() const noexcept;
    /// One turn; false when the connection is over.
    [[nodiscard]] bool step(const Handler& handler, const Limits& limits, Counts& counts, Nanos now);

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    [[nodiscard]] bool read();
    [[nodiscard]] bool write();
    void parse(const Handler& handler, const Limits& limits, Counts& counts, Nanos now);
    void answer(const Response& response, bool head, bool keeps);

    int fd_;
    Nanos due_;
    boost::beast::flat_buffer input_;
    std::optional<Parser> parser_;  // of the request that has begun
    std::string output_;
    bool gone_ = false;       // the client will send no more
    bool ending_ = false;     // closed as soon as the output is out
    bool lingering_ = false;  // it is, on our side
};

}  // namespace rb::http
