// What phones and operators do during the storm.
#include "control/applications/conference.h"
#include "control/applications/conference_hearing.h"
#include "sim/calls/plan.h"
#include "sim/calls/simulation.h"

#include <algorithm>

namespace rb::sim::calls {
namespace {

}  // namespace

/// A tone that nobody has who is there; 0 when all are taken.
codecs::CodecId Simulation::any_codec()
{
    constexpr std::array kCodecs{codecs::CodecId::Pcmu, codecs::CodecId::Pcma, codecs::CodecId::G722,
                                 codecs::CodecId::L16_16, codecs::CodecId::Opus};
    return kCodecs[rng_.below(kCodecs.size() - (options_.opus ? 0 : 1))];
}

double Simulation::free_tone() const
{
    constexpr unsigned kTones = 8;
    for (unsigned tone = 0; tone < kTones; ++tone) {
        const double hz = SimClient::tone_hz(tone);
        const bool taken = std::ranges::any_of(people_, [hz](const auto& person) {
            return (person->there() || person->phone->options().goes_on) && person->phone->voice().options().hz == hz;
        });
        if (!taken) {
            return hz;
        }
    }
    return 0;
}

std::optional<SrtpSuite> Simulation::draw_suite()
{
    const bool secure = options_.srtp && rng_.chance(0.5);
    return secure ? std::optional{static_cast<SrtpSuite>(rng_.below(kSrtpSuites))} : std::nullopt;
}

void Simulation::call(const std::string& number, bool plain)
{
    const auto index = static_cast<unsigned>(people_.size());
    const Address at =
        *parse_address("10.1." + std::to_string(index / 200) + "." + std::to_string(1 + index % 200) + ":4000");
    const auto ppm = static_cast<double>(rng_.below(2000)) - 1000;
    test::PhoneOptions phone{.number = std::to_string(100 + index),
                             .name = "Phone " + std::to_string(index),
                             .hz = free_tone(),
                             .codec = any_codec(),
                             .amplitude = SimClient::kAmplitude,
                             .at = at};
    if (!plain) {
        phone.late_offer = options_.late_offers && rng_.chance(0.3);
        phone.ptime_ms = static_cast<unsigned>(rng_.chance(0.7) ? 20 : 10 + 10 * rng_.below(4));
        phone.drift_ppm = options_.drift ? ppm : 0;
        phone.dtx = options_.dtx && rng_.chance(0.4);
        phone.goes_on = options_.vanish && rng_.chance(0.1);
        phone.srtp = draw_suite();
        phone.ice = options_.ice && rng_.chance(0.5);
    }
    if (options_.nat && rng_.chance(0.5)) {
        phone.signalled = *parse_address("192.168.1." + std::to_string(1 + index % 200) + ":4000");
    }
    Person& person = *people_.emplace_back(std::make_unique<Person>());
    person.number = number;
    person.name = "phone " + std::to_string(index) + " (" + number + ")";
    person.known = {at, phone.signalled.value_or(at)};
    person.phone = &bench_.call(number, phone);
    trace(person, "calls");
}

void Simulation::act()
{
    const auto there =
        std::ranges::count_if(people_, [](const auto& person) { return !person->number.empty() && person->there(); });
    if (static_cast<std::size_t>(there) < options_.phones && rng_.chance(options_.calls)) {
        call(number(options_, rng_), false);
    }
    if (!people_.empty() && rng_.chance(options_.acts)) {
        // The newest are likelier to be there.
        const std::size_t recent = std::min<std::size_t>(people_.size(), 12);
        Person& person = *people_[people_.size() - 1 - rng_.below(recent)];
        if (person.there()) {
            act(person);
        }
    }
    if (options_.operators && rng_.chance(0.005)) {
        operate();
    }
}

void Simulation::act(Person& person)
{
    constexpr std::string_view kKeys = "0123456789*#";
    const std::uint64_t choice = rng_.below(10);
    if (choice < 5 && options_.keys) {
        std::string keys;
        for (std::uint64_t i = rng_.below(3) + 1; i-- > 0;) {
            keys += kKeys[rng_.below(kKeys.size())];
        }
        trace(person, "presses " + keys);
        person.phone->press(keys);
    } else if (choice == 5 && rng_.chance(0.5)) {
        trace(person, "hangs up");
        person.phone->answered ? bench_.hang_up(*person.phone) : bench_.cancel(*person.phone);
    } else if (choice < 8) {
        change_stream(person);
    } else {
        change_session(person);
    }
}

void Simulation::change_stream(Person& person)
{
    SimClient& voice = person.phone->voice();
    const std::uint64_t choice = rng_.below(4);
    if (choice == 0 && options_.new_streams && elapsed() < options_.storm - 1s) {
        trace(person, "begins another stream");
        rng_.chance(0.5)   ? voice.change_ssrc()
        : rng_.chance(0.5) ? voice.jump_sequence(rng_.u16())
                           : voice.jump_timestamp(rng_.u32());
    } else if (choice == 1 && options_.nat && !options_.new_streams && options_.faults.to_server.corrupt == 0 &&
               person.phone->options().signalled && elapsed() < options_.storm - 2s) {
        const Address moved = person.phone->own().with_port(static_cast<std::uint16_t>(person.phone->own().port() + 2));
        trace(person, "comes from " + moved.to_string());
        person.known.insert(moved);
        person.phone->move_to(moved);
    } else if (choice == 2 && options_.vanish && rng_.chance(0.3)) {
        trace(person, "vanishes");
        person.vanished = true;
        person.phone->mute(true);
    } else if (choice == 3 && options_.dtx) {
        voice.pause_speech(!voice.options().dtx);
    }
}

void Simulation::change_session(Person& person)
{
    test::BenchPhone& phone = *person.phone;
    if (!phone.answered || phone.offers_open > 0) {
        return;
    }
    if (phone.options().ice && rng_.chance(0.3)) {
        trace(person, "restarts ICE");
        bench_.restart_ice(phone);
    } else if (phone.options().srtp && rng_.chance(0.5)) {
        trace(person, "renews its key");
        bench_.renew_key(phone);
    } else if (options_.hold && rng_.chance(0.5)) {
        trace(person, phone.held ? "takes off hold" : "holds");
        bench_.hold(phone, !phone.held);
    } else if (options_.reoffer) {
        trace(person, "speaks another codec");
        bench_.reoffer(phone, any_codec());
    }
}

/// What comes by rbctl and from signals.
void Simulation::operate()
{
    engine::CallEngine& engine = bench_.engine();
    const std::uint64_t choice = rng_.below(12);
    auto& rooms = engine.rooms().all();
    if (choice == 0) {
        engine.drain(rng_.chance(0.3));
    } else if (choice == 1) {
        engine.use(bench_.load(plan_text(), files(options_)));
    } else if (choice == 2 && !people_.empty()) {
        Person& person = *people_[rng_.below(people_.size())];
        if (engine::Channel* channel = bench_.channel(*person.phone)) {
            trace(person, "is hung up on");
            engine.hang_up(*channel, 16);
        }
    } else if (choice == 3 && rng_.chance(0.1)) {
        engine.hang_up_all(38);
    } else if (!rooms.empty()) {
        auto room = rooms.begin();
        std::advance(room, static_cast<std::ptrdiff_t>(rng_.below(rooms.size())));
        operate(room->second);
    }
    bench_.on_actions();
}

engine::ChannelRef Simulation::any_member(const engine::Room& room)
{
    const std::size_t size = room.members.size();
    return size == 0 ? engine::ChannelRef{}
                     : std::next(room.members.begin(), static_cast<std::ptrdiff_t>(rng_.below(size)))->channel;
}

void Simulation::operate(engine::Room& room)
{
    engine::CallEngine& engine = bench_.engine();
    const engine::ChannelRef member = any_member(room);
    switch (rng_.below(11)) {
        case 0:
            applications::kick_member(engine, room, member);
            break;
        case 1:
            static_cast<void>(applications::mute_member(engine, room, member, rng_.chance(0.5)));
            break;
        case 2:
            static_cast<void>(applications::record_room(engine, room, "asked.wav"));
            break;
        case 3:
            engine.recordings().stop(room);
            break;
        case 4:
            engine.recordings().set_flow(room, static_cast<bridges::Recorder::Flow>(rng_.below(3)));
            break;
        case 5:
            static_cast<void>(applications::record_tracks(engine, room, "apart.wav"));
            break;
        case 6:
            engine.recordings().stop_tracks(room);
            break;
        case 7:
            static_cast<void>(applications::set_hears(engine, room, {.listener = member, .talker = any_member(room)},
                                                      rng_.chance(0.4)));
            break;
        case 8:
            static_cast<void>(applications::set_whispers(engine, room, member, rng_.chance(0.5)));
            break;
        case 9:
            room.locked = rng_.chance(0.5);
            break;
        default:
            engine.play_to_room(room, {.names = {rng_.chance(0.8) ? "hello" : "missing"}, .tell = {}});
            break;
    }
}

}  // namespace rb::sim::calls
