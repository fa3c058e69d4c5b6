// sdp_write.cpp — the writing half of sdp.h.
#include "signaling/payload_types.h"
#include "signaling/sdp.h"

#include <algorithm>

namespace rb::sip {
namespace {

void write_connection(std::string& text, const Address& address)
{
    text += address.is_v4() ? "IN IP4 " : "IN IP6 ";
    text += address.host();
}

void write_line(std::string& text, std::string_view name, std::string_view value)
{
    text += name;
    text += value;
    text += "\r\n";
}

std::string_view direction_name(Direction direction)
{
    switch (direction) {
        case Direction::Inactive:
            return "inactive";
        case Direction::SendOnly:
            return "sendonly";
        case Direction::ReceiveOnly:
            return "recvonly";
        case Direction::SendReceive:
            break;
    }
    return "sendrecv";
}

void write_format(std::string& text, const MediaFormat& format)
{
    const std::string number = std::to_string(format.payload_type);
    text += "a=rtpmap:" + number + ' ' + format.encoding + '/' + std::to_string(format.clock_rate);
    if (format.channels != 1) {
        text += '/' + std::to_string(format.channels);
    }
    text += "\r\n";
    if (!format.fmtp.empty()) {
        write_line(text, "a=fmtp:", number + ' ' + format.fmtp);
    }
}

void write_rtcp(std::string& text, const Address& rtcp)
{
    text += "a=rtcp:" + std::to_string(rtcp.port());
    if (rtcp.with_port(0)) {
        text += ' ';
        write_connection(text, rtcp);
    }
    text += "\r\n";
}

void write_media(std::string& text, const SdpMedia& media, bool own_connection)
{
    text += "m=" + media.type + ' ' + std::to_string(media.port) + ' ' + media.protocol;
    for (const std::string& token : media.tokens) {
        text += ' ' + token;
    }
    text += "\r\n";
    if (own_connection && media.connection) {
        text += "c=";
        write_connection(text, *media.connection);
        text += "\r\n";
    }
    if (!media.mid.empty()) {
        write_line(text, "a=mid:", media.mid);
    }
    if (!media.msid.empty()) {
        write_line(text, "a=msid:", media.msid);
    }
    for (const MediaFormat& format : media.formats) {
        write_format(text, format);
    }
    if (media.ptime_ms != 0) {
        write_line(text, "a=ptime:", std::to_string(media.ptime_ms));
    }
    if (media.maxptime_ms != 0) {
        write_line(text, "a=maxptime:", std::to_string(media.maxptime_ms));
    }
    if (media.rtcp) {
        write_rtcp(text, *media.rtcp);
    }
    for (const SdpCrypto& crypto : media.crypto) {
        write_line(text, "a=crypto:", write_crypto(crypto));
    }
    if (media.rtcp_mux) {
        write_line(text, "a=rtcp-mux", "");
    }
    if (media.rtcp_rsize) {
        write_line(text, "a=rtcp-rsize", "");
    }
    if (media.voip_metrics) {
        write_line(text, "a=rtcp-xr:", "voip-metrics");
    }
    write_t38(text, media.t38);
    write_dtls(text, media.dtls);
    write_ice(text, media.ice);
    if (media.port != 0 || media.direction != Direction::SendReceive) {
        write_line(text, "a=", direction_name(media.direction));
    }
}

void write_session_attributes(std::string& text, const SessionDescription& description)
{
    if (std::any_of(description.media.begin(), description.media.end(),
                    [](const SdpMedia& media) { return media.ice.lite; })) {
        write_line(text, "a=ice-lite", "");
        write_line(text, "a=ice-options:ice2", "");  // RFC 8445 §10: by this and not by RFC 5245
    }
    if (!description.bundle.empty()) {
        text += "a=group:BUNDLE";
        for (const std::string& mid : description.bundle) {
            text += ' ' + mid;
        }
        text += "\r\n";
    }
}

}  // namespace

std::string write_sdp(const SessionDescription& description)
{
    const auto& media = description.media;
    const bool one_connection = !media.empty() && media.front().connection &&
                                std::all_of(media.begin(), media.end(), [&](const SdpMedia& section) {
                                    return section.connection == media.front().connection;
                                });
    std::string text = "v=0\r\no=" + description.origin.username + ' ' + description.origin.session_id + ' ' +
                       description.origin.version + ' ';
    write_connection(text, description.origin.address);
    text += "\r\ns=" + (description.name.empty() ? std::string{"-"} : description.name) + "\r\n";
    if (one_connection) {
        text += "c=";
        write_connection(text, *media.front().connection);
        text += "\r\n";
    }
    text += "t=0 0\r\n";
    write_session_attributes(text, description);
    for (const SdpMedia& section : media) {
        write_media(text, section, !one_connection);
    }
    return text;
}

}  // namespace rb::sip
