#include "tools/rbctl/control_client.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

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

std::string read_answer(int fd)
{
    std::string text;
    std::array<char, 4096> bytes{};
    while (text != ".\n" && !text.ends_with("\n.\n")) {
        const ssize_t size = recv(fd, bytes.data(), bytes.size(), 0);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return {};
        }
        text.append(bytes.data(), static_cast<std::size_t>(size));
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
        answer.lines.push_back(line.starts_with("..") ? line.substr(1) : line);
    }
    return answer;
}

}  // namespace

Answer ask(const std::string& socket_path, const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        if (word.find_first_of("\"\r\n") != std::string::npos) {
            return {.outcome = Answer::Outcome::Refused, .lines = {"an argument holds a quote or a line end"}};
        }
    }
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof at.sun_path) {
        return no_node("the path is too long for a socket");
    }
    std::memcpy(at.sun_path, socket_path.c_str(), socket_path.size() + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{.tv_sec = kPatience_s, .tv_usec = 0};
    const std::string line = request_line(words);
    Answer answer;
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        send(fd, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
        answer = no_node(std::strerror(errno));
    } else {
        const std::string text = read_answer(fd);
        answer = text.empty() ? no_node("the node does not answer") : parse_answer(text);
    }
    if (fd >= 0) {
        close(fd);
    }
    return answer;
}

}  // namespace rb::rbctl
