// Goal: no order of commands, packets and time steps makes a worker lose a datagram or an object lent to it.
// The bytes are commands, packets and time steps; conservation at every slot and closed books at the end are the
// oracle.
#include "sim/sim_worker.h"
#include "support/stun_checks.h"

#include <algorithm>

using namespace rb;

namespace {

const Address kPeer = *parse_address("192.0.2.1:4000");
constexpr std::size_t kLegs = 5;
constexpr std::string_view kIcePwd = "oursHas22CharactersOrSo";
constexpr std::array kFormats{codecs::CodecId::Pcmu, codecs::CodecId::Pcmu, codecs::CodecId::G722,
                              codecs::CodecId::L16_16, codecs::CodecId::Opus};
static_assert(kFormats.size() == kLegs);

/// Reads the script; at its end, zeros for ever.
class Script {
public:
    explicit Script(std::span<const std::uint8_t> bytes) : rest_{bytes} {}
    std::uint8_t next()
    {
        if (rest_.empty()) {
            return 0;
        }
        const std::uint8_t byte = rest_.front();
        rest_ = rest_.subspan(1);
        return byte;
    }
    std::vector<std::uint8_t> take(std::size_t most)
    {
        const auto bytes = rest_.first(std::min(most, rest_.size()));
        rest_ = rest_.subspan(bytes.size());
        return {bytes.begin(), bytes.end()};
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

private:
    std::span<const std::uint8_t> rest_;
};

class Machine {
public:
    explicit Machine(Script& script) : script_{script}
    {
        for (std::size_t i = 0; i < 2; ++i) {
            bridges_[i] = worker_.adopt({.kind = static_cast<bridges::BridgeKind>(script_.next() % 3),
                                         .rate = script_.next() % 2 == 0 ? 8'000U : 16'000U,
                                         .parties = kLegs});
        }
        for (std::size_t i = 0; i < kLegs; ++i) {
            adopt(i);
        }
    }

    void run()
    {
        while (!script_.empty()) {
            const std::uint8_t what = script_.next();
            if (what < 96) {
                packet(what % kLegs);
            } else if (what < 192) {
                step(std::chrono::milliseconds{1 + what % 32});
            } else {
                command(what % kLegs, script_.next());
            }
        }
        for (const media::LegRef& leg : legs_) {
            worker_.post(command::ReturnLeg{.leg = leg});
        }
        for (const bridges::BridgeRef& bridge : bridges_) {
            worker_.post(command::ReturnBridge{.bridge = bridge});
        }
        step(1ms);
        step(1ms);
        step(1ms);
        RB_ASSERT(worker_.books_closed());
    }

private:
    [[nodiscard]] static std::unique_ptr<media::MediaPlan> plan(std::size_t leg, std::uint8_t how)
    {
        auto plan = std::make_unique<media::MediaPlan>();
        plan->codec = leg < 2 && how % 32 == 7 ? codecs::CodecId::G729 : kFormats[leg];
        if (how % 4 != 0) {
            plan->dtmf = media::DtmfFormat{};
        }
        plan->ptime_ms = 10 + how % 6 * 10U;
        plan->send = how % 8 != 1;
        plan->receive = how % 8 != 2;
        plan->remote_rtp = kPeer;
        plan->remote_rtcp = kPeer.with_port(4001);
        plan->rtcp_mux = how >= 128;
        if (how % 16 == 3) {
            plan->ice = std::make_unique<media::IceLite>(media::IceCredentials{how >= 128 ? "ours" : "anew", kIcePwd});
        }
        plan->dtls = how % 16 >= 8;
        plan->rtp_keepalive = 50ms;
        plan->rtcp_interval = 100ms;
        plan->rtp_timeout = 80ms;
        plan->build_states();
        return plan;
    }

    void adopt(std::size_t leg)
    {
        legs_[leg] = worker_.reserve_leg();
        const int fd = static_cast<int>(leg * 2 + 10);
        worker_.adopt(
            std::make_unique<media::Leg>(legs_[leg], std::array{fd, fd + 1}, plan(leg, script_.next()), rng_, 0ns));
    }

