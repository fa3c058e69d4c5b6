#include "support/call_bench.h"

#include "control/applications/registry.h"
#include "control/node/load_configuration.h"

#include <algorithm>
#include <stdexcept>

namespace rb::test {
namespace {

constexpr std::size_t kLegs = 64;
constexpr const char* kEndpoints = R"([udp]
type=transport
protocol=udp
bind=192.0.2.1:5060
[basics](!)
type=endpoint
context=c
disallow=all
allow=ulaw,alaw,slin,slin16
dtmf_mode=rfc4733
[anonymous](basics)
[phone](basics)
aors=phone
[phone]
type=aor
contact=sip:192.0.2.99:5060
[nowhere](basics)
aors=nowhere
[nowhere]
type=aor
contact=sip:nowhere.example:5060
)";

engine::Configuration configuration_of(const std::string& plan, config::Texts texts)
{
    texts.emplace("pjsip.conf", kEndpoints);
    texts.emplace("rtp.conf", "[general]\nrtpstart=20000\nrtpend=20255\n");
    texts["extensions.conf"] = plan;
    auto loaded = node::load_configuration(*config::text_source(std::move(texts)));
    if (!loaded.configuration) {
        std::string why = "the configuration of the test is refused:";
        for (const auto& problem : loaded.problems) {
            why += "\n" + config::to_string(problem);
        }
        throw std::runtime_error{why};
    }
    return *loaded.configuration;
}

}  // namespace

CallBench::CallBench(const std::string& plan, config::Texts others, std::size_t workers)
{
    std::vector<CommandQueue*> queues;
    for (std::size_t i = 0; i < workers; ++i) {
        workers_.push_back(std::make_unique<sim::SimWorker>(CoreLimits{.legs = kLegs, .bridges = kLegs}, kernel_));
        queues.push_back(&workers_.back()->commands());
    }
    engine_ = std::make_unique<engine::CallEngine>(
        engine::EngineOptions{.legs_per_worker = kLegs, .bridges_per_worker = kLegs},
        configuration_of(plan, std::move(others)), world_, queues, applications::all_applications());
    ports_ = engine_->ports().free();
}

CallBench::~CallBench() = default;

BenchPhone& CallBench::add_phone(sip::SessionId session, PhoneOptions options)
{
    const auto port = static_cast<std::uint16_t>(30000 + 2 * phones_.size());
    phones_.push_back(
        std::make_unique<BenchPhone>(session, parse_address("192.0.2.50:0")->with_port(port), std::move(options)));
    return *phones_.back();
}

BenchPhone& CallBench::call(const std::string& number, PhoneOptions options)
{
    BenchPhone& phone = add_phone(sip::SessionId{next_session_}, std::move(options));
    next_session_ += 2;
    sip::InviteReceived invite;
    invite.session = phone.session();
    invite.endpoint = phone.options().endpoint;
    invite.transport = "udp";
    invite.local = *parse_address("192.0.2.1:5060");
    invite.source = *parse_address("192.0.2.50:5060");
    invite.request_user = number;
    invite.from = {.display = phone.options().name, .user = phone.options().number, .host = "192.0.2.50"};
    invite.call_id = "call-" + std::to_string(next_session_);
    if (!phone.options().late_offer) {
        invite.media = phone.media();
    }
    tell(invite);
    return phone;
}

void CallBench::ring(BenchPhone& callee)
{
    tell(sip::Progressed{.session = callee.session(), .code = 180, .media = {}, .headers = {}});
}

void CallBench::early_media(BenchPhone& callee)
{
    tell(sip::Progressed{.session = callee.session(), .code = 183, .media = callee.media(), .headers = {}});
}

void CallBench::answer(BenchPhone& callee, double hz)
{
    callee.say(hz);
    callee.answered = true;
    callee.rings_until = kNever;
    tell(sip::Answered{.session = callee.session(), .media = callee.media(), .remote = {}, .headers = {}});
}

void CallBench::refuse(BenchPhone& callee, int code, int cause)
{
    end(callee, code, cause);
}

void CallBench::hang_up(BenchPhone& phone)
{
    end(phone, 0, 16);
}

void CallBench::reoffer(BenchPhone& phone, codecs::CodecId codec)
{
    phone.use(codec);
    tell(sip::OfferReceived{.session = phone.session(), .media = phone.media()});
}

void CallBench::cancel(BenchPhone& caller)
{
    end(caller, 487, 16);
}

void CallBench::end(BenchPhone& phone, int code, int cause)
{
    if (!phone.ended) {
        phone.ended = true;
        phone.rings_until = kNever;
        tell(sip::SessionEnded{.session = phone.session(), .code = code, .cause = cause, .reason = {}, .headers = {}});
    }
}

void CallBench::tell(const sip::SipEvent& event)
{
    engine_->on(event, now_);
    on_actions();
}

BenchPhone* CallBench::phone_of(sip::SessionId session)
{
    const auto found = std::find_if(phones_.begin(), phones_.end(),
                                    [session](const auto& phone) { return phone->session() == session; });
    return found == phones_.end() ? nullptr : found->get();
}

