#include "tools/rbload/session_description.h"

#include "dataplane/base/base64.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rb::load {
namespace {

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const auto space = line.find(' ');
        if (space != 0) {
            words.push_back(line.substr(0, space));
        }
        line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
    }
    return words;
}

template <typename T>
std::optional<T> number_in(std::string_view text)
{
    T value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// The payload types of an m= line's words, of which the first three are no formats.
std::vector<PayloadFormat> static_formats(const std::vector<std::string_view>& words)
{
    constexpr std::size_t kFirstFormat = 3;
    std::vector<PayloadFormat> formats;
    for (std::size_t i = kFirstFormat; i < words.size(); ++i) {
        if (const auto type = number_in<std::uint8_t>(words[i])) {
            const auto codec = codecs::codec_by_static_payload_type(*type);
            formats.push_back({.payload_type = *type, .codec = codec.value_or(codecs::CodecId::Count_)});
        }
    }
    return formats;
}

/// "111 opus/48000/2"
void read_rtpmap(std::string_view value, std::vector<PayloadFormat>& formats)
{
    const auto words = words_of(value);
    const auto type = words.size() == 2 ? number_in<std::uint8_t>(words[0]) : std::nullopt;
    const auto found = std::ranges::find(
        formats, type, [](const PayloadFormat& format) { return std::optional{format.payload_type}; });
    if (!type || found == formats.end()) {
        return;
    }
    const auto name = words[1].substr(0, words[1].find('/'));
    auto rest = words[1].substr(std::min(name.size() + 1, words[1].size()));
    const auto rate = rest.substr(0, rest.find('/'));
    rest = rest.substr(std::min(rate.size() + 1, rest.size()));
    const auto codec = codecs::codec_by_rtpmap({.encoding_name = name,
                                                .clock_rate = number_in<std::uint32_t>(rate).value_or(0),
                                                .channels = number_in<std::uint8_t>(rest).value_or(1)});
    found->codec = codec.value_or(codecs::CodecId::Count_);
}

/// What has been read so far.
struct Reading {
    std::optional<Address> host;
    std::optional<std::uint16_t> port;
    std::vector<PayloadFormat> formats;  // Count_: not known here
    unsigned ptime_ms = 20;
    std::string profile;
    std::vector<CryptoLine> crypto;
    bool in_other_media = false;
};

/// "1 AES_CM_128_HMAC_SHA1_80 inline:KEY|lifetime"
std::optional<CryptoLine> crypto_in(std::string_view value)
{
    constexpr std::string_view kInline = "inline:";
    const auto words = words_of(value);
    const auto suite = words.size() < 3 ? std::nullopt : srtp_suite_by_name(words[1]);
    if (!suite || !words[2].starts_with(kInline)) {
        return std::nullopt;
    }
    CryptoLine line{.tag = std::string{words[0]}, .key = {.suite = *suite}};
    const auto secret = words[2].substr(kInline.size());
    return decode_base64(secret.substr(0, secret.find('|')), line.key.used()) ? std::optional{line} : std::nullopt;
}

void read_line(std::string_view line, Reading& reading)
{
    const std::string_view value = line.size() > 2 ? line.substr(2) : std::string_view{};
    if (line.starts_with("m=")) {
        const auto words = words_of(value);
        reading.in_other_media = reading.port || words.size() < 4 || words[0] != "audio";
        if (!reading.in_other_media) {
            reading.port = number_in<std::uint16_t>(words[1]);
            reading.formats = static_formats(words);
            reading.profile = words[2];
        }
    } else if (reading.in_other_media) {
        return;
    } else if (line.starts_with("c=IN IP")) {
        const auto words = words_of(value);
        const auto host = parse_address(words.size() == 3 ? words[2] : std::string_view{});
        reading.host = host ? std::optional{*host} : std::nullopt;
    } else if (line.starts_with("a=ptime:")) {
        reading.ptime_ms = number_in<unsigned>(line.substr(8)).value_or(reading.ptime_ms);
    } else if (line.starts_with("a=rtpmap:")) {
        read_rtpmap(line.substr(9), reading.formats);
    } else if (line.starts_with("a=crypto:")) {
        if (const auto crypto = crypto_in(line.substr(9))) {
            reading.crypto.push_back(*crypto);
        }
    }
}

}  // namespace

const PayloadFormat* MediaDescription::format_of(codecs::CodecId codec) const
{
    const auto found = std::ranges::find(formats, codec, &PayloadFormat::codec);
    return found == formats.end() ? nullptr : &*found;
}

const CryptoLine* MediaDescription::crypto_of(SrtpSuite suite) const
{
    for (const CryptoLine& line : crypto) {
        if (line.key.suite == suite) {
            return &line;
        }
    }
    return nullptr;
}

std::string write_sdp(const MediaDescription& media)
{
    const std::string host = (media.address.is_v4() ? "IN IP4 " : "IN IP6 ") + media.address.host();
    std::string types;
    std::string maps;
    for (const PayloadFormat& format : media.formats) {
        const auto& info = codecs::codec_info(format.codec);
        const std::string type = ' ' + std::to_string(format.payload_type);
        types += type;
        maps += "\r\na=rtpmap:" + type.substr(1) + ' ' + std::string{info.encoding_name} + '/' +
                std::to_string(info.clock_rate) + (info.channels > 1 ? '/' + std::to_string(info.channels) : "");
    }
    std::string crypto;
    for (const CryptoLine& line : media.crypto) {
        crypto += "\r\na=crypto:" + line.tag + ' ' + std::string{srtp_suite_info(line.key.suite).name} +
                  " inline:" + encode_base64(line.key.used());
    }
    return "v=0\r\no=rbload 1 1 " + host + "\r\ns=-\r\nc=" + host + "\r\nt=0 0\r\nm=audio " +
           std::to_string(media.address.port()) + ' ' + media.profile + types + maps +
           "\r\na=ptime:" + std::to_string(media.ptime_ms) + crypto +
           (media.on_hold ? "\r\na=inactive\r\n" : "\r\na=sendrecv\r\n");
}

std::optional<MediaDescription> read_sdp(std::string_view text)
{
    Reading reading;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        read_line(line, reading);
    }
    std::erase_if(reading.formats, [](const PayloadFormat& format) { return format.codec == codecs::CodecId::Count_; });
    if (!reading.host || !reading.port || *reading.port == 0 || reading.formats.empty()) {
        return std::nullopt;
    }
    return MediaDescription{.address = reading.host->with_port(*reading.port),
                            .formats = std::move(reading.formats),
                            .ptime_ms = reading.ptime_ms,
                            .profile = std::move(reading.profile),
                            .crypto = std::move(reading.crypto)};
}

}  // namespace rb::load
