// options.h — what the command line asks for.
#pragma once

#include "codecs/codec_info.h"
#include "dataplane/base/address.h"
#include "dataplane/base/srtp_suite.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rb::load {

enum class Mode : std::uint8_t {
    Echo,        ///< each leg hears its own packets come back
    Room,        ///< talkers and listeners of conference rooms
    Bridge,      ///< each call is dialled on to us; both legs are ours
    Prompt,      ///< each leg hears what the server plays
    Signalling,  ///< calls up and down, no media
    Raw,         ///< no SIP: packets to fixed ports, as the floor of bench/density has them
};

/// Which way the packets of raw mode flow.
enum class Flow : std::uint8_t {
    Pairs,    ///< the server sends what leg 2k sent to leg 2k+1, and back
    Send,     ///< the server only receives
    Receive,  ///< the server only sends; each leg says hello until it hears something
    Duplex,   ///< both, unrelated to each other
};

inline constexpr std::uint32_t kPortsPerLeg = 2;  ///< RTP and RTCP

struct Options {
    Mode mode = Mode::Echo;
    Flow flow = Flow::Pairs;
    std::string target;  ///< SIP URI of the first call
    std::string user;    ///< its user part; a number counts up from call to call (bridge) or room to room
    Address server;      ///< where it leads
    Address local;       ///< our address; the port is that of the first RTP socket
    std::uint16_t answer_port = 6060;
    std::uint32_t calls = 1;
    double calls_per_second = 100;
    double hold_s = -1;                                          ///< negative until completed: 10, or 0 for signalling
    double settle_s = 1;                                         ///< between the last answer and the measured time
    std::vector<codecs::CodecId> codecs{codecs::CodecId::Pcmu};  ///< legs take them in turn
    unsigned ptime_ms = 20;
    std::uint32_t room_size = 0;  ///< 0: all calls in one room
    std::uint32_t talkers = 3;    ///< of each room
    bool quiet_listeners = false;
    bool listeners_on_hold = false;  ///< nor are they sent anything
    unsigned gap_ms_max = 60;        ///< longer pauses are faults
    std::string speech;              ///< WAV file; empty: tones
    std::optional<SrtpSuite> srtp;   ///< each leg speaks this and nothing else
    int cpu = -1;
    int server_pid = 0;  ///< 0: whoever has the server's port
    std::string json;    ///< file, "-" for standard output; empty: none

    [[nodiscard]] std::uint32_t legs() const noexcept { return mode == Mode::Bridge ? 2 * calls : calls; }
    [[nodiscard]] codecs::CodecId codec_of(std::uint32_t leg) const noexcept { return codecs[leg % codecs.size()]; }
    /// The two legs of a bridge speak different codecs: nothing passes byte by byte, and each hears the other's tone.
    [[nodiscard]] bool transcoded() const noexcept { return mode == Mode::Bridge && codecs.size() > 1; }
    /// Legs that hear each other's tones.
    [[nodiscard]] std::uint32_t legs_per_room() const noexcept
    {
        if (transcoded()) {
            return 2;
        }
        return room_size == 0 ? calls : room_size;
    }
    /// Payloads carry stamps.
    [[nodiscard]] bool stamped() const noexcept
    {
        return mode == Mode::Echo || (mode == Mode::Bridge && !transcoded()) ||
               (mode == Mode::Raw && flow == Flow::Pairs);
    }
};

/// The program is to end at once with this exit code: --help, or a usage error already explained.
struct Exit {
    int code;
};

/// Reads the command line, fills in what follows from it, and complains on standard error.
[[nodiscard]] std::variant<Options, Exit> read_options(int argc, char** argv);

}  // namespace rb::load
