#include "control/cli/control_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace rb::cli {
namespace {

constexpr mode_t kMode = 0660;
constexpr int kBacklog = 8;

struct Endpoint {
    sockaddr_un address{};
    [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&address); }
};

Result<Endpoint> endpoint(const std::string& path)
{
    Endpoint at;
    at.address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof at.address.sun_path) {
        return failure("the path of the control socket, '" + path + "', is empty or longer than " +
                       std::to_string(sizeof at.address.sun_path - 1) +
                       " bytes; set control_socket in [paths] of ringbridge.conf");
    }
    std::memcpy(at.address.sun_path, path.c_str(), path.size() + 1);
    return at;
}

/// Whether somebody answers there.
bool answered(const Endpoint& at) noexcept
{
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool taken = probe >= 0 && (connect(probe, at.get(), sizeof at.address) == 0 || errno == EAGAIN);
    if (probe >= 0) {
        close(probe);
    }
    return taken;
}

std::uint64_t inode_at(const std::string& path) noexcept
{
    struct stat found {};
    return lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode) ? found.st_ino : 0;
}

std::string refusal(const std::string& path)
{
    return "cannot listen on the control socket " + path + ": " + std::strerror(errno) +
           "; set control_socket in [paths] of ringbridge.conf to a path in a directory this user may write";
}

std::string one_line(std::string text)
{
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

/// A line that begins with a dot gets a second one: a dot alone is the end.
std::string format_line(const std::string& line)
{
    return (line.starts_with('.') ? "." : "") + one_line(line) + '\n';
}

}  // namespace

Result<Request> parse_request(std::string_view line)
{
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') {
            quoted = !quoted;
            in_word = true;
        } else if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
            if (in_word) {
                words.push_back(std::exchange(word, {}));
            }
            in_word = false;
        } else {
            word += c;
            in_word = true;
        }
    }
    if (quoted) {
        return failure("a quote is left open");
    }
    if (in_word) {
        words.push_back(std::move(word));
    }
    if (words.empty()) {
        return failure("an empty request");
    }
    Request request{.verb = std::move(words.front())};
    request.arguments.assign(std::make_move_iterator(words.begin() + 1), std::make_move_iterator(words.end()));
    return request;
}

