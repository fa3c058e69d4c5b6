#include "control/http/http_client.h"

#include <boost/asio/buffer.hpp>

#include <cerrno>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::http {
namespace {

namespace beast = boost::beast::http;

constexpr std::size_t kReadAtOnce = 4096;
/// How long what a client still sends is thrown away once it has its last answer.
constexpr Nanos kLinger = 2s;

Response refusal(boost::system::error_code why)
{
    if (why == beast::error::header_limit) {
        return error_response(431, "the header is longer than " + std::to_string(kHeaderBytesMax) + " bytes");
    }
    if (why == beast::error::body_limit) {
        return error_response(413, "the body is longer than " + std::to_string(kBodyBytesMax) + " bytes");
    }
    return error_response(400, "not a request of HTTP/1.1: " + why.message());
}

std::string text(boost::core::string_view view)
{
    return {view.data(), view.size()};
}

}  // namespace

HttpServer::Client::~Client()
{
    close(fd_);
}

pollfd HttpServer::Client::waits_for() const noexcept
{
    const short events = output_.empty() ? POLLIN : POLLOUT;
    return {.fd = fd_, .events = events, .revents = 0};
}

bool HttpServer::Client::step(const Handler& handler, const Limits& limits, Counts& counts, Nanos now)
{
    if (lingering_) {
        input_.clear();
        return read() && now < due_;
    }
    if (output_.empty() && !ending_) {
        gone_ = !read();
        ending_ = gone_;
        parse(handler, limits, counts, now);
    }
    if (!write()) {
        return false;
    }
    if (ending_ && output_.empty()) {
        // To close with something unread would take the answer away from whoever is still sending.
        lingering_ = true;
        due_ = now + kLinger;
        return !gone_ && shutdown(fd_, SHUT_WR) == 0;
    }
    counts.timed_out += now >= due_ ? 1U : 0U;
    return now < due_;
}

/// What has arrived, as far as one request may be long; false at the end.
bool HttpServer::Client::read()
{
    while (input_.size() <= kHeaderBytesMax) {  // else a header one byte too long would not be seen to be
        const auto room = input_.prepare(kReadAtOnce);
        const ssize_t got = recv(fd_, room.data(), room.size(), 0);
        if (got <= 0) {
            return got < 0 && (errno == EAGAIN || errno == EINTR);
        }
        input_.commit(static_cast<std::size_t>(got));
    }
    return true;
}

/// Whole requests are answered, one after the other, as long as answers need not wait.
void HttpServer::Client::parse(const Handler& handler, const Limits& limits, Counts& counts, Nanos now)
{
    while (input_.size() > 0 && output_.empty()) {
        if (!parser_) {
            parser_.emplace();
            parser_->eager(true);
            parser_->header_limit(kHeaderBytesMax);
            parser_->body_limit(kBodyBytesMax);
            due_ = now + limits.inactivity;
        }
        boost::system::error_code error;
        input_.consume(parser_->put(input_.data(), error));
        if (error && error != beast::error::need_more) {
            ++counts.bad_requests;
            return answer(refusal(error), false, false);
        }
        if (!parser_->is_done()) {
            return;
        }
        ++counts.requests;
        const auto request = parser_->release();
        const bool keeps = request.keep_alive() && !ending_ && limits.keep_alive > 0ns;
        parser_.reset();
        const std::string target = text(request.target());
        const auto query = target.find('?');
        answer(handler({.method = text(request.method_string()),
                        .path = target.substr(0, query),
                        .query = query == std::string::npos ? std::string{} : target.substr(query + 1),
                        .body = request.body()}),
               request.method() == beast::verb::head, keeps);
        due_ = now + limits.keep_alive;
        if (!write()) {
            ending_ = true;
        }
    }
}

void HttpServer::Client::answer(const Response& response, bool head, bool keeps)
{
    beast::response<beast::string_body> message{beast::int_to_status(response.status), 11};
    message.set(beast::field::server, "Ringbridge");
    message.set(beast::field::content_type, "application/json");
    message.set(beast::field::cache_control, "no-cache, no-store");
    for (const auto& [name, value] : response.fields) {
        message.set(name, value);
    }
    message.body() = response.body;
    message.prepare_payload();
    message.keep_alive(keeps);
    std::ostringstream out;
    if (head) {
        out << message.base();  // as long as the body would have been, without it
    } else {
        out << message;
    }
    output_ += std::move(out).str();
    ending_ = ending_ || !keeps;
}

bool HttpServer::Client::write()
{
    while (!output_.empty()) {
        const ssize_t sent = send(fd_, output_.data(), output_.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        output_.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace rb::http
