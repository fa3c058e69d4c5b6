// media_objects.h — rtp.conf, codecs.conf, confbridge.conf, musiconhold.conf and indications.conf as typed values.
#pragma once

#include "control/config/host_port.h"
#include "control/config/sip_objects.h"

#include <map>
#include <optional>

namespace rb::config {

enum class StrictRtp {
    No,
    Yes,
    SeqNo
};

/// rtp.conf, section [general].
struct Rtp {
    std::uint16_t rtpstart = 5000;
    std::uint16_t rtpend = 31000;
    StrictRtp strictrtp = StrictRtp::Yes;
    unsigned probation = 4;  ///< packets in order before a new source is believed
    Millis rtcpinterval{5000};
    unsigned dtmftimeout_ticks = 3000;  ///< 8 kHz ticks without a packet until a held key counts as released
    bool rtpchecksums = true;
    bool icesupport = true;            ///< for endpoints with ice_support
    std::optional<HostPort> stunaddr;  ///< server that tells our public address
    std::optional<HostPort> turnaddr;  ///< asked in its place where there is no stunaddr

    friend bool operator==(const Rtp&, const Rtp&) = default;
};

enum class OpusBandwidth {
    Narrow,
    Medium,
    Wide,
    SuperWide,
    Full
};

/// codecs.conf, section [opus].
struct Opus {
    unsigned complexity = 5;
    unsigned bitrate = 0;  ///< bit/s; 0: what suits the sample rate
    unsigned max_playback_rate = 48'000;
    OpusBandwidth max_bandwidth = OpusBandwidth::Full;
    unsigned packet_loss = 0;  ///< percent
    bool fec = true;
    bool dtx = false;
    bool cbr = false;

    friend bool operator==(const Opus&, const Opus&) = default;
};

/// confbridge.conf, `type=user`.
struct UserProfile {
    std::string name;
    bool admin = false;
    bool marked = false;
    bool startmuted = false;
    bool music_on_hold_when_empty = false;
    std::string music_on_hold_class = "default";
    bool quiet = false;                    ///< no join, leave or count sounds to this user
    unsigned announce_user_count_all = 0;  ///< 0: no; n: as soon as more than n users are in, yes: 1
    bool announce_user_count = false;
    bool announce_only_user = true;
    bool announce_join_leave = false;
    bool announce_join_leave_review = false;
    bool hear_own_join_sound = true;
    bool wait_marked = false;
    bool end_marked = false;
    bool end_marked_any = false;
    std::string pin;
    bool dtmf_passthrough = false;
    std::string announcement;              ///< sound played to the user before he joins
    Seconds timeout{0};                    ///< 0: stays as long as he likes
    unsigned dsp_talking_threshold = 160;  ///< mean absolute sample value from which a frame is speech
    Millis dsp_silence_threshold{2500};    ///< silence that ends a talk spurt
    bool dsp_drop_silence = false;
    bool talk_detection_events = false;
    bool denoise = false;
    bool jitterbuffer = false;
    bool answer_channel = true;

    friend bool operator==(const UserProfile&, const UserProfile&) = default;
};

/// confbridge.conf, `type=bridge`.
struct BridgeProfile {
    std::string name;
    unsigned max_members = 0;           ///< 0: no limit but the node's
    unsigned internal_sample_rate = 0;  ///< Hz; 0: automatic, the best any member can use
    unsigned maximum_sample_rate = 0;   ///< Hz; 0: none
    unsigned mixing_interval = 20;      ///< ms
    bool record_conference = false;
    std::string record_file;  ///< empty: confbridge-<room>-<time>.wav
    bool record_file_append = true;
    bool record_file_timestamp = true;
    std::string record_options;
    bool record_tracks = false;
    std::string language = "en";
    bool enable_events = false;
    std::map<std::string, std::string> sounds;  ///< by option name, "sound_has_joined"; only those that were set

    friend bool operator==(const BridgeProfile&, const BridgeProfile&) = default;
};

/// One key of a conference menu: the digits, and actions as written ("toggle_mute", "playback(beep)").
struct MenuKey {
    std::string digits;
    Names actions;

    friend bool operator==(const MenuKey&, const MenuKey&) = default;
};

/// confbridge.conf, `type=menu`.
struct Menu {
    std::string name;
    std::vector<MenuKey> keys;

    friend bool operator==(const Menu&, const Menu&) = default;
};

enum class MusicMode {
    Files,
    Playlist
};
enum class MusicSort {
    None,
    Alpha,
    RandStart,
    Random
};

/// A section of musiconhold.conf.
struct MusicClass {
    std::string name;
    MusicMode mode = MusicMode::Files;
    std::string directory;  ///< of Files: absolute, or below the data directory
    Names entries;          ///< of Playlist: absolute paths, with or without extension
    MusicSort sort = MusicSort::None;
    bool loop_last = false;
    std::string digit;         ///< key that selects the class while music plays
    std::string announcement;  ///< sound between files

    friend bool operator==(const MusicClass&, const MusicClass&) = default;
};

/// A country of indications.conf. Tones keep Asterisk's notation, "425/1000,0/4000", which the tone generator reads.
struct ToneZone {
    std::string country;  ///< "de"
    std::string description;
    std::vector<Millis> ringcadence;
    std::map<std::string, std::string> tones;  ///< "dial", "busy", "ring", "congestion", "info", "record", …

    friend bool operator==(const ToneZone&, const ToneZone&) = default;
};

/// indications.conf; the built-in countries us, de, uk and fr are there unless the file redefines them.
struct Indications {
    std::string country = "us";
    std::map<std::string, ToneZone> zones;

    friend bool operator==(const Indications&, const Indications&) = default;
};

}  // namespace rb::config
