// Goal: frames of 20 ms become packets of the length the peer asked for, without a byte added, lost or moved.
// Method: every codec of fixed size at every packet length from 10 to 60 ms, compared with the bytes that went in.
#include "dataplane/media/packetizer.h"

#include "dataplane/base/packet.h"

#include <gtest/gtest.h>

#include <vector>

namespace rb::media {
namespace {

TEST(Packetizer, CutsAndJoinsEveryLengthOfEveryCodec)
{
    for (const auto& info : codecs::kCodecs) {
        for (std::uint32_t ms = 10; ms <= codecs::kPacket_ms_max; ++ms) {
            Packetizer packetizer{info.id, ms};
            const std::size_t packet_bytes = info.payload_bytes(packetizer.ptime_ms());
            EXPECT_LE(packetizer.ptime_ms(), ms);
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
                for (auto packet = packetizer.next(); !packet.empty(); packet = packetizer.next()) {
                    ASSERT_EQ(packet.size(), packet_bytes);
                    out.insert(out.end(), packet.begin(), packet.end());
                }
                ASSERT_LT(in.size() - out.size(), packet_bytes);
            }
            in.resize(out.size());
            EXPECT_EQ(in, out) << info.config_name << " at " << ms;
        }
    }
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
