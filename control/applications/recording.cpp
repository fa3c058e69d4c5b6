// Record: what the caller says, into a file below the recordings directory.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::Call;

/// Record(file.format[,silence[,max duration[,options]]]). Ends with #, with silence, at the longest duration, or with
/// the call. Options: q no beep, t * ends instead of #, y any key ends, 0 and k as in Asterisk have no use here. Sets
/// RECORDED_FILE (without extension) and RECORD_STATUS.
class Record final : public Answering {
public:
    explicit Record(const Arguments& arguments)
        : file_{arguments[0]},
          silence_{arguments.seconds(1, 0s)},
          max_duration_{arguments.seconds(2, 0s)},
          options_{arguments[3]}
    {
        const auto colon = file_.rfind(':');
        if (file_.find('.') == std::string::npos && colon != std::string::npos) {
            file_[colon] = '.';
        }
    }

    void on_played(Call& call, event::Ending /*ending*/) override { record(call); }

    void on_recorded(Call& call, event::Ending ending) override
    {
        call.channel().keys.clear();
        const char* status = "OPERATOR";
        switch (ending) {
            case event::Ending::Key:
                status = "DTMF";
                break;
            case event::Ending::Silence:
                status = "SILENCE";
                break;
            case event::Ending::MaxDuration:
                status = "TIMEOUT";
                break;
            case event::Ending::Failed:
                status = "ERROR";
                break;
            case event::Ending::Finished:
            case event::Ending::Stopped:
                break;
        }
        call.channel().variables().set("RECORD_STATUS", status);
        call.finish();
    }

    void stop(Call& call) override
    {
        call.channel().variables().set("RECORD_STATUS", "HANGUP");
        call.stop_recording();
    }

protected:
    void begin(Call& call) override
    {
        number_file(call);
        if (options_.find('q') != std::string::npos) {
            record(call);
        } else {
            call.play({"beep"});
        }
    }

private:
    /// %d in the name stands for a number that no earlier recording of this node has.
    void number_file(Call& call)
    {
        const auto at = file_.find("%d");
        if (at != std::string::npos) {
            file_.replace(at, 2, call.channel().unique_id);
        }
        if (file_.find('.') == std::string::npos) {
            file_ += ".wav";
        }
        call.channel().variables().set("RECORDED_FILE", file_.substr(0, file_.rfind('.')));
    }

    void record(Call& call)
    {
        bridges::Recorder::Options options{.max_duration = max_duration_, .max_silence = silence_};
        const std::string keys = options_.find('y') != std::string::npos   ? "0123456789*#ABCD"
                                 : options_.find('t') != std::string::npos ? "*"
                                                                           : "#";
        std::copy_n(keys.begin(), std::min(keys.size(), options.keys.size()), options.keys.begin());
        if (!call.record(file_, options)) {
            call.log(1, "cannot record " + file_ + ": the name must stay below the recordings directory");
            call.channel().variables().set("RECORD_STATUS", "ERROR");
            call.finish();
        }
    }

    std::string file_;
    Nanos silence_;
    Nanos max_duration_;
    std::string options_;
};

}  // namespace

void add_recording(Registry& registry)
{
    registry.add("record", [](const Arguments& a) { return std::make_unique<Record>(a); });
}

}  // namespace rb::applications
