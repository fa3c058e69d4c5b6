// Goal: each request gets its answer however its bytes arrive, and no client can swamp, block or keep the server.
// Method: real sockets in one thread, the server stepped by hand under a clock of the test's own.
#include "control/http/http_server.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace rb::http {
namespace {

class HttpServerTest : public testing::Test {
protected:
    HttpServerTest() { open({.sessions = 3, .inactivity = 30s, .keep_alive = 15s}); }
    ~HttpServerTest() override
    {
        for (const int fd : fds_) {
            close(fd);
        }
    }

    void open(const Limits& limits)
    {
        auto made = HttpServer::listen(*parse_address("127.0.0.1:0"), limits, [](const Request& request) {
            return Response{.body = request.method + ' ' + request.path + '|' + request.query + '|' + request.body,
                            .fields = {{"X-Test", "yes"}}};
        });
        ASSERT_TRUE(made) << made.error().message;
        server_ = std::move(*made);
    }
    int connect_client()
    {
        const int fd = fds_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        sockaddr_storage at{};
        const auto size = to_sockaddr(server_->at(), at);
        static_cast<void>(connect(fd, reinterpret_cast<const sockaddr*>(&at), size));
        step();
        return fd;
    }
    void step(Nanos by = 0ns)
    {
        now_ += by;
        server_->step(now_);
    }
    void say(int fd, std::string_view text)
    {
        ASSERT_EQ(send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
        step();
    }
    /// What has come, with "<end>" where the server has closed.
    static std::string heard(int fd)
    {
        std::string text;
        std::array<char, 4096> part{};
        ssize_t got = 0;
        while ((got = recv(fd, part.data(), part.size(), 0)) > 0) {
            text.append(part.data(), static_cast<std::size_t>(got));
        }
        return got == 0 || (got < 0 && errno == ECONNRESET) ? text + "<end>" : text;
    }

    std::unique_ptr<HttpServer> server_;
    std::vector<int> fds_;
    Nanos now_ = 100s;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection)
{
    const int fd = connect_client();
    say(fd, "GET /a/b?c=d HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = heard(fd);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find("X-Test: yes\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /a/b|c=d|")) << answer;
    say(fd, "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(heard(fd).ends_with("POST /p||abc"));
    EXPECT_EQ(server_->counts().requests, 2U);
    EXPECT_EQ(server_->counts().clients, 1U);
}

TEST_F(HttpServerTest, TakesARequestByteByByteAndSeveralAtOnce)
{
    const int fd = connect_client();
    const std::string request = "POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    for (const char c : request) {
        say(fd, {&c, 1});
    }
    EXPECT_TRUE(heard(fd).ends_with("POST /p||abc"));
    say(fd, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nConnection: close\r\n\r\n");
    const std::string answers = heard(fd);
    EXPECT_NE(answers.find("GET /1||"), std::string::npos);
    EXPECT_NE(answers.find("GET /2||"), std::string::npos);
    EXPECT_TRUE(answers.ends_with("GET /3||<end>")) << answers;
}

TEST_F(HttpServerTest, HeadHasNoBodyAndOneDotZeroEnds)
{
    const int fd = connect_client();
    say(fd, "HEAD /h HTTP/1.1\r\n\r\n");
    const std::string head = heard(fd);
    EXPECT_NE(head.find("Content-Length: 9\r\n"), std::string::npos) << head;
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
    say(fd, "GET /h HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(heard(fd).ends_with("GET /h||<end>"));
}

TEST_F(HttpServerTest, AnswersWhoOnlyShutsHisHalf)
{
    const int fd = connect_client();
    ASSERT_EQ(send(fd, "GET /x HTTP/1.1\r\n\r\n", 19, 0), 19);
    shutdown(fd, SHUT_WR);
    step();
    step();
    EXPECT_TRUE(heard(fd).ends_with("GET /x||<end>"));
}

TEST_F(HttpServerTest, RefusesWhatIsTooLongOrNoRequest)
{
    int fd = connect_client();
    say(fd, "GET / HTTP/1.1\r\nX: " + std::string(kHeaderBytesMax, 'x'));
    EXPECT_TRUE(heard(fd).starts_with("HTTP/1.1 431 "));
    fd = connect_client();
    say(fd, "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(kBodyBytesMax + 1) + "\r\n\r\n");
    const std::string answer = heard(fd);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
    EXPECT_NE(answer.find(R"({"message":)"), std::string::npos) << answer;
    EXPECT_TRUE(answer.ends_with("<end>"));
    fd = connect_client();
    say(fd, "INVITE sip:600@127.0.0.1 SIP/2.0\r\n\r\n");
    EXPECT_TRUE(heard(fd).starts_with("HTTP/1.1 400 "));
    EXPECT_EQ(server_->counts().bad_requests, 3U);
    EXPECT_EQ(server_->counts().requests, 0U);
}

TEST_F(HttpServerTest, RefusalReachesWhoIsStillSending)
{
    const int fd = connect_client();
    say(fd, "POST / HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n");
    for (int i = 0; i < 100; ++i) {
        say(fd, std::string(1000, 'x'));
    }
    EXPECT_TRUE(heard(fd).starts_with("HTTP/1.1 413 "));
    step(3s);
    EXPECT_EQ(send(fd, "x", 1, MSG_NOSIGNAL), 1);  // answered by a reset: it has been let go
    EXPECT_EQ(heard(fd), "<end>");
}

TEST_F(HttpServerTest, LetsGoWhoIsSlowOrIdle)
{
    const int slow = connect_client();
    say(slow, "GET /slow HTTP/1.1\r\nX: ");
    const int idle = connect_client();
    say(idle, "GET /i HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(heard(idle).ends_with("GET /i||"));
    step(14s);
    say(slow, "a");
    EXPECT_EQ(heard(idle), "");
    step(2s);
    EXPECT_EQ(heard(idle), "<end>");
    for (int i = 0; i < 13; ++i) {
        EXPECT_EQ(heard(slow), "") << i;
        say(slow, "a");  // a header without end, a byte a second
        step(1s);
    }
    step(2s);
    EXPECT_EQ(heard(slow), "<end>");
    EXPECT_EQ(server_->counts().timed_out, 2U);
}

TEST_F(HttpServerTest, TurnsAwayWhoIsOneTooMany)
{
    std::array<int, 3> in{};
    for (int& fd : in) {
        fd = connect_client();
    }
    EXPECT_EQ(heard(connect_client()), "<end>");
    close(in[0]);
    fds_.erase(std::find(fds_.begin(), fds_.end(), in[0]));
    step();
    const int next = connect_client();
    say(next, "GET /n HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(heard(next).ends_with("GET /n||"));
    EXPECT_EQ(server_->counts().turned_away, 1U);
}

TEST_F(HttpServerTest, NamesTheAddressItCannotHave)
{
    const auto second = HttpServer::listen(server_->at(), {}, {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find(server_->at().to_string()), std::string::npos) << second.error().message;
    EXPECT_NE(second.error().message.find("http.conf"), std::string::npos);
}

RC_GTEST_FIXTURE_PROP(HttpServerTest, AnyBytesEndInAnAnswerOrInSilence, (const std::vector<std::string>& pieces))
{
    const int fd = connect_client();
    for (const std::string& piece : pieces) {
        if (send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) < 0) {
            break;  // refused already
        }
        step();
    }
    const std::string answer = heard(fd);
    RC_ASSERT(answer.empty() || answer.starts_with("HTTP/1.1 ") || answer == "<end>");
}

}  // namespace
}  // namespace rb::http