/// What the session layer and the far side make of the node's actions. Their events may lead to further actions.
void CallBench::on_actions()
{
    while (!world_.actions.empty()) {
        const sip::SipAction action = std::move(world_.actions.front());
        world_.actions.pop_front();
        on(action);
    }
}

void CallBench::on(const sip::SipAction& action)
{
    if (const auto* place = std::get_if<sip::PlaceCall>(&action)) {
        BenchPhone& callee = add_phone(place->session, {});
        callee.invite = *place;
        callee.rings_until = place->timeout > 0s ? now_ + place->timeout : kNever;
        callees_.push_back(&callee);
    } else if (const auto* progress = std::get_if<sip::SendProgress>(&action)) {
        if (BenchPhone* phone = phone_of(progress->session)) {
            phone->codes.push_back(progress->code);
        }
    } else if (const auto* answer = std::get_if<sip::SendAnswer>(&action)) {
        BenchPhone* phone = phone_of(answer->session);
        if (phone != nullptr && !phone->ended) {
            phone->codes.push_back(200);
            phone->answered = true;
            tell(
                sip::Acknowledged{.session = phone->session(),
                                  .media = phone->options().late_offer ? std::optional{phone->media()} : std::nullopt});
        }
    } else if (const auto* ended = std::get_if<sip::EndSession>(&action)) {
        BenchPhone* phone = phone_of(ended->session);
        if (phone != nullptr && !phone->ended) {
            phone->hung_up_by_node = true;
            phone->cause = ended->cause;
            if (!phone->answered && ended->code != 0) {
                phone->codes.push_back(ended->code);
            }
            end(*phone, phone->answered ? 0 : 487, ended->cause);
        }
    }
}

void CallBench::run(Nanos time)
{
    for (const Nanos until = now_ + time; now_ < until;) {
        now_ += 1ms;
        exchange_media();
        for (engine::SoundLoaded& loaded : world_.take_sounds()) {
            engine_->on(std::move(loaded), now_);
        }
        engine_->on_time(now_);
        on_actions();
        for (std::size_t i = 0; i < phones_.size(); ++i) {
            if (now_ >= phones_[i]->rings_until) {
                end(*phones_[i], 408, 19);
            }
        }
    }
}

void CallBench::exchange_media()
{
    for (const auto& phone : phones_) {
        if (!phone->ended && channel(*phone) != nullptr && channel(*phone)->media.adopted) {
            for (auto& datagram : phone->send(now_)) {
                in_sockets_.emplace_back(phone.get(), std::move(datagram));
            }
        }
    }
    for (auto waiting = std::exchange(in_sockets_, {}); !waiting.empty(); waiting.pop_front()) {
        const engine::Channel* to = channel(*waiting.front().first);
        if (to != nullptr && to->media.migrating) {
            in_sockets_.push_back(std::move(waiting.front()));
        } else if (to != nullptr && to->media.adopted) {
            workers_[to->media.worker]->deliver(
                LegSlot{to->media.leg.index},
                {.source = waiting.front().first->own(), .bytes = std::move(waiting.front().second)});
        }
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        for (const sim::Sent& sent : workers_[i]->step(now_)) {
            const auto to = std::find_if(phones_.begin(), phones_.end(),
                                         [&](const auto& phone) { return phone->own() == sent.destination; });
            if (to != phones_.end() && sent.socket == Socket::Rtp) {
                (*to)->receive(sent.bytes, now_);
            }
        }
        Event event;
        while (workers_[i]->events().pop(event)) {
            engine_->on(i, event, now_);
            on_actions();
        }
    }
}

engine::Channel* CallBench::channel(const BenchPhone& phone)
{
    engine::Channel* found = nullptr;
    engine_->channels().for_each([&](engine::ChannelRef, engine::Channel& candidate) {
        found = candidate.session == phone.session() ? &candidate : found;
    });
    return found;
}

std::string CallBench::variable(const BenchPhone& phone, const std::string& name)
{
    engine::Channel* its = channel(phone);
    return its == nullptr ? "(gone)" : its->variable(name);
}

std::string CallBench::leftovers()
{
    for (std::size_t i = 0; i < phones_.size(); ++i) {
        hang_up(*phones_[i]);
    }
    run(100ms);
    std::string left;
    const auto count = [&](const char* what, std::size_t number) {
        left += number == 0 ? "" : std::to_string(number) + " " + what + ", ";
    };
    count("channels", engine_->channels().size());
    count("rooms", engine_->rooms().size());
    count("sockets", world_.sockets.size() - engine_->ports().resting() * kSocketsPerLeg);  // those stay open
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        count("legs", engine_->worker(i).legs());
        count("bridges", engine_->worker(i).bridges());
        left += workers_[i]->imbalance();
    }
    for (const auto& [id, recording] : world_.recordings) {
        count("open recordings", recording.open ? 1 : 0);
    }
    count("ports", ports_ - engine_->ports().free() - engine_->ports().resting());
    return left;
}

}  // namespace rb::test
