// look_ahead.h — has the memory that packets will touch fetched while those before them are handled.
//
// Each leg is heard once in 20 ms, when thousands of others and the kernel have had the cache to themselves. Its packet
// would wait for one line after the other, for each tells where the next is; so they are followed ahead, one pointer
// further with each packet that is handled.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/media/leg.h"

#include <cstddef>
#include <span>

namespace rb {

/// Packets by which that begins before the first of a batch.
inline constexpr std::ptrdiff_t kLookAhead = 8;

/// Takes no part in what happens: without it the same is done, later.
///
/// legs   by slot; those there are
/// next   index of the packet to be handled next: from -kLookAhead on
void look_ahead(std::span<media::Leg* const> legs, std::span<const RxPacket> packets, std::ptrdiff_t next) noexcept;

}  // namespace rb
