// Goal: frames of 20 ms become packets of the length the peer asked for, without a byte added, lost or moved.
// Method: every codec of fixed size at every packet length from 10 to 60 ms, compared with the bytes that went in.
#include "dataplane/media/packetizer.h"

#include "codecs/encoder.h"
#include "dataplane/base/packet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace rb::media {
namespace {

TEST(Packetizer, CutsAndJoinsEveryLengthOfEveryCodec)
{
    for (const auto& info : codecs::kCodecs) {
        for (std::uint32_t ms = info.unit_bytes == 0 ? 61 : 10; ms <= codecs::kPacket_ms_max; ++ms) {
            Packetizer packetizer{info.id, ms};
            const std::size_t packet_bytes = info.payload_bytes(packetizer.ptime_ms());
            EXPECT_LE(packetizer.ptime_ms(), std::max<std::uint32_t>(ms, info.unit_ms));
            EXPECT_LT(packet_bytes, kDatagramBytesMade);
            std::vector<std::uint8_t> in;
            std::vector<std::uint8_t> out;
            for (unsigned frame = 0; frame < 30; ++frame) {
                std::vector<std::uint8_t> payload(info.payload_bytes(codecs::kFrame_ms));
                for (std::size_t i = 0; i < payload.size(); ++i) {
                    payload[i] = static_cast<std::uint8_t>(frame * 31 + i * 7 + i / 256);
                }
                in.insert(in.end(), payload.begin(), payload.end());
                packetizer.add(payload);
                for (auto packet = packetizer.next(); packet.ms != 0; packet = packetizer.next()) {
                    ASSERT_EQ(packet.payload.size(), packet_bytes);
                    ASSERT_EQ(packet.ms, packetizer.ptime_ms());
                    out.insert(out.end(), packet.payload.begin(), packet.payload.end());
                }
                ASSERT_LT(in.size() - out.size(), packet_bytes);
            }
            in.resize(out.size());
            EXPECT_EQ(in, out) << info.config_name << " at " << ms;
        }
    }
}

TEST(Packetizer, JoinsPacketsOfOpusWhole)
{
    for (const auto& [asked, given] : {std::pair{20U, 20U}, {30U, 20U}, {40U, 40U}, {60U, 60U}}) {
        Packetizer packetizer{codecs::CodecId::Opus, asked};
        EXPECT_EQ(packetizer.ptime_ms(), given) << asked;
        codecs::Encoder encoder{codecs::CodecId::Opus};
        const std::vector<codecs::Sample> samples(960, 1000);
        std::uint32_t sent_ms = 0;
        for (unsigned frame = 1; frame <= 12; ++frame) {
            std::vector<std::uint8_t> payload(codecs::kPayloadBytesMax);
            payload.resize(encoder.encode(samples, payload));
            packetizer.add(payload);
            for (auto packet = packetizer.next(); packet.ms != 0; packet = packetizer.next()) {
                EXPECT_EQ(codecs::opus_samples(packet.payload), packet.ms * 48U);
                sent_ms += packet.ms;
            }
        }
        EXPECT_EQ(sent_ms, 240U) << asked;
    }
}

TEST(Packetizer, PartsFramesOfOpusThatWereMadeForIt)
{
    Packetizer packetizer{codecs::CodecId::Opus, 10};
    EXPECT_EQ(packetizer.ptime_ms(), 10U);
    EXPECT_FALSE(packetizer.transparent());
    codecs::Encoder encoder{codecs::CodecId::Opus, {.short_frames = true}};
    const std::vector<codecs::Sample> samples(960, 1000);
    for (unsigned frame = 0; frame < 12; ++frame) {
        std::vector<std::uint8_t> payload(codecs::kPayloadBytesMax);
        payload.resize(encoder.encode(samples, payload));
        packetizer.add(payload);
        for (unsigned part = 0; part < 2; ++part) {
            const auto packet = packetizer.next();
            ASSERT_EQ(packet.ms, 10U);
            EXPECT_EQ(codecs::opus_samples(packet.payload), 480U);
        }
        EXPECT_EQ(packetizer.next().ms, 0U);
    }
    packetizer.add(codecs::kOpusSilence);  // one frame of 20 ms
    EXPECT_EQ(packetizer.next().ms, 20U);
    EXPECT_EQ(packetizer.next().ms, 0U);
}

TEST(Packetizer, SendsWhatCannotBeJoinedByItself)
{
    Packetizer packetizer{codecs::CodecId::Opus, 60};
    const std::vector<std::uint8_t> speech{0x08, 1, 2, 3};  // SILK, 20 ms
    packetizer.add(speech);
    EXPECT_EQ(packetizer.next().ms, 0U);
    packetizer.add(codecs::kOpusSilence);  // CELT
    const auto first = packetizer.next();
    EXPECT_EQ(std::vector(first.payload.begin(), first.payload.end()), speech);
    EXPECT_EQ(first.ms, 20U);
    EXPECT_EQ(packetizer.next().ms, 0U);
    const std::vector<std::uint8_t> large(1275, 0xf8);
    packetizer.add(large);
    packetizer.add(large);  // two of them fit into no datagram
    EXPECT_EQ(packetizer.next().ms, 40U);
    EXPECT_EQ(packetizer.next().ms, 0U);
    packetizer.add(codecs::kOpusSilence);
    EXPECT_EQ(packetizer.next().ms, 0U);
}

TEST(Packetizer, IsTransparentAtTheLengthOfAFrameOnly)
{
    EXPECT_TRUE((Packetizer{codecs::CodecId::Pcmu, 20}.transparent()));
    EXPECT_FALSE((Packetizer{codecs::CodecId::Pcmu, 30}.transparent()));
    EXPECT_FALSE((Packetizer{codecs::CodecId::L16_48, 20}.transparent()));  // 1,920 bytes: no datagram holds them
}

TEST(PacketizerDeath, OtherLengthsAreAProgrammersError)
{
    EXPECT_DEATH((Packetizer{codecs::CodecId::Pcmu, 9}), "assertion failed");
    EXPECT_DEATH((Packetizer{codecs::CodecId::Pcmu, 61}), "assertion failed");
}

}  // namespace
}  // namespace rb::media
