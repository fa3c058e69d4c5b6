// Goal: no order of arrivals and turns breaks the jitter buffer: packets are conserved, played once, in order, below
// the cap. The bytes are a script: what to do, and with which packet.
#include "dataplane/base/assert.h"
#include "dataplane/media/jitter_buffer.h"

#include <cstring>

using namespace rb;
using media::JitterBuffer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    JitterBuffer buffer{{.cell_bytes = 160, .cells = 12}};
    JitterBuffer::Scratch scratch;
    Nanos now = 1s;
    std::uint32_t front = 0xfffffff0U;
    bool any = false;
    std::uint32_t last = 0;
    for (std::size_t i = 0; i + 1 < size; i += 2) {
        const std::uint8_t what = data[i];
        const std::uint8_t how = data[i + 1];
        if (what < 128) {
            front += 1 + (how == 255 ? 1000U : how / 64U);
            const std::uint32_t sequence = front - how % 64U / 2U;
            std::array<std::uint8_t, 600> payload{};
            std::memcpy(payload.data(), &sequence, sizeof sequence);
            const std::size_t bytes = what % 8 == 0 ? 0 : sizeof sequence + what * 4U;
            constexpr std::array kContents{JitterBuffer::Content::Audio, JitterBuffer::Content::Noise,
                                           JitterBuffer::Content::NoAudio, JitterBuffer::Content::Audio};
            static_cast<void>(buffer.put({.sequence = sequence,
                                          .timestamp = sequence * 160 + what * how,
                                          .payload = std::span{payload}.first(bytes),
                                          .duration = std::chrono::milliseconds{1 + what % 60},
                                          .content = kContents[how % kContents.size()]},
                                         now));
        } else if (what < 250) {
            const auto taken = buffer.take(now, scratch);
            if (!taken.payload.empty()) {
                std::uint32_t sequence = 0;
                std::memcpy(&sequence, taken.payload.data(), sizeof sequence);
                RB_ASSERT(!any || static_cast<std::int32_t>(sequence - last) > 0);
                last = sequence;
                any = true;
            }
            static_cast<void>(buffer.adjustment());
            RB_ASSERT(buffer.next_duration() <= buffer.held());
            now += std::chrono::milliseconds{how % 64};
        } else if (what > 252) {
            buffer.reset();
            any = false;
        }
        const auto& c = buffer.counters();
        RB_ASSERT(c.put == c.taken + c.late + c.duplicate + c.overflow + c.forgotten + buffer.packets_held());
        RB_ASSERT(buffer.held() <= buffer.cap());
        RB_ASSERT(buffer.packets_held() > 0 || buffer.held() == 0ns);
    }
    return 0;
}
