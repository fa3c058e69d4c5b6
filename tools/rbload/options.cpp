#include "tools/rbload/options.h"

#include "dataplane/base/time.h"
#include "tools/rbload/sip_message.h"
#include "tools/rbload/stamp.h"
#include "tools/rbload/tone_plan.h"
#include "tools/rbload/udp_socket.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>

namespace rb::load {
namespace {

constexpr std::uint16_t kSipPort = 5060;
constexpr std::uint16_t kFirstRtpPort = 30'000;
constexpr std::uint32_t kPortMax = 65'535;

constexpr const char* kExamples = R"(
Examples:
  rbload --mode echo --calls 100                        100 calls to 600, ten seconds
  rbload --mode room --calls 1003 --talkers 3           one room, three of whom speak
  rbload --mode bridge --calls 500 --codec alaw         1,000 legs; answers the far ones on port 6060
  rbload --mode bridge --calls 50 --codec ulaw,opus     the same, and the server transcodes
  rbload --mode signalling --calls 60000 --rate 3000    set up and torn down, no media
  rbload --mode prompt --target sip:601@[::1]:5060      over IPv6

Exit code: 0 all well, 1 a call or its media was not as it should be, 2 could not run, or the generator itself was
too slow for the result to count.)";

/// The command line before it is checked as a whole.
struct Raw {
    std::string target;
    std::string local_ip;
    std::uint16_t rtp_port = kFirstRtpPort;
};

/// The demo's number that dials us in this codec.
const char* far_user(codecs::CodecId codec)
{
    switch (codec) {
        case codecs::CodecId::Pcma:
            return "910000";
        case codecs::CodecId::Opus:
            return "920000";
        case codecs::CodecId::G722:
            return "930000";
        default:
            return "90000";
    }
}

const char* default_user(const Options& options)
{
    switch (options.mode) {
        case Mode::Echo:
            return "600";
        case Mode::Room:
            return "60001";
        case Mode::Bridge:
            return far_user(options.codec_of(1));
        case Mode::Prompt:
            return "601";
        case Mode::Signalling:
            return "605";
        case Mode::Raw:
            break;
    }
    return "";
}

void describe(CLI::App& app, Options& options, Raw& raw)
{
    const std::map<std::string, Mode> modes{{"echo", Mode::Echo},     {"room", Mode::Room},
                                            {"bridge", Mode::Bridge}, {"prompt", Mode::Prompt},
                                            {"raw", Mode::Raw},       {"signalling", Mode::Signalling}};
    const std::map<std::string, Flow> flows{
        {"pairs", Flow::Pairs}, {"send", Flow::Send}, {"receive", Flow::Receive}, {"duplex", Flow::Duplex}};
    std::map<std::string, codecs::CodecId> codec_names;
    for (const codecs::CodecInfo& info : codecs::kCodecs) {
        if (!info.passed_only) {  // which it could not speak
            codec_names.emplace(info.config_name, info.id);
        }
    }
    app.add_option("--mode", options.mode, "echo, room, bridge, prompt, signalling or raw")
        ->transform(CLI::CheckedTransformer(modes, CLI::ignore_case));
    app.add_option("--target", raw.target,
                   "sip:USER@ADDRESS:PORT; for raw mode the server's first RTP port, ADDRESS:PORT");
    app.add_option("--calls", options.calls, "how many calls")->check(CLI::Range(1, 1'000'000));
    app.add_option("--rate", options.calls_per_second, "calls placed a second")->check(CLI::Range(0.1, 100'000.0));
    app.add_option("--hold", options.hold_s, "seconds measured (10); for signalling, of each call (0)")
        ->check(CLI::Range(0.0, 86'400.0));
    app.add_option("--settle", options.settle_s, "seconds between the last answer and the measured time")
        ->check(CLI::Range(0.0, 60.0));
    app.add_option("--codec", options.codecs,
                   "ulaw, alaw, g722, opus …; of several, parted by commas, legs take them in turn: in bridge mode the "
                   "calling leg the first and the called one the second")
        ->delimiter(',')
        ->transform(CLI::CheckedTransformer(codec_names, CLI::ignore_case));
    app.add_option("--ptime", options.ptime_ms, "milliseconds in a packet")->check(CLI::IsMember({10, 20, 30, 40, 60}));
    app.add_option("--room-size", options.room_size, "legs in a room; 0: all in one")->check(CLI::Range(0, 100'000));
    app.add_option("--talkers", options.talkers, "legs of each room that speak");
    app.add_flag("--quiet-listeners", options.quiet_listeners, "listeners send nothing, instead of silence");
    app.add_flag("--listeners-on-hold", options.listeners_on_hold,
                 "listeners offer a=inactive: they send nothing and are sent nothing");
    app.add_option("--speech", options.speech, "WAV file that is spoken instead of tones (mono, 8 kHz, 16 bits)");
    std::map<std::string, SrtpSuite> suites;
    for (std::size_t suite = 0; suite < kSrtpSuites; ++suite) {
        suites.emplace(kSrtpSuiteInfos[suite].name, static_cast<SrtpSuite>(suite));
    }
    app.add_option("--srtp", options.srtp, "crypto suite all legs speak, such as AES_CM_128_HMAC_SHA1_80")
        ->transform(CLI::CheckedTransformer(suites, CLI::ignore_case));
    app.add_option("--gap-max", options.gap_ms_max, "milliseconds without a packet that are a fault");
    app.add_option("--local-ip", raw.local_ip, "our address; else the one that leads to the target");
    app.add_option("--rtp-ports", raw.rtp_port, "first of our RTP ports, two for each leg");
    app.add_option("--answer-port", options.answer_port, "where bridge mode answers the far legs");
    app.add_option("--cpu", options.cpu, "core to run on");
    app.add_option("--server-pid", options.server_pid,
                   "process whose CPU time is read; else who has the target's port");
    app.add_option("--flow", options.flow, "raw mode: pairs, send, receive or duplex")
        ->transform(CLI::CheckedTransformer(flows, CLI::ignore_case));
    app.add_option("--json", options.json, "write the result to a file, or with '-' to standard output");
    app.footer(kExamples);
}

/// Our address on the way to the server.
Result<Address> address_towards(const Address& server)
{
    auto probe = UdpSocket::bind(server.is_v4() ? *parse_address("0.0.0.0") : *parse_address("::"), 0);
    if (!probe || !probe->connect(server)) {
        return failure("no route to " + server.to_string() + "; give --local-ip");
    }
    return probe->local();
}

Result<void> take_target(Options& options, const std::string& text)
{
    const bool raw_mode = options.mode == Mode::Raw;
    options.target = text.empty() ? std::string{"sip:"} + default_user(options) + "@127.0.0.1:5060" : text;
    const auto at = options.target.find('@');
    const bool is_uri = options.target.starts_with("sip:") && at != std::string::npos;
    if (raw_mode ? text.empty() : !is_uri) {
        return failure(raw_mode ? "raw mode needs --target ADDRESS:PORT" : "--target must be sip:USER@ADDRESS:PORT");
    }
    const auto server = parse_address(raw_mode ? text : options.target.substr(at + 1));
    if (!server) {
        return tl::unexpected(server.error());
    }
    options.server = server->port() == 0 ? server->with_port(kSipPort) : *server;
    options.user = std::string{user_in(options.target)};
    return {};
}

Result<void> complete(Options& options, const Raw& raw)
{
    constexpr double kHold_s = 10;
    if (options.hold_s < 0) {
        options.hold_s = options.mode == Mode::Signalling ? 0 : kHold_s;
    }
    if (auto target = take_target(options, raw.target); !target) {
        return target;
    }
    const auto local = raw.local_ip.empty() ? address_towards(options.server) : parse_address(raw.local_ip);
    if (!local) {
        return tl::unexpected(local.error());
    }
    options.local = local->with_port(raw.rtp_port);
    const bool numbered = !options.user.empty() && options.user.size() < 10 &&
                          options.user.find_first_not_of("0123456789") == std::string::npos;
    if (options.mode == Mode::Bridge && !numbered) {
        return failure("bridge mode needs a number to call, such as sip:90000@…: it counts up from call to call");
    }
    const bool rooms = options.mode == Mode::Room && options.legs_per_room() < options.calls;
    if (rooms && !numbered) {
        return failure("several rooms need a number to call, such as sip:60001@…: it counts up from room to room");
    }
    if (options.mode == Mode::Room && options.speech.empty() && options.talkers > kTonesMax) {
        return failure("at most " + std::to_string(kTonesMax) + " talkers of a room have a tone of their own");
    }
    if (options.mode != Mode::Signalling && raw.rtp_port + options.legs() * kPortsPerLeg > kPortMax) {
        return failure(std::to_string(options.legs()) + " legs need " + std::to_string(options.legs() * kPortsPerLeg) +
                       " ports, which do not fit above " + std::to_string(raw.rtp_port) + "; lower --rtp-ports");
    }
    if (options.mode == Mode::Bridge && options.codecs.size() > 2) {
        return failure("the two legs of a bridge speak two codecs at the most");
    }
    for (const codecs::CodecId codec : options.codecs) {
        const std::size_t payload = codecs::codec_info(codec).payload_bytes(options.ptime_ms);
        if (options.stamped() && payload != 0 && payload < kStampBytes) {
            return failure("a packet of this codec is too short for a stamp: raise --ptime");
        }
    }
    if (options.mode == Mode::Raw && options.srtp) {
        return failure("raw mode agrees on nothing, keys included: leave --srtp out");
    }
    if (options.mode == Mode::Raw && options.flow == Flow::Pairs && options.calls % 2 != 0) {
        return failure("raw mode sends between pairs: --calls must be even");
    }
    return {};
}

}  // namespace

std::variant<Options, Exit> read_options(int argc, char** argv)
{
    CLI::App app{"rbload — places calls, streams RTP, and judges what comes back"};
    Options options;
    Raw raw;
    describe(app, options, raw);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        constexpr int kUsage = 2;
        return Exit{app.exit(problem) == 0 ? 0 : kUsage};
    }
    if (const auto complete_now = complete(options, raw); !complete_now) {
        std::fprintf(stderr, "rbload: %s\n", complete_now.error().message.c_str());
        return Exit{2};
    }
    return options;
}

}  // namespace rb::load
