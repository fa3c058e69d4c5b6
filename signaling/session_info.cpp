// session_info.cpp — INFO within a call (RFC 6086): keys, for peers that send no telephone-events.
#include "signaling/received.h"
#include "signaling/session.h"
#include "signaling/session_layer.h"
#include "signaling/supplements/key_info.h"

namespace rb::sip {

void Session::on_info(nta_incoming_t* transaction, const sip_t* info)
{
    const sip_payload_t* payload = info->sip_payload;
    const bool empty = payload == nullptr || payload->pl_len == 0;  // asks whether we are alive
    const auto type = text_of(info->sip_content_type == nullptr ? nullptr : info->sip_content_type->c_type);
    if (!empty && !is_key_info(type)) {
        layer_.counters().add(SipCounter::BadContent);
        refuse(transaction,
               {.code = 415, .headers = "Accept: " + std::string{kKeyInfoType} + ", application/dtmf\r\n"});
        return;
    }
    const auto key = empty ? std::nullopt : read_key_info({payload->pl_data, payload->pl_len});
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