    /// A packet near enough to a right one to get anywhere; then some of its bytes are the script's own.
    void packet(std::size_t leg)
    {
        constexpr std::array<std::uint8_t, 4> kTypes{0, 101, 13, 200};
        const std::uint8_t how = script_.next();
        if (how % 32 == 31) {
            return check(leg, script_.next());
        }
        std::vector<std::uint8_t> bytes(12 + how % 4U * 160U);
        sequence_ = static_cast<std::uint16_t>(sequence_ + 1 + (how >= 240 ? script_.next() * 256 : 0));
        bytes[0] = 0x80;
        bytes[1] = kTypes[how / 4 % 4];
        bytes[2] = static_cast<std::uint8_t>(sequence_ >> 8U);
        bytes[3] = static_cast<std::uint8_t>(sequence_);
        bytes[6] = how;
        const auto own = script_.take(how >= 128 ? script_.next() % 32U : 0);
        std::copy(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(std::min(own.size(), bytes.size())),
                  bytes.begin() + static_cast<std::ptrdiff_t>(own.size() > bytes.size() - 12 ? 0 : 12));
        worker_.deliver(LegSlot{legs_[leg].index},
                        {.socket = how % 16 == 15 ? Socket::Rtcp : Socket::Rtp, .source = kPeer, .bytes = bytes});
    }

    /// A check of ICE, right but for what the script wants otherwise.
    void check(std::size_t leg, std::uint8_t how)
    {
        auto bytes = test::write_check({.username = how % 2 == 0 ? "ours:t" : "anew:t",
                                        .password = how % 16 == 15 ? "another" : std::string{kIcePwd},
                                        .nominates = how % 4 < 2,
                                        .controlling = how % 8 != 7});
        bytes[script_.next() % bytes.size()] ^= how >= 128 ? how : 0;
        worker_.deliver(LegSlot{legs_[leg].index},
                        {.socket = how % 32 > 28 ? Socket::Rtcp : Socket::Rtp,
                         .source = kPeer.with_port(static_cast<std::uint16_t>(4000 + how / 64)),
                         .bytes = std::move(bytes)});
    }

    void step(Nanos time)
    {
        now_ += time;
        static_cast<void>(worker_.step(now_));
        RB_ASSERT(worker_.imbalance().empty());
        worker_.drain_events([this](const Event& event) {
            if (const auto* changed = std::get_if<event::RateChanged>(&event)) {
                changing_[changed->bridge == bridges_[0] ? 0 : 1] = false;
            }
        });
    }

    void change_rate(std::size_t bridge, std::uint32_t rate)
    {
        if (std::exchange(changing_[bridge], true)) {
            return;
        }
        auto change = std::make_unique<bridges::RateChange>();
        change->rate = rate;
        change->not_before = now_ + 30ms;
        for (std::size_t i = 0; i < kLegs; ++i) {
            const std::uint32_t own = codecs::codec_info(kFormats[i]).sample_rate;
            change->parties.push_back(
                {.leg = legs_[i],
                 .adapter = own == rate ? nullptr : std::make_unique<bridges::RateAdapter>(own, rate)});
        }
        for (std::size_t other = 0; other < bridges::kMixRates.size(); ++other) {
            change->others[other] = std::make_unique<bridges::RateAdapter>(bridges::kMixRates[other], rate);
        }
        worker_.change_rate(bridges_[bridge], std::move(change));
    }

