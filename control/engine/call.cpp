#include "control/engine/call.h"

#include "control/engine/call_engine.h"

namespace rb::engine {

Nanos Call::now() const
{
    return engine_.now();
}

Rooms& Call::rooms()
{
    return engine_.rooms();
}

void Call::finish(dialplan::Finished finished)
{
    engine_.finish(channel_, std::move(finished));
}

bool Call::run_plan_at(const std::string& place)
{
    return engine_.run_plan_at(channel_, place);
}

bool Call::answer()
{
    return engine_.answer(channel_);
}

void Call::ring()
{
    engine_.ring(channel_);
}

bool Call::progress()
{
    return engine_.progress(channel_);
}

void Call::hang_up(int cause)
{
    engine_.hang_up(channel_, cause);
}

void Call::play(std::vector<std::string> names)
{
    engine_.play(channel_, {.names = std::move(names)});
}

void Call::play_on(std::vector<std::string> names)
{
    engine_.play(channel_, {.names = std::move(names), .loop = true, .background = true});
}

void Call::play_music(const std::string& music_class)
{
    engine_.play(channel_, {.names = {"moh:" + music_class}, .loop = true, .music = true});
}

void Call::stop_playing()
{
    engine_.stop_playing(channel_);
}

bool Call::record(const std::string& path, const bridges::Recorder::Options& options, bool append)
{
    return engine_.recordings().record(channel_, path, options, append);
}

void Call::stop_recording()
{
    engine_.recordings().stop(channel_);
}

void Call::set_echo(bool on)
{
    if (channel_.media.leg) {
        engine_.command(channel_, command::SetEcho{.leg = channel_.media.leg, .on = on});
    }
}

void Call::send_digit(char digit, Nanos held, Nanos between)
{
    if (channel_.media.leg) {
        engine_.command(
            channel_,
            command::SendDtmf{.leg = channel_.media.leg, .digit = digit, .timing = {.held = held, .between = between}});
    }
}

void Call::wake_at(Nanos at)
{
    engine_.wake_at(channel_, at);
}

void Call::log(int level, const std::string& line)
{
    engine_.log(level, channel_, line);
}

}  // namespace rb::engine
