// event.h — what has happened to a channel, a room or a recording: values that nobody changes any more. Names and
// members are those of ARI's events where it has them.
#pragma once

#include "dataplane/base/time.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace rb::events {

struct CallerId {
    std::string name;
    std::string number;
};

/// Where a channel is in the plan, and what runs there.
struct PlanPlace {
    std::string context;
    std::string exten;
    unsigned priority = 0;
    std::string app_name;
    std::string app_data;
};

/// A channel as it was in one moment.
struct ChannelSnapshot {
    std::string id;
    std::string protocol_id;  ///< the Call-ID of SIP; of a call out empty
    std::string name;         ///< "PJSIP/anna-00000001"
    std::string_view state;   ///< as Asterisk names it; a literal
    CallerId caller;          ///< who is at the other end of it
    CallerId connected;       ///< for whom that end was called; empty of a call in
    std::string caller_rdnis;
    std::string accountcode;
    PlanPlace dialplan;
    Nanos created_at = 0ns;  ///< since 1970
    std::string language;
};

/// A conference room as it was in one moment.
struct BridgeSnapshot {
    std::string id;
    std::string name;
    std::string_view technology;        ///< a literal
    std::vector<std::string> channels;  ///< their ids
    Nanos created_at = 0ns;             ///< since 1970
};

/// A recording as it was in one moment.
struct RecordingSnapshot {
    std::string name;  ///< below the recordings directory, without the extension …
    std::string format;
    std::string target_uri;           ///< "channel:ID" or "bridge:ID"
    std::string_view state;           ///< "recording", "done", "failed"
    std::optional<Nanos> duration{};  ///< once it is known
    std::string cause{};              ///< why it failed
};

/// How a caller was heard, and heard us, from the beginning of its media to the end.
struct QualityFigures {
    double mos_mean = 0;
    double mos_min = 0;
    double lost_percent = 0;
    double discarded_percent = 0;
    double jitter_ms = 0;
    double round_trip_ms = 0;
    double remote_lost_percent = 0;
    double remote_mos = 0;
    std::uint64_t concealed_ms = 0;
};

struct ChannelCreated {
    static constexpr std::string_view kName = "ChannelCreated";
    ChannelSnapshot channel;
};
struct ChannelStateChange {
    static constexpr std::string_view kName = "ChannelStateChange";
    ChannelSnapshot channel;
};
struct ChannelDestroyed {
    static constexpr std::string_view kName = "ChannelDestroyed";
    ChannelSnapshot channel;
    int cause = 0;  ///< Q.850
    std::string cause_txt;
};
struct ChannelEnteredBridge {
    static constexpr std::string_view kName = "ChannelEnteredBridge";
    BridgeSnapshot bridge;
    ChannelSnapshot channel;
};
struct ChannelLeftBridge {
    static constexpr std::string_view kName = "ChannelLeftBridge";
    BridgeSnapshot bridge;
    ChannelSnapshot channel;
};
struct ChannelDtmfReceived {
    static constexpr std::string_view kName = "ChannelDtmfReceived";
    ChannelSnapshot channel;
    char digit = '0';
    Nanos duration = 0ns;
};
struct ChannelTalkingStarted {
    static constexpr std::string_view kName = "ChannelTalkingStarted";
    ChannelSnapshot channel;
};
struct ChannelTalkingFinished {
    static constexpr std::string_view kName = "ChannelTalkingFinished";
    ChannelSnapshot channel;
    Nanos duration = 0ns;
};
struct ChannelHold {
    static constexpr std::string_view kName = "ChannelHold";
    ChannelSnapshot channel;
    std::string musicclass;  ///< that its endpoint suggests; may be empty
};
struct ChannelUnhold {
    static constexpr std::string_view kName = "ChannelUnhold";
    ChannelSnapshot channel;
};
/// A figure of how the caller is heard has got bad, or is well again.
struct ChannelQualityAlert {
    static constexpr std::string_view kName = "ChannelQualityAlert";
    ChannelSnapshot channel;
    std::string_view kind;  ///< a literal
    double value = 0;
    bool bad = true;
};
/// Before the channel is destroyed, where it had media long enough to be judged.
struct ChannelQualityReport {
    static constexpr std::string_view kName = "ChannelQualityReport";
    ChannelSnapshot channel;
    QualityFigures figures;
};
struct BridgeCreated {
    static constexpr std::string_view kName = "BridgeCreated";
    BridgeSnapshot bridge;
};
struct BridgeDestroyed {
    static constexpr std::string_view kName = "BridgeDestroyed";
    BridgeSnapshot bridge;
};
/// Somebody else leads the conversation now, or nobody any more.
struct BridgeActiveSpeakerChanged {
    static constexpr std::string_view kName = "BridgeActiveSpeakerChanged";
    BridgeSnapshot bridge;
    std::optional<ChannelSnapshot> channel;
};
struct RecordingStarted {
    static constexpr std::string_view kName = "RecordingStarted";
    RecordingSnapshot recording;
};
struct RecordingFinished {
    static constexpr std::string_view kName = "RecordingFinished";
    RecordingSnapshot recording;
};
struct RecordingFailed {
    static constexpr std::string_view kName = "RecordingFailed";
    RecordingSnapshot recording;
};
/// In place of those that one subscriber was too slow for.
struct EventsLost {
    static constexpr std::string_view kName = "EventsLost";
    std::uint64_t count = 0;
};

using Body = std::variant<ChannelCreated, ChannelStateChange, ChannelDestroyed, ChannelEnteredBridge, ChannelLeftBridge,
                          ChannelDtmfReceived, ChannelTalkingStarted, ChannelTalkingFinished, ChannelHold,
                          ChannelUnhold, ChannelQualityAlert, ChannelQualityReport, BridgeCreated, BridgeDestroyed,
                          BridgeActiveSpeakerChanged, RecordingStarted, RecordingFinished, RecordingFailed, EventsLost>;

struct Event {
    Nanos at = 0ns;  ///< since 1970
    Body body;
};
using EventPtr = std::shared_ptr<const Event>;

template <typename... Bodies>
[[nodiscard]] constexpr auto names_of(std::type_identity<std::variant<Bodies...>> /*of*/)
{
    return std::array<std::string_view, sizeof...(Bodies)>{Bodies::kName...};
}
/// In the order of Body.
inline constexpr auto kTypeNames = names_of(std::type_identity<Body>{});

/// Some of the types, by their places in Body.
using Types = std::bitset<kTypeNames.size()>;

/// The place of a type in Body.
template <typename Kind>
inline constexpr auto kTypeOf = static_cast<std::size_t>(std::find(kTypeNames.begin(), kTypeNames.end(), Kind::kName) -
                                                         kTypeNames.begin());

}  // namespace rb::events
