#include "control/http/http_server.h"

#include "control/http/http_client.h"
#include "control/json/json_text.h"

#include <cerrno>
#include <cstring>
#include <iterator>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::http {
namespace {

constexpr int kBacklog = 128;

}  // namespace

Response error_response(unsigned status, const std::string& message)
{
    return {.status = status, .body = json::Object{}.add_text("message", message).str()};
}

HttpServer::HttpServer(int fd, const Address& at, const Limits& limits, Handler handler)
    : fd_{fd}, at_{at}, limits_{limits}, handler_{std::move(handler)}
{
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const Address& at, const Limits& limits, Handler handler)
{
    const int fd = socket(at.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    sockaddr_storage bound{};
    const socklen_t wanted = to_sockaddr(at, bound);
    socklen_t size = sizeof bound;
    auto* const name = reinterpret_cast<sockaddr*>(&bound);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || bind(fd, name, wanted) != 0 ||
        ::listen(fd, kBacklog) != 0 || getsockname(fd, name, &size) != 0) {
        const std::string why = std::strerror(errno);
        if (fd >= 0) {
            close(fd);
        }
        return failure("cannot listen for HTTP on " + at.to_string() + ": " + why +
                       "; correct bindaddr and bindport in http.conf, or say enabled = no there");
    }
    return std::unique_ptr<HttpServer>{new HttpServer{fd, from_sockaddr(bound), limits, std::move(handler)}};
}

HttpServer::~HttpServer()
{
    close(fd_);
}

void HttpServer::poll_for(std::vector<pollfd>& waiting) const
{
    waiting.push_back({.fd = fd_, .events = POLLIN, .revents = 0});
    for (const Client& client : clients_) {
        waiting.push_back(client.waits_for());
    }
}

void HttpServer::step(Nanos now)
{
    accept_clients(now);
    for (auto client = clients_.begin(); client != clients_.end();) {
        client = client->step(handler_, limits_, counts_, now) ? std::next(client) : clients_.erase(client);
    }
}

void HttpServer::accept_clients(Nanos now)
{
    int fd = -1;
    while ((fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        if (clients_.size() >= limits_.sessions) {
            close(fd);
            ++counts_.turned_away;
            continue;
        }
        ++counts_.clients;
        clients_.emplace_back(fd, now, limits_);
    }
}

}  // namespace rb::http
