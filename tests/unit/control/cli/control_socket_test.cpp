// Goal: a request line gets its answer, a client can neither block nor swamp the node, and one path has one node.
// Method: real sockets in one thread, the server stepped by hand; each refusal once; request and answer as text.
#include "control/cli/control_socket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstring>
#include <deque>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace rb::cli {
namespace {

TEST(ParseRequest, SplitsAtSpacesAndKeepsQuotes)
{
    const auto request = parse_request("kick  60001 \"a b\" \"\"\r");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->verb, "kick");
    EXPECT_EQ(request->arguments, (std::vector<std::string>{"60001", "a b", ""}));
    EXPECT_FALSE(parse_request("  "));
    EXPECT_FALSE(parse_request("hangup \"x"));
}

TEST(FormatReply, EndsWithADotAlone)
{
    EXPECT_EQ(format_reply(std::vector<std::string>{"one", ".", "t\nwo"}), "ok\none\n..\nt wo\n.\n");
    EXPECT_EQ(format_reply(std::vector<std::string>{}), "ok\n.\n");
    EXPECT_EQ(format_reply(failure("no\nway")), "error no way\n.\n");
}

RC_GTEST_PROP(ParseRequestProperties, AnyLineIsTakenOrRefused, (const std::string& line))
{
    const auto request = parse_request(line);
    RC_ASSERT(!request || !request->verb.empty() || line.find('"') != std::string::npos);
}

