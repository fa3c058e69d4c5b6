// Playback, SayDigits, SayNumber, MusicOnHold, Playtones, StopPlaytones.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"
#include "control/applications/say.h"
#include "control/engine/hold.h"

#include <cstdlib>

namespace rb::applications {
namespace {

using engine::Call;

/// Plays its sounds and sets PLAYBACKSTATUS. With `skip` an unanswered call is not played to; with `noanswer` it is,
/// as early media.
class Playback final : public Answering {
public:
    Playback(std::vector<std::string> sounds, bool skip, bool noanswer)
        : sounds_{std::move(sounds)}, skip_{skip}, noanswer_{noanswer}
    {
    }

    void on_played(Call& call, event::Ending ending) override
    {
        call.channel().variables().set("PLAYBACKSTATUS", ending == event::Ending::Finished ? "SUCCESS" : "FAILED");
        call.finish();
    }

protected:
    bool open(Call& call) override
    {
        const bool up = call.channel().state == engine::ChannelState::Up;
        if (!up && (skip_ || (noanswer_ && !call.progress()))) {
            call.channel().variables().set("PLAYBACKSTATUS", skip_ ? "SUCCESS" : "FAILED");
            call.finish();
            return false;
        }
        return noanswer_ || call.answer();
    }
    void begin(Call& call) override { call.play(sounds_); }

private:
    std::vector<std::string> sounds_;
    bool skip_;
    bool noanswer_;
};

/// SayNumber(number[,gender]) in the language of the call.
class SayNumber final : public Answering {
public:
    SayNumber(std::string number, char gender) : number_{std::move(number)}, gender_{gender} {}

    void on_played(Call& call, event::Ending /*ending*/) override { call.finish(); }

protected:
    void begin(Call& call) override
    {
        const engine::Channel& channel = call.channel();
        char* end = nullptr;
        const long number = std::strtol(number_.c_str(), &end, 10);
        auto sounds =
            say_number(number, channel.language.empty() ? channel.endpoint.language : channel.language, gender_);
        if (end == number_.c_str() || sounds.empty()) {
            call.log(1, "SayNumber: '" + number_ + "' is no number below a thousand million");
            return call.finish();
        }
        call.play(std::move(sounds));
    }

private:
    std::string number_;
    char gender_;
};

class MusicOnHold final : public Answering {
public:
    MusicOnHold(std::string music_class, Nanos time) : class_{std::move(music_class)}, time_{time} {}

    /// Some classes can be changed to by a key.
    void on_key(Call& call, char key) override
    {
        call.channel().keys.clear();
        for (const auto& [name, music] : call.channel().config->music_classes) {
            if (music.digit == std::string_view{&key, 1} && name != class_) {
                class_ = name;
                call.stop_playing();
                return call.play_music(name);
            }
        }
    }
    void on_time(Call& call) override
    {
        call.stop_playing();
        call.finish();
    }
    void on_played(Call& call, event::Ending /*ending*/) override
    {
        call.log(1, "no music of class " + class_);
        call.finish();
    }

protected:
    void begin(Call& call) override
    {
        call.play_music(engine::music_for(call.channel(), class_));
        if (time_ > 0s) {
            call.wake_at(call.now() + time_);
        }
    }

private:
    std::string class_;
    Nanos time_;
};

/// Tones that go on behind the following applications.
class Playtones final : public engine::Application {
public:
    explicit Playtones(std::string tone) : tone_{std::move(tone)} {}
    void start(Call& call) override
    {
        if (call.has_media()) {
            call.play_on({"tone:" + tone_});
        }
        call.finish();
    }

private:
    std::string tone_;
};

class StopPlaytones final : public engine::Application {
public:
    void start(Call& call) override
    {
        call.stop_playing();
        call.finish();
    }
};

/// The whole argument text: tones have commas of their own.
std::string rejoin(const Arguments& arguments)
{
    std::string text = arguments[0];
    for (std::size_t i = 1; !arguments[i].empty(); ++i) {
        text += "," + arguments[i];
    }
    return text;
}

}  // namespace

void add_playing(Registry& registry)
{
    registry.add("playback", [](const Arguments& a) {
        return std::make_unique<Playback>(split_list(a[0]), a.has(1, "skip"), a.has(1, "noanswer"));
    });
    registry.add("saydigits",
                 [](const Arguments& a) { return std::make_unique<Playback>(say_digits(a[0]), false, false); });
    registry.add("saynumber", [](const Arguments& a) {
        return std::make_unique<SayNumber>(a[0], a[1].empty() ? '\0' : a[1].front());
    });
    registry.add("musiconhold",
                 [](const Arguments& a) { return std::make_unique<MusicOnHold>(a[0], a.seconds(1, 0s)); });
    registry.add("playtones", [](const Arguments& a) { return std::make_unique<Playtones>(rejoin(a)); });
    registry.add("stopplaytones", [](const Arguments&) { return std::make_unique<StopPlaytones>(); });
}

}  // namespace rb::applications
