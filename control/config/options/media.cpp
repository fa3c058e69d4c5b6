// media.cpp — the section types of rtp.conf, musiconhold.conf and indications.conf.
#include "control/config/object_schema.h"
#include "control/config/text.h"

namespace rb::config {
namespace {

Result<void> ringcadence(ToneZone& zone, std::string_view value, ReadContext& /*context*/)
{
    std::vector<Millis> cadence;
    for (const auto part : split(value, ',')) {
        Millis length{0};
        if (const auto read = detail::read_value(part, {.max = 60000}, length); !read) {
            return read;
        }
        cadence.push_back(length);
    }
    zone.ringcadence = std::move(cadence);
    return {};
}

constexpr std::uint16_t kStunPort = 3478;  // RFC 8489 §8.1, and of TURN, too

/// Nothing at all names no server, as in the samples of Asterisk.
template <auto Member>
Result<void> server(Rtp& rtp, std::string_view value, ReadContext& /*context*/)
{
    (rtp.*Member).reset();
    if (value.empty()) {
        return {};
    }
    const auto read = parse_host_port(value, kStunPort);
    if (!read) {
        return tl::unexpected(read.error());
    }
    rtp.*Member = *read;
    return {};
}

Result<void> music_entry(MusicClass& music, std::string_view value, ReadContext& /*context*/)
{
    if (!value.starts_with('/')) {
        return failure("'" + std::string{value} +
                       "' is not accepted: expected the absolute path of a file; nothing is " + "fetched from a URL");
    }
    music.entries.emplace_back(value);
    return {};
}

ObjectType rtp_type()
{
    return {
        .file = "rtp.conf",
        .name = "general",
        .selector = Selector::ByName,
        .help = "Ports and rules of media.",
        .options =
            {
                field<&Rtp::rtpstart>("rtpstart", "First port; made even.",
                                      {.min = 1024, .max = 65534, .reload = Reload::Restart}),
                field<&Rtp::rtpend>("rtpend", "Last port; two for each leg.",
                                    {.min = 1025, .max = 65535, .reload = Reload::Restart}),
                choice<&Rtp::strictrtp>(
                    "strictrtp", {"no", "yes", "seqno"},
                    "Hears only the source it has learnt; strangers are dropped and counted.",
                    {.old_values =
                         {{"true", "yes"}, {"on", "yes"}, {"1", "yes"}, {"false", "no"}, {"off", "no"}, {"0", "no"}}}),
                field<&Rtp::probation>("probation", "Packets in order until a new source is believed.",
                                       {.unit = "packets", .min = 2, .max = 100}),
                field<&Rtp::rtcpinterval>("rtcpinterval", "Time between RTCP reports.", {.min = 500, .max = 60000}),
                field<&Rtp::dtmftimeout_ticks>("dtmftimeout", "Silence after which a held key counts as released.",
                                               {.unit = "ticks of 125 us", .max = 80000}),
                field<&Rtp::rtpchecksums>("rtpchecksums", "UDP checksums over IPv4."),
                field<&Rtp::icesupport>("icesupport", "ICE for endpoints with ice_support; no: for none."),
                custom<Rtp>(
                    "stunaddr", "host[:port]",
                    "STUN server, port 3478 where none is given, asked every five minutes for the address under which "
                    "the world sees us. SDP shows it to peers outside local_net where neither external_media_address "
                    "of the transport nor media_address of the endpoint says otherwise. Only the address counts: ports "
                    "stay ours, so rtpstart to rtpend must lead in unchanged, as with the public addresses of clouds. "
                    "Of a name's addresses an IPv4 one is preferred. SIP has external_signaling_address.",
                    server<&Rtp::stunaddr>),
                inert("stun_deny", "Networks not to ask by STUN."),
                inert("stun_permit", "Networks to ask by STUN."),
                inert("stun_acl", "Named list for STUN."),
                inert("stun_software_attribute", "Sends SOFTWARE in STUN."),
                custom<Rtp>("turnaddr", "host[:port]",
                            "TURN server; answers as a STUN server does, so it is asked where there is no stunaddr. "
                            "Media are never relayed by it.",
                            server<&Rtp::turnaddr>),
                inert("turnusername", "TURN user; only a relay wants it."),
                inert("turnpassword", "TURN password; only a relay wants it."),
                inert("ice_deny", "Networks not to offer as candidates.", {"ice_blacklist"}),
                inert("ice_permit", "Networks to offer as candidates."),
                inert("ice_acl", "Named list for candidates."),
                inert("ice_host_candidates", "Addresses to show instead of our own."),
                inert("dtls_mtu", "Largest DTLS datagram."),
                inert("srtpreplayprotection", "Refuses replayed SRTP packets."),
            },
        .fresh = fresh_object<Rtp>,
    };
}

ObjectType music_class_type()
{
    return {
        .file = "musiconhold.conf",
        .name = "(class)",
        .selector = Selector::AnyName,
        .help = "A class of music; the section's name is the class.",
        .options =
            {
                choice<&MusicClass::mode>("mode", {"files", "playlist"},
                                          "Where the music comes from: all files of a directory, or those named."),
                custom<MusicClass>(
                    "entry", "absolute path",
                    "A file of a playlist, with its extension or without; they are played in this order.", music_entry,
                    {.repeatable = true}),
                field<&MusicClass::directory>("directory",
                                              "Directory of the files of mode=files, absolute or below the data "
                                              "directory."),
                choice<&MusicClass::sort>("sort", {"none", "alpha", "randstart", "random"}, "Order of the files.",
                                          {.old_values = {{"alphabetical", "alpha"}}}),
                field<&MusicClass::loop_last>("loop_last", "Repeats the last file instead of beginning again.",
                                              {.acts_as = "no"}),
                field<&MusicClass::digit>("digit", "Key that changes to this class while music plays."),
                field<&MusicClass::announcement>("announcement", "Sound played between the files."),
                inert("application", "Program that makes the music; programs are not run."),
                inert("format", "Format the program writes."),
                inert("kill_escalation_delay", "How long the program may take to end."),
                inert("kill_method", "How the program is ended."),
                inert("random", "Old spelling of sort=random."),
                inert("answeredonly", "Plays announcements to answered calls only."),
            },
        .fresh = fresh_object<MusicClass>,
    };
}

}  // namespace

std::vector<ObjectType> media_types()
{
    return {
        rtp_type(),
        {.file = "musiconhold.conf",
         .name = "general",
         .selector = Selector::ByName,
         .help = "Settings of all classes; none has an effect.",
         .options = {inert("cachertclasses", "Keeps classes read from a database."),
                     inert("preferchannelclass", "Whether the channel's class wins.")}},
        music_class_type(),
        {.file = "indications.conf",
         .name = "general",
         .selector = Selector::ByName,
         .help = "Which country's tones are played where nothing else is said.",
         .options = {field<&Indications::country>("country", "Section with the tones.")},
         .fresh = fresh_object<Indications>},
        {.file = "indications.conf",
         .name = "(country)",
         .selector = Selector::AnyName,
         .help = "Tones of a country by name: dial, busy, ring, congestion, callwaiting, dialrecall, record, info, "
                 "stutter. Each is a list of frequency[+frequency]/milliseconds.",
         .options = {field<&ToneZone::description>("description", "Name of the country."),
                     custom<ToneZone>("ringcadence", "milliseconds,...", "Length of ring and pause, in turn.",
                                      ringcadence, {.unit = "ms"}),
                     inert("alias", "Section to copy.")},
         .fresh = fresh_object<ToneZone>,
         .other_keys = OtherKeys::Free},
    };
}

}  // namespace rb::config