    void command(std::size_t leg, std::uint8_t how)
    {
        const media::LegRef ref = legs_[leg];
        const std::uint32_t rate = codecs::codec_info(kFormats[leg]).sample_rate;
        switch (how % 15) {
            case 0:
                worker_.join(ref, bridges_[how / 12 % 2U], {.muted = how > 200, .announcer = how > 100},
                             how % 2 == 0 ? std::make_unique<bridges::RateAdapter>(rate, 16'000) : nullptr);
                break;
            case 1:
                worker_.post(command::LeaveBridge{.leg = ref});
                break;
            case 2:
                worker_.post(command::SetEcho{.leg = ref, .on = how > 128});
                break;
            case 3:
                worker_.post(command::SendDtmf{.leg = ref, .digit = "0123456789*#ABCDx"[how % 17], .timing = {}});
                break;
            case 4:
                worker_.play(ref, player(static_cast<codecs::CodecId>(how / 12 % codecs::kCodecCount)));
                break;
            case 5:
                worker_.play(bridges_[how / 12 % 2U], player(codecs::CodecId::L16_16));
                break;
            case 6:
                worker_.record(ref, std::make_unique<bridges::Recorder>(bridges::Recorder::Options{
                                        .rate = rate, .max_duration = 200ms, .keys = {'5'}}));
                break;
            case 7:
                if (how > 128) {
                    record_tracks(ref, bridges_[how / 13 % 2U]);
                } else {
                    worker_.post(command::StopRecording{.leg = ref});
                }
                break;
            case 8:
                worker_.change_media(ref, plan(leg, script_.next()));
                break;
            case 9:
                worker_.grow(bridges_[how / 12 % 2U], kLegs + how * 2U);
                break;
            case 10:
                worker_.post(command::StopPlaying{.leg = ref});
                break;
            case 12:
                worker_.send_datagram(ref, kPeer, script_.take(how));
                break;
            case 11:
                change_rate(how / 13 % 2U, bridges::kMixRates[how / 26 % 3U]);
                break;
            case 13:
                set(leg, script_.next());
                break;
            default:
                worker_.post(command::ReturnLeg{.leg = ref, .migrating = how > 128});
                adopt(leg);
                break;
        }
    }

    /// What a leg is told without anything being lent to it.
    void set(std::size_t leg, std::uint8_t how)
    {
        constexpr std::array kModes{media::JitterMode::Adaptive, media::JitterMode::Fixed, media::JitterMode::Disabled};
        const media::LegRef ref = legs_[leg];
        const std::uint8_t more = script_.next();
        switch (how % 8) {
            case 0:
                worker_.post(command::SetParty{.leg = ref,
                                               .options = {.muted = more % 2 == 1,
                                                           .deaf = more % 4 == 2,
                                                           .report_talk = more % 8 > 3,
                                                           .drop_silence = more % 16 > 7,
                                                           .gain_in_db = static_cast<std::int8_t>(how / 8 - 16),
                                                           .gain_out_db = static_cast<std::int8_t>(more / 16)}});
                break;
            case 1:
                worker_.post(command::SetException{.listener = ref, .talker = legs_[more % kLegs], .on = how > 64});
                break;
            case 2:
                worker_.post(command::SetWhisper{.leg = ref, .on = more > 128});
                break;
            case 3:
                worker_.post(command::SetJitter{.leg = ref,
                                                .options = {.mode = kModes[how / 8 % kModes.size()],
                                                            .max_size = std::chrono::milliseconds{60 + more},
                                                            .resync_threshold = std::chrono::milliseconds{how * 8},
                                                            .target_extra = std::chrono::milliseconds{how}}});
                break;
            case 4:
                worker_.post(command::ReceiveKey{.leg = ref, .digit = "0123456789*#ABCD"[more % 16]});
                break;
            case 5:
                worker_.post(command::LimitComplexity{.most = static_cast<std::uint8_t>(more % 11)});
                break;
            case 6:
                record(bridges_[more % 2U], more > 128);
                break;
            default:
                worker_.post(command::SetRecording{.leg = ref,
                                                   .bridge = bridges_[more % 2U],
                                                   .tag = 0,
                                                   .flow = static_cast<bridges::Recorder::Flow>(how / 8 % 3)});
                break;
        }
    }

    void record(bridges::BridgeRef bridge, bool on)
    {
        if (on) {
            worker_.record(bridge, std::make_unique<bridges::Recorder>(
                                       bridges::Recorder::Options{.rate = 16'000, .max_duration = 300ms}));
        } else {
            worker_.post(command::StopRecordingBridge{.bridge = bridge});
        }
    }

    void record_tracks(media::LegRef leg, bridges::BridgeRef bridge)
    {
        worker_.post(command::StopTracks{.bridge = bridge});
        worker_.record_tracks(bridge, std::make_unique<bridges::TrackRecorder>(
                                          bridges::TrackRecorder::Options{.rate_max = 16'000, .bridge = bridge}));
        worker_.post(command::SetTrack{.leg = leg, .track = 1});
    }

    [[nodiscard]] static std::unique_ptr<bridges::Player> player(codecs::CodecId codec)
    {
        const std::size_t bytes = codecs::codec_info(codec).payload_bytes(codecs::kFrame_ms);
        const auto clip =
            bytes == 0 ? std::make_shared<bridges::Clip>(codec, std::vector<std::uint8_t>(2), std::vector{1U, 2U})
                       : std::make_shared<bridges::Clip>(codec, std::vector<std::uint8_t>(bytes * 3));
        return std::make_unique<bridges::Player>(bridges::Player::Clips{clip}, bridges::Player::Options{});
    }

    Script& script_;
    sim::Kernel kernel_;
    sim::SimWorker worker_{{.legs = 256, .bridges = 2}, kernel_};
    Rng rng_{1};
    Nanos now_ = 10s;
    std::uint16_t sequence_ = 0;
    std::array<bridges::BridgeRef, 2> bridges_;
    std::array<bool, 2> changing_{};
    std::array<media::LegRef, kLegs> legs_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t kScriptMax = 600;  // every leg a script returns takes another place
    Script script{{data, std::min(size, kScriptMax)}};
    Machine{script}.run();
    return 0;
}
