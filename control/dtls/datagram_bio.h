// datagram_bio.h — how OpenSSL reads and writes the datagrams of an association: one call, one datagram. Its own memory
// BIO loses where they begin and end.
#pragma once

struct bio_st;

namespace rb::dtls {

class Association;

/// A BIO that reads from Association::next_input() and writes to add_output(); nullptr when memory is short.
[[nodiscard]] bio_st* new_datagram_bio(Association& association);

}  // namespace rb::dtls
