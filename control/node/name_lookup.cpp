#include "control/node/name_lookup.h"

#include <atomic>
#include <cstring>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>

namespace rb::node {
namespace {

Result<Address> look_up(const config::HostPort& of)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(of.host.c_str(), nullptr, &hints, &found);
    if (error != 0) {
        return failure(of.host + " cannot be looked up: " + gai_strerror(error));
    }
    Address best;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        sockaddr_storage storage{};
        std::memcpy(&storage, one->ai_addr, one->ai_addrlen);
        const Address address = from_sockaddr(storage);
        if (!best || (address && address.is_v4() && !best.is_v4())) {
            best = address;
        }
    }
    freeaddrinfo(found);
    return best ? Result<Address>{best.with_port(of.port)} : failure(of.host + " has no IP address");
}

}  // namespace

struct NameLookup::Shared {
    Result<Address> found = Address{};
    std::atomic<bool> done{false};  // then `found` is not touched any more
};

NameLookup::NameLookup(const config::HostPort& of) : shared_{std::make_shared<Shared>()}
{
    const auto finish = [](Shared& shared, Result<Address> found) {
        shared.found = std::move(found);
        shared.done.store(true, std::memory_order_release);
    };
    if (const auto literal = parse_address(of.host)) {
        finish(*shared_, literal->with_port(of.port));
        return;
    }
    try {
        std::thread{[finish, shared = shared_, of] {
            static_cast<void>(pthread_setname_np(pthread_self(), "name-lookup"));
            finish(*shared, look_up(of));
        }}.detach();
    } catch (const std::system_error& error) {
        finish(*shared_, failure("no thread to look up " + of.host + ": " + error.what()));
    }
}

std::optional<Result<Address>> NameLookup::result() const
{
    return shared_->done.load(std::memory_order_acquire) ? std::optional{shared_->found} : std::nullopt;
}

}  // namespace rb::node
