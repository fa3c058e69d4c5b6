#include "dataplane/media/packetizer.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::media {

Packetizer::Packetizer(codecs::CodecId codec, std::uint32_t ptime_ms) noexcept : ptime_ms_{ptime_ms}
{
    RB_ASSERT(ptime_ms >= 10);
    RB_ASSERT(ptime_ms <= codecs::kPacket_ms_max);
    const auto& info = codecs::codec_info(codec);
    RB_ASSERT(info.unit_bytes > 0);
    while (info.payload_bytes(ptime_ms_) > kPayloadMax) {
        ptime_ms_ /= 2;
    }
    packet_bytes_ = info.payload_bytes(ptime_ms_);
}

void Packetizer::add(std::span<const std::uint8_t> frame) noexcept
{
    std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(given_), bytes_.begin() + static_cast<std::ptrdiff_t>(size_),
              bytes_.begin());
    size_ -= given_;
    given_ = 0;
    RB_ASSERT(frame.size() <= bytes_.size() - size_);
    std::copy(frame.begin(), frame.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += frame.size();
}

std::span<const std::uint8_t> Packetizer::next() noexcept
{
    if (size_ - given_ < packet_bytes_) {
        return {};
    }
    const std::span packet{bytes_.data() + given_, packet_bytes_};
    given_ += packet_bytes_;
    return packet;
}

}  // namespace rb::media
