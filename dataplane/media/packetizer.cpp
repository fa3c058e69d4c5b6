#include "dataplane/media/packetizer.h"

#include "dataplane/base/assert.h"

#include <algorithm>

namespace rb::media {
namespace {

constexpr std::uint32_t kPart_ms = 10;  // NOLINT(readability-identifier-naming): the unit comes last

}  // namespace

Packetizer::Packetizer(codecs::CodecId codec, std::uint32_t ptime_ms) : ptime_ms_{ptime_ms}
{
    RB_ASSERT(ptime_ms >= 10);
    RB_ASSERT(ptime_ms <= codecs::kPacket_ms_max);
    const auto& info = codecs::codec_info(codec);
    if (info.unit_bytes == 0) {
        ptime_ms_ = ptime_ms_ < codecs::kFrame_ms ? kPart_ms : ptime_ms_ / info.unit_ms * info.unit_ms;
        joiner_.emplace();
        return;
    }
    while (info.payload_bytes(ptime_ms_) > kPayloadMax) {
        ptime_ms_ /= 2;
    }
    const bool joins = codec != codecs::CodecId::Adpcm;
    ptime_ms_ = joins ? std::max<std::uint32_t>(ptime_ms_ / info.unit_ms, 1) * info.unit_ms : codecs::kFrame_ms;
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
    if (joiner_) {
        sizes_[frames_++] = static_cast<std::uint16_t>(frame.size());
    }
}

Packetizer::Packet Packetizer::next() noexcept
{
    if (joiner_) {
        return ptime_ms_ < codecs::kFrame_ms ? next_parted() : next_joined();
    }
    if (size_ - given_ < packet_bytes_) {
        return {};
    }
    const std::span packet{bytes_.data() + given_, packet_bytes_};
    given_ += packet_bytes_;
    return {.payload = packet, .ms = ptime_ms_};
}

/// How many of the frames held, from the first on, go into one packet.
std::size_t Packetizer::frames_that_fit() const noexcept
{
    constexpr std::size_t overhead = 2 + 2 * kFramesMax;  // RFC 6716 §3.2.5: the count, and a size for each
    const std::span first{bytes_.data() + given_, sizes_[0]};
    std::size_t count = 1;
    std::size_t bytes = sizes_[0];
    while (count < frames_) {
        const std::span frame{bytes_.data() + given_ + bytes, sizes_[count]};
        if (!codecs::OpusJoiner::alike(first, frame) || bytes + frame.size() + overhead > kPayloadMax) {
            break;
        }
        bytes += frame.size();
        ++count;
    }
    return std::min<std::size_t>(count, ptime_ms_ / codecs::kFrame_ms);
}

Packetizer::Packet Packetizer::next_joined() noexcept
{
    const std::size_t count = frames_ == 0 ? 0 : frames_that_fit();
    if (count == frames_ && count < ptime_ms_ / codecs::kFrame_ms) {
        return {};
    }
    const auto sizes = std::span{sizes_}.first(count);
    std::size_t bytes = 0;
    for (const std::uint16_t size : sizes) {
        bytes += size;
    }
    std::span payload{bytes_.data() + given_, bytes};
    if (count > 1) {
        const std::size_t joined = joiner_->join(payload, sizes, joined_);
        RB_ASSERT(joined > 0);
        payload = std::span{joined_}.first(joined);
    }
    drop_frames(count, bytes);
    return {.payload = payload, .ms = static_cast<std::uint32_t>(count) * codecs::kFrame_ms};
}

Packetizer::Packet Packetizer::next_parted() noexcept
{
    if (frames_ == 0) {
        return {};
    }
    const std::size_t bytes = sizes_[0];
    const std::span whole{bytes_.data() + given_, bytes};
    const std::size_t parts = codecs::opus_short_frames(whole);
    if (parts < 2) {
        drop_frames(1, bytes);
        return {.payload = whole, .ms = parts == 1 ? kPart_ms : codecs::kFrame_ms};
    }
    const std::size_t size = joiner_->part(whole, part_, joined_);
    RB_ASSERT(size > 0);
    if (++part_ == parts) {
        part_ = 0;
        drop_frames(1, bytes);
    }
    return {.payload = std::span{joined_}.first(size), .ms = kPart_ms};
}

/// Those are handed out.
void Packetizer::drop_frames(std::size_t count, std::size_t bytes) noexcept
{
    given_ += bytes;
    std::copy(sizes_.begin() + static_cast<std::ptrdiff_t>(count),
              sizes_.begin() + static_cast<std::ptrdiff_t>(frames_), sizes_.begin());
    frames_ -= count;
}

}  // namespace rb::media
