// encryption.cpp — the options of an endpoint that say whether its media are encrypted, and where the keys come from.
#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <algorithm>
#include <iterator>

namespace rb::config {
namespace {

const Choices& ways()
{
    static const Choices all{"sdes", "dtls"};
    return all;
}

Result<void> media_encryption(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    std::vector<MediaEncryption> chosen;
    for (const auto word : value == "no" ? std::vector<std::string_view>{} : split(value, ',')) {
        const auto way = detail::read_choice(word, ways());
        if (!way) {
            return failure("'" + std::string{value} +
                           "' is not accepted: expected no, sdes, dtls, or both with a comma");
        }
        if (std::ranges::find(chosen, static_cast<MediaEncryption>(*way)) == chosen.end()) {
            chosen.push_back(static_cast<MediaEncryption>(*way));
        }
    }
    endpoint.media_encryption = std::move(chosen);
    return {};
}

std::string print_encryption(const Endpoint& endpoint)
{
    std::string text;
    for (const MediaEncryption way : endpoint.media_encryption) {
        text += (text.empty() ? "" : ",") + std::string{ways()[static_cast<std::size_t>(way)]};
    }
    return text.empty() ? "no" : text;
}

std::vector<Option> srtp()
{
    return {
        with_default<Endpoint>(
            custom<Endpoint>("media_encryption", "no, sdes, dtls, or both with a comma",
                             "Where the keys of SRTP come from; media then must be encrypted. sdes: from SDP (RFC "
                             "4568). dtls: from a handshake between the media sockets (RFC 5764). Of both the first is "
                             "offered, and either is accepted.",
                             media_encryption, {.aliases = {"mediaencryption"}}),
            print_encryption),
        field<&Endpoint::media_encryption_optimistic>("media_encryption_optimistic",
                                                      "With media_encryption: keys are offered within RTP/AVP, and "
                                                      "media go in the clear where the peer has none.",
                                                      {.aliases = {"mediaencryptionoptimistic"}}),
        field<&Endpoint::srtp_secure_signaling>(
            "srtp_secure_signaling",
            "Refuses media_encryption=sdes unless SIP is encrypted, too: who reads the keys on their way can read the "
            "media. No TLS is available yet, so sdes needs no here."),
        field<&Endpoint::srtp_tag_32>("srtp_tag_32",
                                      "Prefers authentication tags of 32 bits to those of 80 in the suites with HMAC.",
                                      {.aliases = {"srtptag32"}}),
    };
}

std::vector<Option> dtls()
{
    return {
        choice<&Endpoint::dtls_verify>(
            "dtls_verify", {"no", "fingerprint", "certificate", "yes"},
            "certificate and yes: the peer's certificate must also be issued by an authority of dtls_ca_file or "
            "dtls_ca_path. Its fingerprint is compared with the one of SDP whatever this says.",
            {.aliases = {"dtlsverify"}}),
        field<&Endpoint::dtls_rekey>("dtls_rekey",
                                     "Agrees on new keys so often; 0: never, and then a peer that wants to is refused. "
                                     "For peers known to be willing: with another the DTLS association ends, and the "
                                     "keys there are stay in use.",
                                     {.max = 86400, .aliases = {"dtlsrekey"}}),
        field<&Endpoint::dtls_auto_generate_cert>(
            "dtls_auto_generate_cert",
            "Shows a certificate made when the node started, with a key on the curve P-256, where dtls_cert_file names "
            "none."),
        field<&Endpoint::dtls_cert_file>("dtls_cert_file", "Certificate shown in handshakes, a PEM file.",
                                         {.aliases = {"dtlscertfile"}}),
        field<&Endpoint::dtls_private_key>("dtls_private_key",
                                           "Its private key, a PEM file; empty: in dtls_cert_file, too.",
                                           {.aliases = {"dtlsprivatekey"}}),
        field<&Endpoint::dtls_cipher>("dtls_cipher",
                                      "Ciphers of the handshake, as OpenSSL writes them; empty: those with forward "
                                      "secrecy. Those of the media are SRTP's.",
                                      {.aliases = {"dtlscipher"}}),
        field<&Endpoint::dtls_ca_file>("dtls_ca_file", "Authorities for dtls_verify, a PEM file.",
                                       {.aliases = {"dtlscafile"}}),
        field<&Endpoint::dtls_ca_path>("dtls_ca_path", "Directory of authorities for dtls_verify, named by their hash.",
                                       {.aliases = {"dtlscapath"}}),
        choice<&Endpoint::dtls_setup>("dtls_setup", {"actpass", "active", "passive"},
                                      "Who begins the handshake (RFC 4145), in our offers and where the peer leaves "
                                      "the choice, in which actpass begins. passive suits phones behind NAT.",
                                      {.aliases = {"dtlssetup"}}),
        choice<&Endpoint::dtls_fingerprint>("dtls_fingerprint", {"SHA-256", "SHA-1"},
                                            "Hash of our certificate's fingerprint in SDP.",
                                            {.aliases = {"dtlsfingerprint"}}),
    };
}

}  // namespace

std::vector<Option> endpoint_encryption_options()
{
    std::vector<Option> options = srtp();
    std::vector<Option> more = dtls();
    std::move(more.begin(), more.end(), std::back_inserter(options));
    return options;
}

}  // namespace rb::config
