// bridge.h — a bridge as its worker sees it: its parties, what joins them now, and what must last from tick to tick.
#pragma once

#include "bridges/choose.h"
#include "bridges/group_encoder.h"
#include "bridges/limiter.h"
#include "bridges/party_list.h"
#include "bridges/rate_adapter.h"
#include "bridges/trunk.h"
#include "dataplane/base/handle.h"
#include "dataplane/base/time.h"
#include "dataplane/media/event.h"

#include <array>
#include <cstdint>
#include <memory>

namespace rb::bridges {

using BridgeRef = Handle<Bridge>;

struct BridgeOptions {
    BridgeKind kind = BridgeKind::Smart;
    std::uint32_t rate = 8000;       ///< of the mix: 8000, 16000 or 48000
    std::uint32_t talkers_max = 16;  ///< loudest talkers mixed, at most kTalkersMax
    std::uint32_t parties = 2;       ///< room in the first party list
};

/// Most talkers any mix can hold.
inline constexpr std::uint32_t kTalkersMax = 32;

/// Rates a bridge can be mixed at.
inline constexpr std::array<std::uint32_t, 3> kMixRates{8'000, 16'000, 48'000};

/// The lowest of them that loses nothing of audio at this rate.
[[nodiscard]] constexpr std::size_t mix_rate_index(std::uint32_t rate) noexcept
{
    return rate <= kMixRates[0] ? 0 : rate <= kMixRates[1] ? 1 : 2;
}

struct RateChange;

/// What one tick does to all that is heard of the mix, while its rate changes.
enum class Fade : std::uint8_t {
    None,
    Out,
    Silent,
    In
};

/// Owner: control, which allocates it and lends it to one worker with AdoptBridge; comes home with BridgeReturned.
class Bridge {
public:
    Bridge(BridgeRef own_ref, const BridgeOptions& own_options)
        : ref{own_ref}, options{own_options}, parties{std::make_unique<PartyList>(own_options.parties)}
    {
    }

    /// What choose_bridge wants to know. Cheap: it looks at two parties at most.
    [[nodiscard]] BridgeTraits traits() const noexcept;

    BridgeRef ref;
    BridgeOptions options;
    media::Holder holder = media::Holder::Control;
    std::unique_ptr<PartyList> parties;
    Technology technology = Technology::None;
    Player* player = nullptr;         ///< heard by everybody
    Recorder* recorder = nullptr;     ///< of the mix
    TrackRecorder* tracks = nullptr;  ///< of what each party adds to it
    std::uint32_t exceptions = 0;     ///< parties that hear somebody otherwise than the others do
    media::Leg* speaker = nullptr;    ///< of a conference: who leads the conversation, among the parties
    TrunkEnd* trunks = nullptr;       ///< to the other parts of a room that spans workers
    Limiter limiter;                  ///< of what listeners hear
    std::uint8_t home_slot = 0;
    bool ticking = false;

    /// Encoders of listener groups that cannot borrow a member's: another rate than the mix's, or a codec with a
    /// history.
    std::array<std::unique_ptr<GroupEncoder>, kGroupsMax> groups;

    RateChange* change = nullptr;  ///< to another rate, as soon as it may be
    Fade fade = Fade::None;        ///< of the present tick
    /// By kMixRates: from and to audio at another rate than the mix's, which plays or is recorded since before a
    /// change.
    std::array<std::unique_ptr<RateAdapter>, kMixRates.size()> others;

    /// A fan-out that goes on in the next slots: whom it comes to next; the number of parties = it is done.
    std::uint32_t fan_out_next = 0;
    Nanos fan_out_at = 0ns;
};

}  // namespace rb::bridges
