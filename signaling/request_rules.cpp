#include "signaling/request_rules.h"

#include "signaling/dialog.h"
#include "signaling/received.h"
#include "signaling/text.h"

namespace rb::sip {
namespace {

constexpr usize_t kBodyBytesMax = 65'536;

std::optional<RequestRefusal> refuse_method(const sip_t* sip)
{
    switch (sip->sip_request->rq_method) {
        case sip_method_invite:
        case sip_method_ack:
        case sip_method_cancel:
        case sip_method_bye:
        case sip_method_options:
        case sip_method_update:
        case sip_method_prack:
        case sip_method_info:
            return std::nullopt;
        case sip_method_invalid:
        case sip_method_unknown:
            return RequestRefusal{{.code = 501, .headers = "Allow: " + std::string{kAllow} + "\r\n"},
                                  SipCounter::UnknownMethod};
        case sip_method_register:
        case sip_method_message:
        case sip_method_subscribe:
        case sip_method_notify:
        case sip_method_refer:
        case sip_method_publish:
            break;
    }
    return RequestRefusal{{.code = 405, .headers = "Allow: " + std::string{kAllow} + "\r\n"},
                          SipCounter::MethodRefused};
}

/// Each extension demanded that is not spoken is named back; and 100rel is demanded where it has to be.
std::optional<RequestRefusal> refuse_extension(const sip_t* sip, Reliable reliable)
{
    std::string unsupported;
    for (const sip_require_t* require = sip->sip_require; require != nullptr;
         require = reinterpret_cast<const sip_require_t*>(require->k_next)) {
        for (const msg_param_t* item = require->k_items; item != nullptr && *item != nullptr; ++item) {
            if (reliable == Reliable::No || !equal_ignoring_case(*item, k100rel)) {
                unsupported += (unsupported.empty() ? "" : ", ") + std::string{*item};
            }
        }
    }
    const bool begins = sip->sip_request->rq_method == sip_method_invite && sip->sip_to->a_tag == nullptr;
    if (begins && reliable == Reliable::Required && !speaks_extension(sip, k100rel)) {
        return RequestRefusal{{.code = 421, .headers = "Require: 100rel\r\n"}, SipCounter::BadExtension};
    }
    if (unsupported.empty()) {
        return std::nullopt;
    }
    return RequestRefusal{{.code = 420, .headers = "Unsupported: " + unsupported + "\r\n"}, SipCounter::BadExtension};
}

std::optional<RequestRefusal> refuse_content(const sip_t* sip)
{
    if (sip->sip_payload == nullptr || sip->sip_payload->pl_len == 0) {
        return std::nullopt;
    }
    if (sip->sip_payload->pl_len > kBodyBytesMax) {
        return RequestRefusal{{.code = 513}, SipCounter::MessageTooLarge};
    }
    const sip_method_t method = sip->sip_request->rq_method;
    const bool carries_sdp = method == sip_method_invite || method == sip_method_update || method == sip_method_prack;
    const sip_content_disposition_t* disposition = sip->sip_content_disposition;
    const bool optional = disposition != nullptr && disposition->cd_optional != 0;
    if (!carries_sdp || optional) {
        return std::nullopt;
    }
    if (sip->sip_content_encoding != nullptr && sip->sip_content_encoding->k_items != nullptr &&
        !equal_ignoring_case(text_of(sip->sip_content_encoding->k_items[0]), "identity")) {
        return RequestRefusal{{.code = 415, .headers = "Accept-Encoding: identity\r\n"}, SipCounter::BadContent};
    }
    if (!body_of(sip).empty()) {
        return std::nullopt;
    }
    return RequestRefusal{{.code = 415, .headers = "Accept: " + std::string{kAccept} + "\r\n"}, SipCounter::BadContent};
}

}  // namespace

bool requires_extension(const sip_t* sip, const char* name) noexcept
{
    return sip_has_feature(sip->sip_require, name) != 0;
}

bool speaks_extension(const sip_t* sip, const char* name) noexcept
{
    return requires_extension(sip, name) || sip_has_feature(sip->sip_supported, name) != 0;
}

std::optional<RequestRefusal> refuse_by_rule(const sip_t* sip, Reliable reliable)
{
    const sip_request_t* request = sip->sip_request;
    if (request->rq_method == sip_method_ack || request->rq_method == sip_method_cancel) {
        return std::nullopt;
    }
    if (!equal_ignoring_case(text_of(request->rq_version), "SIP/2.0")) {
        return RequestRefusal{{.code = 505}, SipCounter::BadVersion};
    }
    const std::size_t body_bytes = sip->sip_payload == nullptr ? 0 : sip->sip_payload->pl_len;
    if (sip->sip_content_length != nullptr && sip->sip_content_length->l_length > body_bytes) {
        return RequestRefusal{{.code = 400, .phrase = "Body is shorter than Content-Length"},  // RFC 3261 §18.3
                              SipCounter::BadRequest};
    }
    if (sip->sip_cseq->cs_method != request->rq_method ||
        text_of(sip->sip_cseq->cs_method_name) != text_of(request->rq_method_name)) {
        return RequestRefusal{{.code = 400, .phrase = "CSeq names another method"}, SipCounter::BadRequest};
    }
    if (sip->sip_max_forwards != nullptr && sip->sip_max_forwards->mf_count == 0) {
        return RequestRefusal{{.code = 483}, SipCounter::TooManyHops};
    }
    if (auto refusal = refuse_method(sip)) {
        return refusal;
    }
    if (request->rq_url->url_type != url_sip && request->rq_url->url_type != url_sips) {
        return RequestRefusal{{.code = 416}, SipCounter::BadScheme};
    }
    if (request->rq_method == sip_method_invite && !is_sip_contact(sip->sip_contact)) {
        return RequestRefusal{{.code = 400, .phrase = "No usable Contact"}, SipCounter::BadRequest};
    }
    if (request->rq_method == sip_method_prack && sip->sip_rack == nullptr) {
        return RequestRefusal{{.code = 400, .phrase = "No RAck"}, SipCounter::BadRequest};
    }
    if (auto refusal = refuse_extension(sip, reliable)) {
        return refusal;
    }
    return refuse_content(sip);
}

SipCounter request_counter(const sip_t* sip) noexcept
{
    switch (sip->sip_request->rq_method) {
        case sip_method_invite:
            return sip->sip_to != nullptr && sip->sip_to->a_tag != nullptr ? SipCounter::RequestReinvite
                                                                           : SipCounter::RequestInvite;
        case sip_method_ack:
            return SipCounter::RequestAck;
        case sip_method_bye:
            return SipCounter::RequestBye;
        case sip_method_cancel:
            return SipCounter::RequestCancel;
        case sip_method_options:
            return SipCounter::RequestOptions;
        case sip_method_update:
            return SipCounter::RequestUpdate;
        case sip_method_prack:
            return SipCounter::RequestPrack;
        case sip_method_info:
            return SipCounter::RequestInfo;
        case sip_method_invalid:
        case sip_method_unknown:
        case sip_method_register:
        case sip_method_message:
        case sip_method_subscribe:
        case sip_method_notify:
        case sip_method_refer:
        case sip_method_publish:
            break;
    }
    return SipCounter::RequestOther;
}

}  // namespace rb::sip
