#include "control/dtls/datagram_bio.h"

#include "control/dtls/association.h"

#include <openssl/bio.h>

#include <algorithm>

namespace rb::dtls {
namespace {

constexpr long kIpAndUdpBytes = 28;  // of IPv4, by which OpenSSL reckons the room for its own

Association& association_of(BIO* bio)
{
    return *static_cast<Association*>(BIO_get_data(bio));
}

int write_datagram(BIO* bio, const char* bytes, int size)
{
    BIO_clear_retry_flags(bio);
    association_of(bio).add_output({reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
    return size;
}

int read_datagram(BIO* bio, char* room, int size)
{
    BIO_clear_retry_flags(bio);
    const auto datagram = association_of(bio).next_input();
    if (!datagram) {
        BIO_set_retry_read(bio);
        return -1;
    }
    const std::size_t taken = std::min(datagram->size(), static_cast<std::size_t>(size));
    std::copy_n(datagram->begin(), taken, room);
    return static_cast<int>(taken);
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/)
{
    // Not an enum: the library has a score of others, which mean nothing here.
    switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_DGRAM_QUERY_MTU:
        case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
            return static_cast<long>(Association::kDatagramMax);
        case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
            return kIpAndUdpBytes;
        default:
            return 0;
    }
}

int create(BIO* bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

/// Made once and kept for good: associations come and go on whatever thread.
const BIO_METHOD* method()
{
    static const BIO_METHOD* const made = [] {
        BIO_METHOD* own = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
        if (own != nullptr) {
            BIO_meth_set_write(own, write_datagram);
            BIO_meth_set_read(own, read_datagram);
            BIO_meth_set_ctrl(own, control);
            BIO_meth_set_create(own, create);
        }
        return own;
    }();
    return made;
}

}  // namespace

bio_st* new_datagram_bio(Association& association)
{
    BIO* bio = method() == nullptr ? nullptr : BIO_new(method());
    if (bio != nullptr) {
        BIO_set_data(bio, &association);
    }
    return bio;
}

}  // namespace rb::dtls
