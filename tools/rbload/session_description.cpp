#include "tools/rbload/session_description.h"

#include <charconv>
#include <vector>

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

std::optional<Law> law_among(const std::vector<std::string_view>& words)
{
    constexpr std::size_t kFirstFormat = 3;
    for (std::size_t i = kFirstFormat; i < words.size(); ++i) {
        if (words[i] == "0" || words[i] == "8") {
            return words[i] == "0" ? Law::Ulaw : Law::Alaw;
        }
    }
    return std::nullopt;
}

/// What has been read so far.
struct Reading {
    std::optional<Address> host;
    std::optional<std::uint16_t> port;
    std::optional<Law> law;
    unsigned ptime_ms = 20;
    bool in_other_media = false;
};

void read_line(std::string_view line, Reading& reading)
{
    const std::string_view value = line.size() > 2 ? line.substr(2) : std::string_view{};
    if (line.starts_with("m=")) {
        const auto words = words_of(value);
        reading.in_other_media = reading.port || words.size() < 4 || words[0] != "audio";
        if (!reading.in_other_media) {
            reading.port = number_in<std::uint16_t>(words[1]);
            reading.law = law_among(words);
        }
    } else if (reading.in_other_media) {
        return;
    } else if (line.starts_with("c=IN IP")) {
        const auto words = words_of(value);
        const auto host = parse_address(words.size() == 3 ? words[2] : std::string_view{});
        reading.host = host ? std::optional{*host} : std::nullopt;
    } else if (line.starts_with("a=ptime:")) {
        reading.ptime_ms = number_in<unsigned>(line.substr(8)).value_or(reading.ptime_ms);
    }
}

}  // namespace

std::string write_sdp(const MediaDescription& media)
{
    const std::string host = (media.address.is_v4() ? "IN IP4 " : "IN IP6 ") + media.address.host();
    const std::string type = std::to_string(payload_type_of(media.law));
    return "v=0\r\no=rbload 1 1 " + host + "\r\ns=-\r\nc=" + host + "\r\nt=0 0\r\nm=audio " +
           std::to_string(media.address.port()) + " RTP/AVP " + type + "\r\na=rtpmap:" + type +
           (media.law == Law::Ulaw ? " PCMU" : " PCMA") + "/8000\r\na=ptime:" + std::to_string(media.ptime_ms) +
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
    if (!reading.host || !reading.port || *reading.port == 0 || !reading.law) {
        return std::nullopt;
    }
    return MediaDescription{
        .address = reading.host->with_port(*reading.port), .law = *reading.law, .ptime_ms = reading.ptime_ms};
}

}  // namespace rb::load
