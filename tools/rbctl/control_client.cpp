#include "tools/rbctl/control_client.h"

#include <tl/expected.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <poll.h>
#include <sstream>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace rb::rbctl {
namespace {

constexpr time_t kPatience_s = 10;

Answer no_node(const std::string& why)
{
    return {.outcome = Answer::Outcome::NoNode, .lines = {why}};
}

/// Words with spaces in them go in quotes.
std::string request_line(const std::vector<std::string>& words)
{
    std::string line;
    for (const std::string& word : words) {
        const bool quote = word.empty() || word.find_first_of(" \t") != std::string::npos;
        line += (line.empty() ? "" : " ") + (quote ? '"' + word + '"' : word);
    }
    return line + '\n';
}

/// A line as it was before it got a dot more.
std::string unstuffed(std::string line)
{
    return line.starts_with("..") ? line.substr(1) : line;
}

/// A connection on which a request has been sent. Closed at its end.
class Connection {
public:
    explicit Connection(int fd) : fd_{fd} {}
    Connection(Connection&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Connection& operator=(Connection&&) = delete;
    ~Connection()
    {
        if (fd_ >= 0) {
            close(fd_);
        }
    }
    [[nodiscard]] int fd() const { return fd_; }

private:
    int fd_;
};

/// The Answer says why there is none.
tl::expected<Connection, Answer> send_request(const std::string& socket_path, const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        if (word.find_first_of("\"\r\n") != std::string::npos) {
            return tl::unexpected(
                Answer{.outcome = Answer::Outcome::Refused, .lines = {"an argument holds a quote or a line end"}});
        }
    }
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof at.sun_path) {
        return tl::unexpected(no_node("the path is too long for a socket"));
    }
    std::memcpy(at.sun_path, socket_path.c_str(), socket_path.size() + 1);
    Connection connection{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int fd = connection.fd();
    const timeval patience{.tv_sec = kPatience_s, .tv_usec = 0};
    const std::string line = request_line(words);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        send(fd, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
        return tl::unexpected(no_node(std::strerror(errno)));
    }
    return connection;
}

/// Adds what has come; false at the end.
bool read_some(int fd, std::string& text)
{
    std::array<char, 4096> bytes{};
    const ssize_t size = recv(fd, bytes.data(), bytes.size(), 0);
    if (size > 0) {
        text.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return size > 0 || (size < 0 && errno == EINTR);
}

std::string read_answer(int fd)
{
    std::string text;
    while (text != ".\n" && !text.ends_with("\n.\n")) {
        if (!read_some(fd, text)) {
            return {};
        }
    }
    return text;
}

Answer parse_answer(const std::string& text)
{
    std::istringstream stream{text};
    std::string line;
    std::getline(stream, line);
    if (line.starts_with("error ")) {
        return {.outcome = Answer::Outcome::Refused, .lines = {line.substr(6)}};
    }
    if (line != "ok") {
        return no_node("what answers there is not a Ringbridge node");
    }
    Answer answer;
    while (std::getline(stream, line) && line != ".") {
        answer.lines.push_back(unstuffed(line));
    }
    return answer;
}

int interrupts_fd = -1;  // of the Interrupts there is: a handler is given nothing

void on_interrupt(int /*signal*/)
{
    const int before = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(interrupts_fd, &one, sizeof one);
    errno = before;
}

/// SIGINT and SIGTERM as something to be waited for, instead of an end of the program. They also end a write that
/// waits.
class Interrupts {
public:
    Interrupts() : fd_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}
    {
        interrupts_fd = fd_;
        struct sigaction action {};
        action.sa_handler = on_interrupt;  // and no SA_RESTART
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaction(kSignals[i], &action, &before_[i]);
        }
    }
    ~Interrupts()
    {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaction(kSignals[i], &before_[i], nullptr);
        }
        close(fd_);
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

private:
    static constexpr std::array kSignals{SIGINT, SIGTERM};
    int fd_;
    std::array<struct sigaction, kSignals.size()> before_{};
};

/// Hands on the whole lines there are; false when no more are wanted.
bool take_lines(std::string& text, const std::function<bool(const std::string&)>& take)
{
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos;) {
        const std::string line = unstuffed(text.substr(0, end));
        text.erase(0, end + 1);
        if (!take(line)) {
            return false;
        }
    }
    return true;
}

}  // namespace

Answer ask(const std::string& socket_path, const std::vector<std::string>& words)
{
    const auto connection = send_request(socket_path, words);
    if (!connection) {
        return connection.error();
    }
    const std::string text = read_answer(connection->fd());
    return text.empty() ? no_node("the node does not answer") : parse_answer(text);
}

Answer follow(const std::string& socket_path, const std::vector<std::string>& words,
              const std::function<bool(const std::string&)>& take)
{
    const Interrupts interrupts;
    const auto connection = send_request(socket_path, words);
    if (!connection) {
        return connection.error();
    }
    std::string text;
    bool begun = false;
    std::array<pollfd, 2> waiting{pollfd{.fd = connection->fd(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = interrupts.fd(), .events = POLLIN, .revents = 0}};
    for (;;) {
        if (begun && !take_lines(text, take)) {
            return {};
        }
        if (!begun && text.ends_with("\n.\n")) {
            return parse_answer(text);  // refused
        }
        const int ready = poll(waiting.data(), waiting.size(), begun ? -1 : static_cast<int>(1000 * kPatience_s));
        if (ready < 0) {
            continue;  // a signal, of which the next turn is told
        }
        if (waiting[1].revents != 0) {
            return {};
        }
        if (ready == 0 || !read_some(connection->fd(), text)) {
            return no_node(begun ? "the node has ended" : "the node does not answer");
        }
        if (!begun && text.starts_with("ok\n")) {
            begun = true;
            text.erase(0, 3);
        }
    }
}

}  // namespace rb::rbctl
