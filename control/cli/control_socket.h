// control_socket.h — the unix socket by which rbctl asks the node to do something; looking needs no socket.
//
// One request is one line, "verb argument…\n". The answer is "ok" or "error MESSAGE", lines of text, and a line "."
// alone. Where lines are to come as things happen, "." never does: the connection is theirs until the client hangs up.
#pragma once

#include "dataplane/base/error.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rb::cli {

/// A request line, split at spaces; "double quotes" hold spaces.
struct Request {
    std::string verb;
    std::vector<std::string> arguments;
};

/// What the node did; the Error's message is what the operator reads.
using Reply = Result<std::vector<std::string>>;
/// The next line of an answer without an end, or nothing where there is none now. Destroyed when the client is gone.
using Stream = std::function<std::optional<std::string>()>;
using Answer = std::variant<Reply, Stream>;
using Handler = std::function<Answer(const Request&)>;

/// Most connections at once, and the longest request line; a client beyond either is told so and let go.
inline constexpr std::size_t kClientsMax = 16;
inline constexpr std::size_t kLineMax = 1024;
/// Most streams at once; the other connections stay free for requests.
inline constexpr std::size_t kStreamsMax = 8;
/// A stream is asked for no more while so much of it waits for the client to read.
inline constexpr std::size_t kStreamWaitingMax = 64 * 1024;

/// Splits a request line, without its end; an Error for a quote left open or no verb.
[[nodiscard]] Result<Request> parse_request(std::string_view line);
/// Writes an answer as it goes over the socket.
[[nodiscard]] std::string format_reply(const Reply& reply);

/// Owner: control. Never blocks: an answer that the client does not read waits, and its next request with it.
class ControlSocket {
public:
    /// Listens; readable and writable for the owner and its group. The socket of a node that is gone is replaced.
    ///
    /// returns   the socket, or an Error: a live node listens there, or the directory refuses
    [[nodiscard]] static Result<std::unique_ptr<ControlSocket>> listen(const std::string& path, Handler handler);
    /// Removes the socket, unless another has taken its place.
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

    /// What to wait for: appends the listener and every client. step() needs no answer.
    void poll_for(std::vector<pollfd>& waiting) const;
    /// Accepts, reads, answers: as much as can be done without waiting. Calls the handler.
    void step();
    /// Sends what streams have by now, as far as their clients read.
    void send_streams();

    struct Counts {
        std::uint64_t clients = 0;  ///< accepted so far
        std::uint64_t requests = 0;
        std::uint64_t turned_away = 0;
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    struct Client {
        int fd = -1;
        std::string input;
        std::string output;
        bool ending = false;  ///< closed as soon as the output is out
        Stream stream;        ///< in place of further answers
    };

    ControlSocket(int fd, std::string path, Handler handler)
        : fd_{fd}, path_{std::move(path)}, handler_{std::move(handler)}
    {
    }
    void accept_clients();
    [[nodiscard]] bool serve(Client& client);
    [[nodiscard]] static bool read_from(Client& client);
    void answer(Client& client);
    [[nodiscard]] bool begin_stream(Client& client, Stream stream);
    [[nodiscard]] static bool follow(Client& client);
    [[nodiscard]] static bool write_to(Client& client);

    int fd_;
    std::uint64_t inode_ = 0;
    std::string path_;
    Handler handler_;
    std::list<Client> clients_;
    Counts counts_;
};

}  // namespace rb::cli