std::string format_reply(const Reply& reply)
{
    if (!reply) {
        return "error " + one_line(reply.error().message) + "\n.\n";
    }
    std::string text = "ok\n";
    for (const std::string& line : *reply) {
        text += format_line(line);
    }
    return text + ".\n";
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::listen(const std::string& path, Handler handler)
{
    const auto at = endpoint(path);
    if (!at) {
        return tl::unexpected(at.error());
    }
    if (inode_at(path) != 0) {
        if (answered(*at)) {
            return failure("a node already listens on the control socket " + path +
                           "; stop it, or give this one another with control_socket in [paths] of ringbridge.conf");
        }
        unlink(path.c_str());
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    // Nobody can connect before listen(), so the mode is right before it matters.
    if (fd < 0 || bind(fd, at->get(), sizeof at->address) != 0 || chmod(path.c_str(), kMode) != 0 ||
        ::listen(fd, kBacklog) != 0) {
        const std::string why = refusal(path);
        if (fd >= 0) {
            close(fd);
        }
        return failure(why);
    }
    std::unique_ptr<ControlSocket> control{new ControlSocket{fd, path, std::move(handler)}};
    control->inode_ = inode_at(path);
    return control;
}

ControlSocket::~ControlSocket()
{
    for (const Client& client : clients_) {
        close(client.fd);
    }
    close(fd_);
    if (inode_ != 0 && inode_at(path_) == inode_) {
        unlink(path_.c_str());
    }
}

void ControlSocket::poll_for(std::vector<pollfd>& waiting) const
{
    waiting.push_back({.fd = fd_, .events = POLLIN, .revents = 0});
    for (const Client& client : clients_) {
        const int for_output = client.output.empty() ? 0 : POLLOUT;
        const int for_input = client.output.empty() || client.stream ? POLLIN : 0;
        waiting.push_back({.fd = client.fd, .events = static_cast<short>(for_input | for_output), .revents = 0});
    }
}

void ControlSocket::step()
{
    accept_clients();
    for (auto client = clients_.begin(); client != clients_.end();) {
        const bool stays = serve(*client);
        if (!stays) {
            close(client->fd);
        }
        client = stays ? std::next(client) : clients_.erase(client);
    }
}

void ControlSocket::accept_clients()
{
    int fd = -1;
    while ((fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        if (clients_.size() >= kClientsMax) {
            const std::string sorry = format_reply(failure("too many connections to the control socket"));
            static_cast<void>(send(fd, sorry.data(), sorry.size(), MSG_NOSIGNAL));
            close(fd);
            ++counts_.turned_away;
            continue;
        }
        ++counts_.clients;
        clients_.push_back({.fd = fd});
    }
}

/// One turn of a client; false when it is over.
bool ControlSocket::serve(Client& client)
{
    if (client.stream) {
        return follow(client);
    }
    if (client.output.empty() && !client.ending) {
        client.ending = !read_from(client);
        answer(client);
    }
    if (!write_to(client)) {
        return false;
    }
    return !(client.ending && client.output.empty());
}

/// From now on the client is sent what the stream has, and what else it has asked is not answered; false when there are
/// too many.
bool ControlSocket::begin_stream(Client& client, Stream stream)
{
    if (std::ranges::count_if(clients_, [](const Client& other) { return other.stream != nullptr; }) >=
        static_cast<std::ptrdiff_t>(kStreamsMax)) {
        client.output +=
            format_reply(failure(std::to_string(kStreamsMax) + " watch already, which is the most there may be"));
        return false;
    }
    client.input.clear();
    client.stream = std::move(stream);
    client.output += "ok\n";
    return true;
}

/// One turn of a client that has a stream; false when it has hung up.
bool ControlSocket::follow(Client& client)
{
    const bool there = read_from(client);
    client.input.clear();
    return there && write_to(client);
}

void ControlSocket::send_streams()
{
    for (Client& client : clients_) {
        // That a client is gone, step() sees.
        std::optional<std::string> line;
        while (client.stream && client.output.size() < kStreamWaitingMax && (line = client.stream())) {
            client.output += format_line(*line);
            if (client.output.size() >= kStreamWaitingMax) {
                static_cast<void>(write_to(client));
            }
        }
        if (client.stream) {
            static_cast<void>(write_to(client));
        }
    }
}

/// False at the end of what the client has to say.
bool ControlSocket::read_from(Client& client)
{
    std::array<char, kLineMax> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
    const ssize_t size = recv(client.fd, bytes.data(), bytes.size(), 0);
    if (size > 0) {
        client.input.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

/// Answers the whole lines that have come; one that never ends is refused.
void ControlSocket::answer(Client& client)
{
    for (std::size_t end = 0; (end = client.input.find('\n')) != std::string::npos;) {
        const auto request = parse_request(std::string_view{client.input}.substr(0, end));
        client.input.erase(0, end + 1);
        ++counts_.requests;
        Answer answer = request ? handler_(*request) : Reply{failure(request.error().message)};
        if (Stream* stream = std::get_if<Stream>(&answer)) {
            if (begin_stream(client, std::move(*stream))) {
                return;
            }
            continue;
        }
        client.output += format_reply(std::get<Reply>(answer));
    }
    if (client.input.size() > kLineMax) {
        client.output += format_reply(failure("a request longer than " + std::to_string(kLineMax) + " bytes"));
        client.input.clear();
        client.ending = true;
    }
}

/// False when the client is gone.
bool ControlSocket::write_to(Client& client)
{
    if (client.output.empty()) {
        return true;
    }
    const ssize_t sent = send(client.fd, client.output.data(), client.output.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    client.output.erase(0, static_cast<std::size_t>(sent));
    return true;
}

}  // namespace rb::cli
