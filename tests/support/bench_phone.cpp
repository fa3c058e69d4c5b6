#include "support/bench_phone.h"

#include "codecs/goertzel.h"
#include "codecs/level.h"
#include "dataplane/wire/demux.h"
#include "support/stun_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace rb::test {
namespace {

constexpr std::uint8_t kDynamic = 96;
constexpr Nanos kCheckEvery = 5s;  // RFC 7675 §5.1
constexpr Nanos kCheckAgain = 500ms;
constexpr auto kHash = sip::FingerprintHash::Sha256;

std::shared_ptr<const dtls::Context> new_certificate()
{
    return *dtls::Context::create({.certificate = *dtls::Certificate::generate()});
}

std::uint8_t payload_type_of(codecs::CodecId codec)
{
    return codecs::codec_info(codec).static_payload_type.value_or(kDynamic);
}

sip::MediaFormat format_of(codecs::CodecId codec)
{
    const auto& info = codecs::codec_info(codec);
    return {.encoding = std::string{info.encoding_name},
            .clock_rate = info.clock_rate,
            .channels = info.channels,
            .payload_type = payload_type_of(codec),
            .fmtp = {}};
}

}  // namespace

BenchPhone::BenchPhone(sip::SessionId session, Address own, PhoneOptions options)
    : session_{session},
      options_{std::move(options)},
      voice_{{.codec = options_.codec,
              .payload_type = payload_type_of(options_.codec),
              .ptime_ms = options_.ptime_ms,
              .hz = options_.hz,
              .amplitude = options_.amplitude,
              .pure = options_.pure,
              .own = own,
              .server = {},
              .drift_ppm = options_.drift_ppm,
              .dtx = options_.dtx},
             static_cast<std::uint64_t>(session),
             0ns},
      secrets_{static_cast<std::uint64_t>(session)}
{
    renew_key();
}

void BenchPhone::renew_key()
{
    if (options_.srtp) {
        key_ = SrtpKey{.suite = *options_.srtp};
        std::ranges::generate(key_->used(), [this] { return static_cast<std::uint8_t>(secrets_.next()); });
    }
    if (options_.dtls) {
        certificate_ = new_certificate();
        node_fingerprint_.reset();
    }
}

std::vector<codecs::CodecId> BenchPhone::names() const
{
    const codecs::CodecId spoken = voice_.options().codec;
    const bool all = !codec_taken_ && !options_.has.empty();
    return all ? options_.has : options_.codecs.empty() ? std::vector{spoken} : options_.codecs;
}

sip::NegotiatedMedia BenchPhone::media() const
{
    sip::NegotiatedMedia media;
    media.remote_rtp = options_.signalled.value_or(own());
    media.remote_rtcp = media.remote_rtp.with_port(static_cast<std::uint16_t>(media.remote_rtp.port() + 1));
    media.direction = held ? sip::Direction::ReceiveOnly : sip::Direction::SendReceive;
    for (const codecs::CodecId codec : names()) {
        media.formats.push_back(format_of(codec));
    }
    media.formats.front().fmtp = options_.fmtp;
    media.telephone_event = sip::MediaFormat{
        .encoding = "telephone-event", .clock_rate = 8000, .payload_type = sim::SimClient::kKeyPayloadType};
    if (options_.comfort_noise) {
        media.comfort_noise =
            sip::MediaFormat{.encoding = "CN", .clock_rate = 8000, .payload_type = sim::SimClient::kNoisePayloadType};
    }
    media.ptime_ms = options_.ptime_ms;
    media.srtp = key_;
    if (options_.ice) {
        media.ice = sip::IceLogin{.ufrag = ice_ufrag(), .pwd = "of-no-use-to-a-lite-agent"};
        media.remote_rtp = *parse_address("0.0.0.0:9");  // its candidates are yet to come
        media.remote_rtcp = media.remote_rtp;
        media.rtcp_mux = true;
    }
    if (options_.dtls) {
        media.dtls = sip::DtlsAgreement{.client = *options_.dtls == sip::DtlsSetup::Passive,
                                        .fingerprints = {certificate_->certificate().fingerprint(kHash)},
                                        .tls_id = {}};
    }
    return media;
}

sip::NegotiatedMedia BenchPhone::fax_media() const
{
    sip::NegotiatedMedia media;
    media.remote_rtp = own();
    if (options_.signalled) {  // of another port, which the NAT makes the same
        media.remote_rtp = options_.signalled->with_port(static_cast<std::uint16_t>(options_.signalled->port() + 2));
    }
    media.remote_rtcp = media.remote_rtp;
    media.fax = options_.fax;
    return media;
}

void BenchPhone::fax_with(const std::optional<sip::T38>& node)
{
    node_fax_ = node;
    voice_.be_quiet(node.has_value());
}

bool BenchPhone::take_codec(const sip::LocalMedia& server)
{
    const auto named = [&server](codecs::CodecId codec) {
        const std::string_view name = codecs::codec_info(codec).encoding_name;
        return std::ranges::any_of(server.capabilities.formats,
                                   [name](const auto& format) { return format.encoding == name; });
    };
    const auto taken = std::ranges::find_if(options_.has, named);
    if (taken == options_.has.end()) {
        return options_.has.empty();
    }
    codec_taken_ = true;
    if (*taken != voice_.options().codec) {
        use(*taken);
    }
    return true;
}

