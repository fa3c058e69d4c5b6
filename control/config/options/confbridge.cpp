// confbridge.cpp — the section types of confbridge.conf.
#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rb::config {
namespace {

constexpr std::string_view kFile = "confbridge.conf";

Result<void> read_rate(std::string_view value, std::string_view none, unsigned& rate)
{
    static constexpr std::array<unsigned, 9> kRates{8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000};
    if (same_word(value, none)) {
        rate = 0;
        return {};
    }
    unsigned wanted = 0;
    const auto read = detail::read_value(value, {}, wanted);
    const auto found = std::find(kRates.begin(), kRates.end(), wanted);
    if (!read || (wanted != 8000 && wanted != 16000 && wanted != 48000)) {
        return failure("'" + std::string{value} + "' is not accepted: expected " + std::string{none} +
                       ", 8000, 16000 or 48000" +
                       (found != kRates.end() ? " (the rates rooms are mixed at here)" : ""));
    }
    rate = wanted;
    return {};
}

std::string print_rate(unsigned rate, const char* none)
{
    return rate == 0 ? none : std::to_string(rate);
}

Result<void> internal_rate(BridgeProfile& bridge, std::string_view value, ReadContext& /*context*/)
{
    return read_rate(value, "auto", bridge.internal_sample_rate);
}

Result<void> maximum_rate(BridgeProfile& bridge, std::string_view value, ReadContext& /*context*/)
{
    return read_rate(value, "none", bridge.maximum_sample_rate);
}

Result<void> mixing_interval(BridgeProfile& bridge, std::string_view value, ReadContext& context)
{
    unsigned interval = 0;
    if (!detail::read_value(value, {}, interval) ||
        (interval != 10 && interval != 20 && interval != 40 && interval != 80)) {
        return failure("'" + std::string{value} + "' is not accepted: expected 10, 20, 40 or 80");
    }
    if (interval != bridge.mixing_interval) {
        context.warnings.push_back("rooms are mixed every 20 ms");
    }
    return {};
}

Result<void> announce_count_all(UserProfile& user, std::string_view value, ReadContext& /*context*/)
{
    if (const auto answer = read_yes_no(value)) {
        user.announce_user_count_all = *answer ? 1 : 0;
        return {};
    }
    return detail::read_value(value, {.max = 1000000}, user.announce_user_count_all);
}

std::vector<Option> user_options()
{
    return {
        field<&UserProfile::admin>("admin", "May lock the room, mute and remove others."),
        field<&UserProfile::marked>("marked", "Counts as a leader for wait_marked and end_marked."),
        field<&UserProfile::startmuted>("startmuted", "Joins muted."),
        field<&UserProfile::music_on_hold_when_empty>("music_on_hold_when_empty", "Hears music while alone."),
        field<&UserProfile::music_on_hold_class>("music_on_hold_class", "Music class for that."),
        field<&UserProfile::quiet>("quiet", "Joins, leaves and sits without any announcement."),
        field<&UserProfile::announce_user_count>("announce_user_count", "Hears how many are in when joining."),
        with_default<UserProfile>(
            custom<UserProfile>("announce_user_count_all", "yes, no, or a number",
                                "Everyone hears how many are in; a number: as soon as there are more than that.",
                                announce_count_all),
            [](const UserProfile& user) {
                return user.announce_user_count_all == 0 ? "no" : std::to_string(user.announce_user_count_all);
            }),
        field<&UserProfile::announce_only_user>("announce_only_user", "Hears that nobody else is in yet."),
        field<&UserProfile::announce_join_leave>("announce_join_leave", "Records a name and plays it to the room."),
        field<&UserProfile::announce_join_leave_review>("announce_join_leave_review",
                                                        "The same, and lets the user hear the name before it is used."),
        field<&UserProfile::hear_own_join_sound>("hear_own_join_sound", "Hears the sound of joining too."),
        field<&UserProfile::wait_marked>("wait_marked", "Waits until a marked user is in."),
        field<&UserProfile::end_marked>("end_marked", "Leaves with the last marked user."),
        field<&UserProfile::end_marked_any>("end_marked_any", "Leaves with any marked user."),
        field<&UserProfile::pin>("pin", "Digits to enter before joining."),
        field<&UserProfile::dtmf_passthrough>("dtmf_passthrough", "Passes keys on to the room."),
        field<&UserProfile::announcement>("announcement", "Sound played to the user before joining."),
        field<&UserProfile::timeout>("timeout", "Longest stay; 0: none.", {.max = 31536000}),
        field<&UserProfile::dsp_talking_threshold>("dsp_talking_threshold", "Loudness that counts as speech.",
                                                   {.unit = "mean sample value", .min = 1, .max = 32767}),
        field<&UserProfile::dsp_silence_threshold>("dsp_silence_threshold", "Silence that ends a talk spurt.",
                                                   {.min = 20, .max = 60000}),
        field<&UserProfile::denoise>("denoise", "Takes steady noise out of what the user says, as DENOISE(rx) does."),
        field<&UserProfile::dsp_drop_silence>("dsp_drop_silence", "Mixes only what counts as speech."),
        field<&UserProfile::talk_detection_events>("talk_detection_events", "Reports who begins and stops talking."),
        field<&UserProfile::jitterbuffer>("jitterbuffer",
                                          "Kept for Asterisk's sake: every leg in a room has a jitter buffer."),
        field<&UserProfile::answer_channel>("answer_channel", "Answers a call that was not answered yet."),
        inert("text_messaging", "Text messages of the room."),
        inert("send_events", "Events as text messages."),
        inert("echo_events", "Events about the user to the user."),
        inert("template", "Profile to begin with, as CONFBRIDGE() sets it."),
    };
}

/// Each sound a room can play, with what it is for.
Option sound(std::string_view name, std::string_view help)
{
    const std::string key{name};
    return {.name = name,
            .help = help,
            .kind = "sound file",
            .assign =
                [key](void* object, std::string_view value, ReadContext&) {
                    static_cast<BridgeProfile*>(object)->sounds[key] = value;
                    return Result<void>{};
                },
            .print =
                [key](const void* object) {
                    const auto& set = static_cast<const BridgeProfile*>(object)->sounds;
                    const auto found = set.find(key);
                    return found == set.end() ? std::string{} : found->second;
                }};
}

std::vector<Option> sounds()
{
    return {
        sound("sound_has_joined", "Said after the name of who joins."),
        sound("sound_has_left", "Said after the name of who leaves."),
        sound("sound_kicked", "To a user who is removed."),
        sound("sound_muted", "To a user who is muted."),
        sound("sound_unmuted", "To a user who may speak again."),
        sound("sound_binaural_on", "When spatial sound begins."),
        sound("sound_binaural_off", "When spatial sound ends."),
        sound("sound_only_person", "To a user who is alone."),
        sound("sound_only_one", "When one other is in."),
        sound("sound_there_are", "Before the number of users."),
        sound("sound_other_in_party", "After the number of users."),
        sound("sound_place_into_conference", "Before a user joins."),
        sound("sound_wait_for_leader", "While the leader is awaited."),
        sound("sound_leader_has_left", "When the leader has gone."),
        sound("sound_get_pin", "Asks for the PIN."),
        sound("sound_invalid_pin", "After a wrong PIN."),
        sound("sound_locked", "To someone who finds the room locked."),
        sound("sound_locked_now", "When the room is locked."),
        sound("sound_unlocked_now", "When the room is unlocked."),
        sound("sound_error_menu", "After a key that means nothing."),
        sound("sound_participants_muted", "When everyone is muted."),
        sound("sound_participants_unmuted", "When everyone may speak again."),
        sound("sound_begin", "When the leader comes."),
        sound("sound_join", "To the room when someone joins."),
        sound("sound_leave", "To the room when someone leaves."),
    };
}

std::vector<Option> bridge_options()
{
    return {
        field<&BridgeProfile::max_members>("max_members", "Users at most; 0: as many as the node carries.",
                                           {.max = 1000000}),
        with_default<BridgeProfile>(
            custom<BridgeProfile>("internal_sample_rate", "auto, 8000, 16000 or 48000",
                                  "Rate the room is mixed at; auto: the best any member's codec has, at once when "
                                  "it comes, until 10 s after the last such has left.",
                                  internal_rate, {.unit = "Hz"}),
            [](const BridgeProfile& bridge) { return print_rate(bridge.internal_sample_rate, "auto"); }),
        with_default<BridgeProfile>(
            custom<BridgeProfile>("maximum_sample_rate", "none, 8000, 16000 or 48000", "Upper limit for auto.",
                                  maximum_rate, {.unit = "Hz"}),
            [](const BridgeProfile& bridge) { return print_rate(bridge.maximum_sample_rate, "none"); }),
        with_default<BridgeProfile>(custom<BridgeProfile>("mixing_interval", "10, 20, 40 or 80",
                                                          "Kept for Asterisk's sake: rooms are mixed every 20 ms.",
                                                          mixing_interval, {.unit = "ms"}),
                                    [](const BridgeProfile& bridge) { return std::to_string(bridge.mixing_interval); }),
        field<&BridgeProfile::record_conference>("record_conference", "Records what the room hears."),
        field<&BridgeProfile::record_file>("record_file", "Name of the recording; empty: room and time."),
        field<&BridgeProfile::record_file_append>("record_file_append", "Goes on with an existing file."),
        field<&BridgeProfile::record_file_timestamp>("record_file_timestamp", "Adds the time to the name."),
        field<&BridgeProfile::record_options>(
            "record_options", "Options of MixMonitor for the recording: a appends, others have no effect."),
        field<&BridgeProfile::record_tracks>(
            "record_tracks",
            "Records each user into a file of his own, all in step, with a timeline.json, in a directory named as the "
            "recording; not an option of Asterisk's."),
        field<&BridgeProfile::language>("language", "Language of the announcements to the room."),
        field<&BridgeProfile::enable_events>("enable_events", "Sends events to the members."),
        inert("record_command", "Program run after the recording; programs are not run."),
        inert("jitterbuffer", "Every leg in a room has a jitter buffer."),
        inert("regcontext", "Context that gets an extension for each room."),
        inert("video_mode", "Which video is shown."),
        inert("video_update_discard", "Milliseconds between key frame requests."),
        inert("remb_send_interval", "Milliseconds between bandwidth estimates."),
        inert("remb_behavior", "How bandwidth estimates are joined."),
        inert("remb_estimated_bitrate", "Bandwidth told to senders."),
        inert("binaural_active", "Spatial sound."),
        inert("template", "Profile to begin with, as CONFBRIDGE() sets it."),
    };
}

}  // namespace

std::vector<ObjectType> confbridge_types()
{
    auto bridge = bridge_options();
    auto more = sounds();
    std::move(more.begin(), more.end(), std::back_inserter(bridge));
    return {
        {.file = kFile,
         .name = "user",
         .help = "How a user sits in a room; default_user is taken where nothing else is said.",
         .options = user_options(),
         .fresh = fresh_object<UserProfile>},
        {.file = kFile,
         .name = "bridge",
         .help = "How a room is; default_bridge is taken where nothing else is said.",
         .options = std::move(bridge),
         .fresh = fresh_object<BridgeProfile>},
        {.file = kFile,
         .name = "menu",
         .help = "What keys do in a room: digits = action(argument),...",
         .fresh = fresh_object<Menu>,
         .other_keys = OtherKeys::Free},
        {.file = kFile, .name = "general", .selector = Selector::ByName, .help = "Empty; kept for Asterisk's sake."},
    };
}

}  // namespace rb::config
