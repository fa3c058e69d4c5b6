#include "signaling/sdp.h"

#include "signaling/payload_types.h"
#include "signaling/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rb::sip {
namespace {

constexpr std::array<std::string_view, 4> kProfiles{"RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF"};
constexpr std::string_view kOverDtls = "UDP/TLS/";
constexpr std::size_t kQuotedMax = 80;  // of a line in an error
constexpr std::uint32_t kClockRateMax = 384'000;
constexpr unsigned kChannelsMax = 255;
constexpr unsigned kPtimeMax = 10'000;

/// rtpmap and fmtp lines may stand in any order, so they are gathered first and joined with the m= line at its end.
struct MediaDraft {
    SdpMedia media;
    std::vector<MediaFormat> maps;
    std::vector<std::pair<int, std::string>> parameters;
    bool has_connection = false;
    std::optional<Direction> direction;
    std::optional<bool> voip_metrics;
};

struct Draft {
    SessionDescription description;
    std::optional<Address> connection;
    std::optional<Direction> direction;
    std::optional<bool> voip_metrics;
    unsigned ptime_ms = 0;
    unsigned maxptime_ms = 0;
    SdpDtls dtls;
    SdpIce ice;
    bool has_origin = false;
    std::vector<MediaDraft> media;
};

tl::unexpected<Error> bad_line(std::size_t number, std::string_view line, std::string_view why)
{
    return failure("SDP line " + std::to_string(number) + " '" + std::string{line.substr(0, kQuotedMax)} +
                   "': " + std::string{why});
}

/// "IN IP4 10.0.0.1/127/3": the address without port, none for a host name or another network.
std::optional<Address> read_connection(std::string_view value)
{
    const auto network = take_word(value);
    const auto family = take_word(value);
    auto host_and_ttl = take_word(value);
    const auto host = take_until(host_and_ttl, '/');
    if (!equal_ignoring_case(network, "IN") || host.find_first_of("[]%") != std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = parse_address(host);
    if (!address || address->port() != 0) {
        return std::nullopt;
    }
    return equal_ignoring_case(family, address->is_v4() ? "IP4" : "IP6") ? std::optional{*address} : std::nullopt;
}

bool read_origin(std::string_view value, SdpOrigin& origin)
{
    origin.username = take_word(value);
    origin.session_id = take_word(value);
    origin.version = take_word(value);
    if (origin.version.empty()) {
        return false;
    }
    origin.address = read_connection(value).value_or(Address{});
    return true;
}

/// "audio 49170/2 RTP/AVP 0 8 101"
bool read_media(std::string_view value, SdpMedia& media)
{
    media.type = take_word(value);
    auto port_and_count = take_word(value);
    const auto port = read_number<std::uint16_t>(take_until(port_and_count, '/'));
    media.protocol = take_word(value);
    while (media.tokens.size() < kSdpMediaFormatsMax) {
        const auto token = take_word(value);
        if (token.empty()) {
            break;
        }
        media.tokens.emplace_back(token);
    }
    media.port = port.value_or(0);
    return port.has_value() && !media.tokens.empty();
}

std::optional<int> read_payload_type(std::string_view text)
{
    const auto number = read_number<unsigned>(text);
    return number && *number <= 127 ? std::optional{static_cast<int>(*number)} : std::nullopt;
}

/// "97 opus/48000/2". A map that cannot be read is left out: one bad format must not cost the call.
void read_rtpmap(std::string_view value, MediaDraft& draft)
{
    const auto payload_type = read_payload_type(take_word(value));
    auto rest = trim(value);
    const auto encoding = take_until(rest, '/');
    const auto clock_rate = read_number<std::uint32_t>(take_until(rest, '/'));
    const auto channels = rest.empty() ? 1U : read_number<unsigned>(rest).value_or(0);
    if (!payload_type || encoding.empty() || encoding.find_first_of(" \t") != std::string_view::npos || !clock_rate ||
        *clock_rate == 0 || *clock_rate > kClockRateMax || channels == 0 || channels > kChannelsMax) {
        return;
    }
    draft.maps.push_back({.encoding = std::string{encoding},
                          .clock_rate = *clock_rate,
                          .channels = channels,
                          .payload_type = *payload_type,
                          .fmtp = {}});
}

void read_fmtp(std::string_view value, MediaDraft& draft)
{
    const auto payload_type = read_payload_type(take_word(value));
    if (payload_type && !trim(value).empty()) {
        draft.parameters.emplace_back(*payload_type, trim(value));
    }
}

/// "53020" or "53020 IN IP4 126.16.64.4"
void read_rtcp(std::string_view value, MediaDraft& draft)
{
    const auto port = read_number<std::uint16_t>(take_word(value));
    if (port && *port != 0) {
        const auto host = trim(value).empty() ? std::optional{Address{}} : read_connection(value);
        draft.media.rtcp = host ? std::optional{host->with_port(*port)} : std::nullopt;
    }
}

/// "20"; some write "20.0", and the fraction means nothing here.
unsigned read_milliseconds(std::string_view value)
{
    auto text = trim(value);
    return std::min(read_number<unsigned>(take_until(text, '.')).value_or(0), kPtimeMax);
}

std::optional<Direction> read_direction(std::string_view name)
{
    if (name == "sendrecv") {
        return Direction::SendReceive;
    }
    if (name == "sendonly") {
        return Direction::SendOnly;
    }
    if (name == "recvonly") {
        return Direction::ReceiveOnly;
    }
    if (name == "inactive") {
        return Direction::Inactive;
    }
    return std::nullopt;
}

/// "rcvr-rtt=all:10 voip-metrics"; an empty list asks for no blocks at all.
bool read_voip_metrics(std::string_view value)
{
    for (auto format = take_word(value); !format.empty(); format = take_word(value)) {
        if (format == "voip-metrics") {
            return true;
        }
    }
    return false;
}

/// Lines that cannot be used are passed over, and so is all with a tag that has been there (RFC 4568 §4.1).
void add_crypto(std::string_view value, SdpMedia& media)
{
    const auto crypto = read_crypto(value);
    const auto has_tag = [&](const SdpCrypto& other) { return other.tag == crypto->tag; };
    if (crypto && media.crypto.size() < kSdpCryptoMax &&
        std::none_of(media.crypto.begin(), media.crypto.end(), has_tag)) {
        media.crypto.push_back(*crypto);
    }
}

/// "BUNDLE audio video"; groups of other kinds say nothing to us.
void read_group(std::string_view value, SessionDescription& description)
{
    if (take_word(value) != "BUNDLE" || !description.bundle.empty()) {
        return;
    }
    for (auto mid = take_word(value); !mid.empty(); mid = take_word(value)) {
        if (mid.size() <= kSdpMidBytesMax && description.bundle.size() < kSdpMediaMax) {
            description.bundle.emplace_back(mid);
        }
    }
}

void read_mid(std::string_view value, SdpMedia& media)
{
    const auto mid = take_word(value);
    media.mid = mid.size() <= kSdpMidBytesMax ? mid : "";
}

void read_attribute(std::string_view value, Draft& draft)
{
    const auto name = trim(take_until(value, ':'));
    MediaDraft* media = draft.media.empty() ? nullptr : &draft.media.back();
    if (read_ice(name, value, media != nullptr ? media->media.ice : draft.ice) ||
        read_dtls(name, value, media != nullptr ? media->media.dtls : draft.dtls) ||
        (media != nullptr && is_udptl(media->media.protocol) && read_t38(name, value, media->media.t38))) {
        return;
    }
    if (const auto direction = read_direction(name)) {
        (media != nullptr ? media->direction : draft.direction) = direction;
    } else if (name == "ptime") {
        (media != nullptr ? media->media.ptime_ms : draft.ptime_ms) = read_milliseconds(value);
    } else if (name == "maxptime") {
        (media != nullptr ? media->media.maxptime_ms : draft.maxptime_ms) = read_milliseconds(value);
    } else if (name == "rtcp-xr") {
        (media != nullptr ? media->voip_metrics : draft.voip_metrics) = read_voip_metrics(value);
    } else if (media == nullptr) {
        if (name == "group") {
            read_group(value, draft.description);
        }
    } else if (name == "rtpmap") {
        read_rtpmap(trim(value), *media);
    } else if (name == "fmtp") {
        read_fmtp(trim(value), *media);
    } else if (name == "rtcp") {
        read_rtcp(trim(value), *media);
    } else if (name == "rtcp-mux") {
        media->media.rtcp_mux = true;
    } else if (name == "rtcp-rsize") {
        media->media.rtcp_rsize = true;
    } else if (name == "mid") {
        read_mid(value, media->media);
    } else if (name == "crypto") {
        add_crypto(value, media->media);
    }
}

Result<void> read_line(std::size_t number, std::string_view line, Draft& draft)
{
    if (line.size() < 2 || line[1] != '=') {
        return bad_line(number, line, "is not <letter>=<value>");
    }
    const auto value = line.substr(2);
    switch (line[0]) {
        case 'v':
            return trim(value) == "0" ? Result<void>{} : bad_line(number, line, "only version 0 exists");
        case 'o':
            draft.has_origin = read_origin(value, draft.description.origin);
            return draft.has_origin ? Result<void>{} : bad_line(number, line, "needs user name, id and version");
        case 's':
            draft.description.name = trim(value).empty() ? "-" : trim(value);
            return {};
        case 'c':
            if (draft.media.empty()) {
                draft.connection = read_connection(value);
            } else {
                draft.media.back().has_connection = true;
                draft.media.back().media.connection = read_connection(value);
            }
            return {};
        case 'm':
            if (draft.media.size() == kSdpMediaMax) {
                return bad_line(number, line, "more than 32 media lines");
            }
            draft.media.emplace_back();
            return read_media(value, draft.media.back().media)
                       ? Result<void>{}
                       : bad_line(number, line, "needs media, port, protocol and at least one format");
        case 'a':
            read_attribute(value, draft);
            return {};
        default:
            return {};  // not an enum: letters nobody here uses (b, t, r, z, k, i, u, e, p) and unknown ones
    }
}

MediaFormat resolve(int payload_type, const MediaDraft& draft)
{
    MediaFormat format = static_format(payload_type).value_or(MediaFormat{});
    for (const MediaFormat& map : draft.maps) {
        if (map.payload_type == payload_type) {
            format = map;
            break;
        }
    }
    for (const auto& [number, parameters] : draft.parameters) {
        if (number == payload_type) {
            format.fmtp = parameters;
            break;
        }
    }
    return format;
}

/// The login may stand above all m= lines or in each (RFC 8839 §5.4); lite only above.
void add_session_ice(SdpIce& media, const SdpIce& session)
{
    if (media.ufrag.empty() && media.pwd.empty()) {
        media.ufrag = session.ufrag;
        media.pwd = session.pwd;
    }
    media.lite = session.lite;
    media.end_of_candidates = media.end_of_candidates || session.end_of_candidates;
}

SdpMedia finish(MediaDraft& draft, const Draft& session)
{
    SdpMedia& media = draft.media;
    add_session_dtls(media.dtls, session.dtls);
    add_session_ice(media.ice, session.ice);
    if (!draft.has_connection) {
        media.connection = session.connection;
    }
    media.direction = draft.direction.value_or(session.direction.value_or(Direction::SendReceive));
    media.voip_metrics = draft.voip_metrics.value_or(session.voip_metrics.value_or(false));
    media.ptime_ms = media.ptime_ms != 0 ? media.ptime_ms : session.ptime_ms;
    media.maxptime_ms = media.maxptime_ms != 0 ? media.maxptime_ms : session.maxptime_ms;
    if (is_rtp_profile(media.protocol)) {
        for (const std::string& token : media.tokens) {
            const auto payload_type = read_payload_type(token);
            MediaFormat format = payload_type ? resolve(*payload_type, draft) : MediaFormat{};
            if (format.payload_type >= 0) {
                media.formats.push_back(std::move(format));
            }
        }
    }
    return std::move(media);
}

}  // namespace

bool is_rtp_profile(std::string_view protocol) noexcept
{
    const auto profile = protocol.starts_with(kOverDtls) ? protocol.substr(kOverDtls.size()) : protocol;
    return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

bool is_udptl(std::string_view protocol) noexcept
{
    return equal_ignoring_case(protocol, "udptl");
}

bool is_dtls_profile(std::string_view protocol) noexcept
{
    return protocol == "UDP/TLS/RTP/SAVP" || protocol == "UDP/TLS/RTP/SAVPF";
}

bool is_sdes_profile(std::string_view protocol) noexcept
{
    return protocol == "RTP/SAVP" || protocol == "RTP/SAVPF";
}

Result<SessionDescription> parse_sdp(std::string_view text)
{
    if (text.size() > kSdpBytesMax) {
        return failure("SDP of " + std::to_string(text.size()) + " bytes: the limit is 65536");
    }
    if (!text.starts_with("v=")) {
        return failure("SDP does not begin with v=0");
    }
    Draft draft;
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto line = take_until(text, '\n');
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (trim(line).empty()) {
            continue;
        }
        if (auto read = read_line(number, line, draft); !read) {
            return tl::unexpected(std::move(read.error()));
        }
    }
    if (!draft.has_origin) {
        return failure("SDP has no o= line");
    }
    for (MediaDraft& media : draft.media) {
        draft.description.media.push_back(finish(media, draft));
    }
    return std::move(draft.description);
}

}  // namespace rb::sip
