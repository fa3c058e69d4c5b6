// Record: what the caller says, into a file below the recordings directory.
#include "control/applications/answering.h"
#include "control/applications/arguments.h"
#include "control/applications/registry.h"

#include <algorithm>

namespace rb::applications {
namespace {

using engine::Call;

/// Record(file.format[,silence[,max duration[,options]]]). Ends with #, with silence, at the longest duration, or with
/// the call. Options: a append, k keep what was recorded when the caller hangs up, n do not answer, o 0 ends it as
/// OPERATOR, q no beep, s skip an unanswered call, t * ends instead of #, u keep the silence that ended it, x no key
/// ends, y any key ends. Sets RECORDED_FILE (without extension) and RECORD_STATUS: DTMF, SILENCE,
/// TIMEOUT, HANGUP, SKIP, OPERATOR, ERROR.
class Record final : public Answering {
public:
    explicit Record(const Arguments& arguments)
        : file_{arguments[0]},
          silence_{arguments.seconds(1, 0s)},
          max_duration_{arguments.seconds(2, 0s)},
          quiet_{arguments.option(3, 'q').has_value()},
          append_{arguments.option(3, 'a').has_value()},
          skip_{arguments.option(3, 's').has_value()},
          unanswered_{arguments.option(3, 'n').has_value()},
          keep_silence_{arguments.option(3, 'u').has_value()},
          operator_{arguments.option(3, 'o').has_value()}
    {
        if (arguments.option(3, 'x')) {
            keys_.clear();
        } else if (arguments.option(3, 'y')) {
            keys_ = "0123456789*#ABCD";
        } else if (arguments.option(3, 't')) {
            keys_ = "*";
        }
        if (arguments.option(3, 'o') && keys_.find('0') == std::string::npos) {
            keys_ += '0';
        }
        const auto colon = file_.rfind(':');
        if (file_.find('.') == std::string::npos && colon != std::string::npos) {
            file_[colon] = '.';
        }
    }

    void on_played(Call& call, event::Ending /*ending*/) override { record(call); }

    void on_key(Call& /*call*/, char digit) override { last_key_ = digit; }

    void on_recorded(Call& call, event::Ending ending) override
    {
        call.channel().keys.clear();
        const char* status = "OPERATOR";
        switch (ending) {
            case event::Ending::Key:
                status = operator_ && last_key_ == '0' ? "OPERATOR" : "DTMF";
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
    bool open(Call& call) override
    {
        if (call.channel().state == engine::ChannelState::Up || (!skip_ && !unanswered_)) {
            return call.answer();
        }
        if (!skip_ && call.progress()) {
            return true;
        }
        call.channel().variables().set("RECORD_STATUS", skip_ ? "SKIP" : "ERROR");
        call.finish();
        return false;
    }
    void begin(Call& call) override
    {
        number_file(call);
        if (quiet_) {
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
        bridges::Recorder::Options options{
            .max_duration = max_duration_, .max_silence = silence_, .keep_silence = keep_silence_};
        std::copy_n(keys_.begin(), std::min(keys_.size(), options.keys.size()), options.keys.begin());
        if (!call.record(file_, options, append_)) {
            call.log(1, "cannot record " + file_ + ": the name must stay below the recordings directory");
            call.channel().variables().set("RECORD_STATUS", "ERROR");
            call.finish();
        }
    }

    std::string file_;
    Nanos silence_;
    Nanos max_duration_;
    bool quiet_;
    bool append_;
    bool skip_;
    bool unanswered_;
    bool keep_silence_;
    bool operator_;
    char last_key_ = 0;
    std::string keys_ = "#";
};

}  // namespace

void add_recording(Registry& registry)
{
    registry.add("record", [](const Arguments& a) { return std::make_unique<Record>(a); });
}

}  // namespace rb::applications
