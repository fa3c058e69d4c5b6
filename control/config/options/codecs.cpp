// codecs.cpp — the sections of codecs.conf.
#include "control/config/object_schema.h"
#include "control/config/text.h"

namespace rb::config {
namespace {

constexpr double kBitrateMin = 500;
constexpr double kBitrateMax = 510'000;

Result<void> read_bitrate(Opus& opus, std::string_view value, ReadContext& /*context*/)
{
    if (same_word(value, "auto")) {
        opus.bitrate = 0;
        return {};
    }
    if (same_word(value, "max")) {
        opus.bitrate = static_cast<unsigned>(kBitrateMax);
        return {};
    }
    return detail::read_value(value, {.min = kBitrateMin, .max = kBitrateMax}, opus.bitrate);
}

ObjectType opus_type()
{
    return {
        .file = "codecs.conf",
        .name = "opus",
        .selector = Selector::ByName,
        .help = "How Opus is sent, within what the peer asks for in its fmtp line, and what is asked of the peer.",
        .options =
            {
                field<&Opus::complexity>("complexity",
                                         "Effort of the encoder, 0 to 10; 5 costs half of what 8 to 10 cost. A worker "
                                         "that is busy spends less.",
                                         {.max = 10}),
                custom<Opus>("bitrate", "number, auto or max",
                             "Bit rate sent and asked for; auto: what suits the sample rate, 51 kbit/s at 48 kHz.",
                             read_bitrate, {.unit = "bit/s", .min = kBitrateMin, .max = kBitrateMax}),
                field<&Opus::max_playback_rate>(
                    "max_playback_rate", "Sample rate above which nothing is sent, and nothing need be sent here.",
                    {.unit = "Hz", .min = 8'000, .max = 48'000}),
                choice<&Opus::max_bandwidth>("max_bandwidth", {"narrow", "medium", "wide", "super_wide", "full"},
                                             "Audio bandwidth above which nothing is sent: 4, 6, 8, 12 or 20 kHz."),
                field<&Opus::packet_loss>("packet_loss",
                                          "Loss that is always reckoned with; what the peer reports counts as well.",
                                          {.unit = "percent", .max = 100}),
                field<&Opus::fec>("fec", "Asks for redundancy, and sends it where the peer asked and reports loss."),
                field<&Opus::dtx>("dtx", "Asks for no packets in silence, and sends none where the peer asked too."),
                field<&Opus::cbr>("cbr", "Sends and asks for packets of one size."),
                inert("application", "What the encoder is tuned for; it is voip."),
                inert("signal", "What kind of sound it is; the encoder finds out."),
                inert("max_ptime", "Longest packet; see use_ptime."),
            },
        .fresh = fresh_object<Opus>,
    };
}

}  // namespace

std::vector<ObjectType> codec_types()
{
    return {opus_type(),
            {.file = "codecs.conf",
             .name = "speex",
             .selector = Selector::ByName,
             .help = "Speex, a codec that is not here.",
             .options = {},
             .other_keys = OtherKeys::Ignore},
            {.file = "codecs.conf",
             .name = "plc",
             .selector = Selector::ByName,
             .help = "Loss is always concealed.",
             .options = {},
             .other_keys = OtherKeys::Ignore}};
}

}  // namespace rb::config
