// media_sockets.h — opening the UDP sockets of a leg: bound, marked, and connected where the peer is known.
#pragma once

#include "control/engine/environment.h"

namespace rb::node {

/// RTP at the address, RTCP at the next port; both non-blocking.
[[nodiscard]] Result<engine::SocketPair> open_media_sockets(const engine::SocketRequest& request);

/// Connects each socket to its peer (none = leaves it), and throws away what strangers sent before.
void connect_media_sockets(const engine::SocketPair& sockets, const std::array<Address, kSocketsPerLeg>& peers);

/// Throws away what has come, and keeps room for no more than a packet or two from now on; whether anything had come.
[[nodiscard]] bool drain_media_sockets(const engine::SocketPair& sockets);

void close_media_sockets(const engine::SocketPair& sockets);

}  // namespace rb::node
