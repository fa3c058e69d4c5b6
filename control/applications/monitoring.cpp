// MixMonitor, StopMixMonitor: both directions of a call into files below the recordings directory.
#include "control/applications/arguments.h"
#include "control/applications/registry.h"
#include "control/engine/call.h"
#include "control/engine/call_engine.h"

namespace rb::applications {
namespace {

using engine::Call;
using Track = bridges::Monitor::Track;

std::string with_extension(std::string file)
{
    const auto slash = file.rfind('/');
    const bool has_one = file.find('.', slash == std::string::npos ? 0 : slash) != std::string::npos;
    return file.empty() || has_one ? file : file + ".wav";
}

/// MixMonitor(file[,options]). Options: a append, b only while the call is bridged, r(file) what is received, t(file)
/// what is sent. The file may be left out when r or t names one. Sets MIXMONITOR_FILENAME. The recording begins when
/// there are media, and goes on until StopMixMonitor or the end of the call.
class MixMonitor final : public engine::Application {
public:
    explicit MixMonitor(const Arguments& arguments)
        : files_{.append = arguments.option(1, 'a').has_value(), .bridged_only = arguments.option(1, 'b').has_value()},
          runs_command_{!arguments[2].empty()}
    {
        file_of(Track::Both) = with_extension(arguments[0]);
        file_of(Track::Received) = with_extension(arguments.option(1, 'r').value_or(""));
        file_of(Track::Sent) = with_extension(arguments.option(1, 't').value_or(""));
    }

    void start(Call& call) override
    {
        if (runs_command_) {
            call.log(1, "MixMonitor runs no programs; record it without a command");
        }
        call.channel().variables().set("MIXMONITOR_FILENAME", file_of(Track::Both));
        if (!call.engine().recordings().start_monitor(call.channel(), files_)) {
            call.log(1, "cannot record into " + file_of(Track::Both) +
                            ": the call is recorded already, or the name leaves the recordings directory");
        }
        call.finish();
    }

private:
    std::string& file_of(Track track) { return files_.paths[static_cast<std::size_t>(track)]; }

    engine::MonitorFiles files_;
    bool runs_command_;
};

class StopMixMonitor final : public engine::Application {
public:
    void start(Call& call) override
    {
        call.engine().recordings().stop_monitor(call.channel());
        call.finish();
    }
};

}  // namespace

void add_monitoring(Registry& registry)
{
    registry.add("mixmonitor", [](const Arguments& a) { return std::make_unique<MixMonitor>(a); });
    registry.add("stopmixmonitor", [](const Arguments&) { return std::make_unique<StopMixMonitor>(); });
}

}  // namespace rb::applications
