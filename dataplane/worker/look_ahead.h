// look_ahead.h — has the memory that packets will touch fetched while those before them are handled.
//
// Each leg is heard once in 20 ms, when thousands of others and the kernel have had the cache to themselves. Its packet
// would wait for one line after the other, for each tells where the next is; so they are followed ahead, one pointer
// further with each packet that is handled.
#pragma once

#include "dataplane/base/packet.h"
#include "dataplane/media/leg.h"

#include <span>

namespace rb {

/// Takes no part in what happens: without it the same is done, later.
///
/// legs     by slot; those there are
/// coming   the packets that follow the one which is next
void look_ahead(std::span<media::Leg* const> legs, std::span<const RxPacket> coming) noexcept;

}  // namespace rb