void BenchPhone::speak_to(const sip::LocalMedia& server, Nanos now)
{
    static_cast<void>(take_codec(server));
    voice_.call(server.rtp);
    node_ = server.rtp;
    if (options_.ice && server.ice && (!node_ice_ || node_ice_->login != server.ice->login)) {
        node_ice_ = server.ice;
        check_at_ = now;
    }
    const auto key = std::ranges::find_if(server.srtp_keys,
                                          [this](const SrtpKey& each) { return key_ && each.suite == key_->suite; });
    if (key != server.srtp_keys.end() && node_key_ != *key) {
        node_key_ = *key;
        voice_.hear_with(*key);
    }
    if (key_ != spoken_key_) {
        spoken_key_ = key_;
        voice_.speak_with(*key_, now);
    }
    if (options_.dtls) {
        return shake_hands(server, now);
    }
    if (!speaks_) {
        speaks_ = true;
        voice_.begin(now);
    }
}

void BenchPhone::speak_as(const sip::LocalMedia& answer)
{
    for (const codecs::CodecId codec : options_.codecs) {
        if (codec != options_.codec && !answer.capabilities.formats.empty() &&
            answer.capabilities.formats.front().encoding == codecs::codec_info(codec).encoding_name) {
            use(codec);
        }
    }
}

/// Another association where either end names another certificate.
void BenchPhone::shake_hands(const sip::LocalMedia& server, Nanos now)
{
    if (!server.fingerprint || node_fingerprint_ == server.fingerprint) {
        return;
    }
    node_fingerprint_ = server.fingerprint;
    handshake_.emplace(options_.wrong_certificate ? new_certificate() : certificate_,
                       dtls::Handshake::Terms{.association = {.client = *options_.dtls == sip::DtlsSetup::Active,
                                                              .fingerprints = {*server.fingerprint}},
                                              .peer = server.rtp},
                       now);
}

void BenchPhone::take_outcome(Nanos now, sim::SimNetwork& network)
{
    dtls::Handshake::Outcome outcome = handshake_->take_outcome();
    for (auto& [to, datagram] : outcome.datagrams) {
        network.send({.source = own(), .destination = to, .bytes = std::move(datagram)}, now);
    }
    if (outcome.keys) {
        ++keys_agreed_;
        voice_.hear_with(outcome.keys->receive);
        voice_.speak_with(outcome.keys->send, now);
        if (!std::exchange(speaks_, true)) {
            voice_.begin(now);
        }
    }
}

void BenchPhone::use(codecs::CodecId codec)
{
    options_.codec = codec;
    voice_.use(codec, payload_type_of(codec));
}

void BenchPhone::check_node(Nanos now, sim::SimNetwork& network)
{
    if (node_ice_ && checks_ && now >= check_at_ && !ended) {
        check_at_ = now + kCheckAgain;
        const auto& login = node_ice_->login;
        network.send({.source = own(),
                      .destination = voice_.options().server,
                      .bytes = write_check(
                          {.username = login.ufrag + ':' + ice_ufrag(), .password = login.pwd, .nominates = true})},
                     now);
    }
}

void BenchPhone::send(Nanos now, sim::SimNetwork& network)
{
    now_ = now;
    check_node(now, network);
    if (handshake_) {
        if (now >= handshake_->due(now)) {
            handshake_->on_time(now);
        }
        take_outcome(now, network);
    }
    if (speaks_ && (!ended || options_.goes_on)) {
        voice_.run(now, network);
    }
    for (auto& datagram : std::exchange(fax_to_send_, {})) {
        network.send({.source = own(), .destination = node_, .bytes = std::move(datagram)}, now);
    }
}

void BenchPhone::receive(std::span<const std::uint8_t> bytes, Nanos now)
{
    if (node_fax_) {
        fax_received.emplace_back(bytes.begin(), bytes.end());
        return;
    }
    if (wire::classify(bytes) == wire::Protocol::Dtls && handshake_) {
        return handshake_->receive(node_, bytes, now);
    }
    if (wire::classify(bytes) != wire::Protocol::Stun) {
        return voice_.receive(bytes, now);
    }
    const auto answer = wire::parse_stun(bytes);
    if (answer && answer->kind == wire::StunClass::Success && answer->mapped == own()) {
        ++checks_answered;
        check_at_ = now + kCheckEvery;
    }
}

std::span<const codecs::Sample> BenchPhone::last_samples(Nanos last) const
{
    return voice_.heard_since(now_ - last + 1ns);
}

double BenchPhone::heard(double hz, Nanos last) const
{
    return codecs::tone_amplitude(last_samples(last), hz, voice_.rate());
}

double BenchPhone::loudness(Nanos last) const
{
    const auto samples = last_samples(last);
    return samples.empty() ? 0 : codecs::mean_magnitude(samples);
}

Nanos BenchPhone::longest_silence(Nanos last) const
{
    constexpr int kSilent = 200;
    std::size_t run = 0;
    std::size_t longest = 0;
    for (const codecs::Sample sample : last_samples(last)) {
        run = std::abs(int{sample}) < kSilent ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return std::chrono::duration_cast<Nanos>(
        std::chrono::duration<double>{static_cast<double>(longest) / voice_.rate()});
}

double BenchPhone::sharpest_bend(Nanos last) const
{
    const auto samples = last_samples(last);
    int sharpest = 0;
    for (std::size_t i = 2; i < samples.size(); ++i) {
        sharpest = std::max(sharpest, std::abs(samples[i] - 2 * samples[i - 1] + samples[i - 2]));
    }
    return sharpest;
}

double BenchPhone::bend_of_tone(double hz) const
{
    return options_.amplitude * (2 - 2 * std::cos(2 * std::numbers::pi * hz / voice_.rate()));
}

}  // namespace rb::test
