// dns_server.h — a name server in a test: answers from a table of A, SRV and NAPTR records on a loopback port of its
// own.
#pragma once

#include "dataplane/base/address.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <map>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rb::sip::test {

enum class RecordType : std::uint16_t {
    A = 1,
    Srv = 33,
    Naptr = 35,
};

/// RDATA of the three kinds.
inline std::string dns_name(const std::string& name)
{
    std::string bytes;
    for (std::size_t at = 0; at < name.size();) {
        const auto end = std::min(name.find('.', at), name.size());
        bytes += static_cast<char>(end - at) + name.substr(at, end - at);
        at = end + 1;
    }
    return bytes + '\0';
}
inline std::string dns_number(unsigned number)
{
    return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
}
inline std::string a_record(char last_byte)
{
    return {127, 0, 0, last_byte};
}
inline std::string srv_record(unsigned priority, unsigned port, const std::string& target)
{
    return dns_number(priority) + dns_number(10) + dns_number(port) + dns_name(target);
}
inline std::string naptr_record(unsigned order, const std::string& service, const std::string& replacement)
{
    return dns_number(order) + dns_number(10) + "\1s" + static_cast<char>(service.size()) + service + '\0' +
           dns_name(replacement);
}

class DnsServer {
public:
    using Records = std::map<std::pair<std::string, RecordType>, std::vector<std::string>>;

    /// A silent server reads questions and never answers.
    explicit DnsServer(Records records, bool silent = false) : records_{std::move(records)}, silent_{silent}
    {
        socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_storage storage{};
        const unsigned size = to_sockaddr(*parse_address("127.0.0.1"), storage);
        EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&storage), size), 0);
        socklen_t length = sizeof storage;
        getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &length);
        std::string path = ::testing::TempDir() + "resolv.XXXXXX";
        close(mkstemp(path.data()));
        resolv_conf_ = path;
        std::ofstream{path} << "nameserver 127.0.0.1\nport " << from_sockaddr(storage).port() << "\n";
        thread_ = std::thread{[this] { run(); }};
    }
    ~DnsServer()
    {
        stop_ = true;
        thread_.join();
        close(socket_);
        unlink(resolv_conf_.c_str());
    }
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;
    DnsServer(DnsServer&&) = delete;
    DnsServer& operator=(DnsServer&&) = delete;

    /// For Settings::resolv_conf.
    [[nodiscard]] const std::string& resolv_conf() const { return resolv_conf_; }
    [[nodiscard]] int questions() const { return questions_; }

private:
    void run()
    {
        while (!stop_) {
            pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
            if (poll(&wait, 1, 20) != 1) {
                continue;
            }
            std::array<char, 512> buffer{};
            sockaddr_storage from{};
            socklen_t length = sizeof from;
            const auto size =
                recvfrom(socket_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
            ++questions_;
            if (size > 16 && !silent_) {
                const std::string reply = answer({buffer.data(), static_cast<std::size_t>(size)});
                sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
            }
        }
    }

    [[nodiscard]] std::string answer(const std::string& question) const
    {
        std::string name;
        std::size_t at = 12;
        for (; question[at] != 0; at += static_cast<std::size_t>(question[at]) + 1) {
            name += (name.empty() ? "" : ".") + question.substr(at + 1, static_cast<std::size_t>(question[at]));
        }
        const auto type = static_cast<RecordType>(question[at + 2]);
        const auto found = records_.find({name, type});
        const std::vector<std::string> none;
        const auto& records = found == records_.end() ? none : found->second;
        std::string reply = question.substr(0, 2) + "\x85" + (records.empty() ? '\x83' : '\x80') + dns_number(1) +
                            dns_number(static_cast<unsigned>(records.size())) + dns_number(0) + dns_number(0) +
                            question.substr(12, at + 5 - 12);
        for (const std::string& record : records) {
            reply += "\xc0\x0c" + dns_number(static_cast<unsigned>(type)) + dns_number(1) + dns_number(0) +
                     dns_number(60) + dns_number(static_cast<unsigned>(record.size())) + record;
        }
        return reply;
    }

    Records records_;
    bool silent_;
    std::string resolv_conf_;
    int socket_ = -1;
    std::atomic<bool> stop_ = false;
    std::atomic<int> questions_ = 0;
    std::thread thread_;
};

}  // namespace rb::sip::test
