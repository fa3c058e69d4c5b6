// session_info.cpp — INFO within a call (RFC 6086): keys, for peers that send no telephone-events, and candidates.
#include "signaling/received.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"
#include "signaling/supplements/key_info.h"
#include "signaling/text.h"

namespace rb::sip {
namespace {

/// Candidates sent one by one (RFC 8840 §4.3): taken and put aside, for it is the peer that checks ours.
bool is_candidates(std::string_view content_type) noexcept
{
    return equal_ignoring_case(trim(take_until(content_type, ';')), "application/trickle-ice-sdpfrag");
}

}  // namespace

void Session::on_info(nta_incoming_t* transaction, const sip_t* info)
{
    const sip_payload_t* payload = info->sip_payload;
    const bool empty = payload == nullptr || payload->pl_len == 0;  // asks whether we are alive
    const auto type = text_of(info->sip_content_type == nullptr ? nullptr : info->sip_content_type->c_type);
    if (!empty && !is_key_info(type) && !is_candidates(type)) {
        layer_.counters().add(SipCounter::BadContent);
        refuse(transaction,
               {.code = 415, .headers = "Accept: " + std::string{kKeyInfoType} + ", application/dtmf\r\n"});
        return;
    }
    const auto key = empty || !is_key_info(type) ? std::nullopt : read_key_info({payload->pl_data, payload->pl_len});
    answer_with(transaction, {.code = 200});
    nta_incoming_destroy(transaction);  // the request may go with it
    if (key && announced_) {
        layer_.emit(KeyReceived{.session = id(), .digit = key->digit, .held = key->held});
    }
}

void Session::handle(SendKey&& action)
{
    if (state_ != State::Confirmed) {
        layer_.counters().add(SipCounter::ActionStale);
        return;
    }
    layer_.counters().add(SipCounter::SentInfo);
    RequestParts info = parts(SIP_METHOD_INFO, dialog_.next_cseq());
    info.contact.clear();
    info.content_type = kKeyInfoType;
    info.body = write_key_info({.digit = action.digit, .held = action.held});
    info.headers = login_lines("INFO");
    static_cast<void>(dialog_.send(*start_.listener, info, nullptr, nullptr));  // a key lost is not sent late
}

}  // namespace rb::sip