class ControlSocketTest : public testing::Test {
protected:
    void SetUp() override { server_ = listen(); }
    std::unique_ptr<ControlSocket> listen()
    {
        auto server = ControlSocket::listen(path_, [this](const Request& request) -> Answer {
            if (request.verb == "fail") {
                return Reply{failure("unknown call")};
            }
            if (request.verb == "watch") {
                return [this, here = watchers_]() -> std::optional<std::string> {
                    return lines_.empty() ? std::nullopt : std::optional{take_line()};
                };
            }
            return Reply{std::vector<std::string>{request.verb + ' ' + std::to_string(request.arguments.size())}};
        });
        EXPECT_TRUE(server) << server.error().message;
        return server ? std::move(*server) : nullptr;
    }
    int connect_client()
    {
        const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::memcpy(at.sun_path, path_.c_str(), path_.size() + 1);
        EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
        return fd;
    }
    static void say(int fd, std::string_view text)
    {
        EXPECT_EQ(send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }
    static std::string hear(int fd)
    {
        std::array<char, 8192> bytes{};
        const ssize_t size = recv(fd, bytes.data(), bytes.size(), 0);
        return size < 0 ? "nothing yet" : std::string{bytes.data(), static_cast<std::size_t>(size)};
    }

    std::string take_line()
    {
        std::string line = std::move(lines_.front());
        lines_.pop_front();
        return line;
    }

    std::deque<std::string> lines_;                             // of the stream that "watch" gives
    std::shared_ptr<int> watchers_ = std::make_shared<int>(0);  // held by each stream
    std::string path_ = "/tmp/rb_control_socket_test." + std::to_string(getpid());
    std::unique_ptr<ControlSocket> server_;
};

TEST_F(ControlSocketTest, AnswersEachLine)
{
    const int client = connect_client();
    say(client, "hangup 17.1\nfail\n");
    server_->step();
    EXPECT_EQ(hear(client), "ok\nhangup 1\n.\nerror unknown call\n.\n");
    EXPECT_EQ(server_->counts().requests, 2U);
    close(client);
}

TEST_F(ControlSocketTest, WaitsForTheRestOfALine)
{
    const int client = connect_client();
    say(client, "rel");
    server_->step();
    EXPECT_EQ(hear(client), "nothing yet");
    say(client, "oad\n");
    server_->step();
    EXPECT_EQ(hear(client), "ok\nreload 0\n.\n");
    close(client);
}

TEST_F(ControlSocketTest, AClientThatHangsUpAfterAskingIsAnswered)
{
    const int client = connect_client();
    say(client, "drain\n");
    shutdown(client, SHUT_WR);
    server_->step();
    EXPECT_EQ(hear(client), "ok\ndrain 0\n.\n");
    server_->step();
    EXPECT_EQ(hear(client), "") << "and let go";
    close(client);
}

TEST_F(ControlSocketTest, ALineWithoutEndIsRefused)
{
    const int client = connect_client();
    say(client, std::string(kLineMax + 1, 'x'));
    server_->step();
    server_->step();
    EXPECT_EQ(hear(client), "error a request longer than 1024 bytes\n.\n");
    server_->step();
    EXPECT_EQ(hear(client), "");
    close(client);
}

TEST_F(ControlSocketTest, MoreClientsThanTheLimitAreTurnedAway)
{
    std::vector<int> clients;
    // As many as the backlog holds at a time.
    for (std::size_t i = 0; i < kClientsMax; ++i) {
        clients.push_back(connect_client());
        server_->step();
    }
    const int late = connect_client();
    server_->step();
    EXPECT_EQ(hear(late), "error too many connections to the control socket\n.\n");
    EXPECT_EQ(server_->counts().turned_away, 1U);
    std::vector<pollfd> waiting;
    server_->poll_for(waiting);
    EXPECT_EQ(waiting.size(), kClientsMax + 1);
    for (const int client : clients) {
        close(client);
    }
    close(late);
    server_->step();
    waiting.clear();
    server_->poll_for(waiting);
    EXPECT_EQ(waiting.size(), 1U);
}

TEST_F(ControlSocketTest, AStreamComesLineByLineUntilItsClientHangsUp)
{
    const int client = connect_client();
    say(client, "watch all\nignored\n");
    server_->step();
    EXPECT_EQ(hear(client), "ok\n");
    EXPECT_EQ(watchers_.use_count(), 2);
    server_->send_streams();
    EXPECT_EQ(hear(client), "nothing yet");
    lines_ = {"one", ".two", "th\nree"};
    server_->send_streams();
    EXPECT_EQ(hear(client), "one\n..two\nth ree\n");
    say(client, "hangup 17.1\n");
    server_->step();
    EXPECT_EQ(hear(client), "nothing yet") << "the connection is the stream's";
    close(client);
    server_->step();
    EXPECT_EQ(watchers_.use_count(), 1);
}

TEST_F(ControlSocketTest, AStreamThatIsNotReadWaitsAndNobodyElseDoes)
{
    constexpr std::size_t kLines = 20'000;
    const int slow = connect_client();
    say(slow, "watch\n");
    server_->step();
    lines_.assign(kLines, std::string(99, 'x'));
    for (int turn = 0; turn < 100; ++turn) {
        server_->step();
        server_->send_streams();
    }
    const std::size_t waiting = lines_.size();
    EXPECT_GT(waiting, kLines / 2) << "what the kernel and the socket hold is bounded";
    std::vector<pollfd> fds;
    server_->poll_for(fds);
    EXPECT_EQ(fds.back().events, POLLIN | POLLOUT);
    const int other = connect_client();
    say(other, "calls\n");
    server_->step();
    EXPECT_EQ(hear(other), "ok\ncalls 0\n.\n");
    std::string all;
    for (std::string part; (part = hear(slow)) != "nothing yet" || !lines_.empty();) {
        all += part == "nothing yet" ? "" : part;
        server_->step();
        server_->send_streams();
    }
    EXPECT_EQ(all.size(), 3 + 100 * kLines) << "nothing is missing";
    fds.clear();
    server_->poll_for(fds);
    EXPECT_EQ(fds[1].events, POLLIN);
    close(other);
    server_.reset();
    EXPECT_EQ(hear(slow), "") << "ends with its node";
    EXPECT_EQ(watchers_.use_count(), 1);
    close(slow);
}

TEST_F(ControlSocketTest, WatchersLeaveRoomForRequests)
{
    const std::string refused = "error 8 watch already, which is the most there may be\n.\nok\ncalls 0\n.\n";
    std::vector<int> clients;
    for (std::size_t i = 0; i <= kStreamsMax; ++i) {
        clients.push_back(connect_client());
        say(clients.back(), "watch\ncalls\n");
        server_->step();
        EXPECT_EQ(hear(clients.back()), i < kStreamsMax ? "ok\n" : refused);
    }
    for (const int client : clients) {
        close(client);
    }
}

TEST_F(ControlSocketTest, ABurstGoesOutAtOnceToWhoReads)
{
    const int client = connect_client();
    say(client, "watch\n");
    server_->step();
    constexpr std::size_t kLines = 2 * kStreamWaitingMax / 100;
    lines_.assign(kLines, std::string(99, 'x'));
    server_->send_streams();
    EXPECT_TRUE(lines_.empty());
    std::string all;
    for (std::string part; (part = hear(client)) != "nothing yet";) {
        all += part;
    }
    EXPECT_EQ(all.size(), 3 + 100 * kLines);
    close(client);
}

TEST_F(ControlSocketTest, IsForTheOwnerAndItsGroup)
{
    struct stat found {};
    ASSERT_EQ(stat(path_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0660U);
}

TEST_F(ControlSocketTest, ALiveNodeKeepsItsSocket)
{
    const auto second = ControlSocket::listen(path_, {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("already listens"), std::string::npos);
}

TEST_F(ControlSocketTest, ASocketLeftByADeadNodeIsReplaced)
{
    server_.reset();
    const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, path_.c_str(), path_.size() + 1);
    ASSERT_EQ(bind(dead, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    close(dead);
    EXPECT_NE(listen(), nullptr);
}

TEST_F(ControlSocketTest, IsGoneWithItsNode)
{
    server_.reset();
    EXPECT_NE(access(path_.c_str(), F_OK), 0);
}

TEST_F(ControlSocketTest, APathTooLongOrNowhereIsRefused)
{
    EXPECT_FALSE(ControlSocket::listen(std::string(200, 'x'), {}));
    const auto nowhere = ControlSocket::listen("/nowhere/socket", {});
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().message.find("control_socket"), std::string::npos);
}

}  // namespace
}  // namespace rb::cli
