// answering.h — the beginning of most applications: answer the call, wait until media are agreed, then go on.
#pragma once

#include "control/engine/application.h"
#include "control/engine/call.h"

namespace rb::applications {

/// Calls begin() once media flow; with an offer that came late that is after the ACK.
class Answering : public engine::Application {
public:
    void start(engine::Call& call) final
    {
        if (!open(call)) {
            return;
        }
        if (call.has_media()) {
            begun_ = true;
            begin(call);
        }
    }

    void on_media(engine::Call& call) final
    {
        if (!begun_ && call.has_media()) {
            begun_ = true;
            begin(call);
        } else if (begun_) {
            media_changed(call);
        }
    }

protected:
    /// Makes the call ready for media. False when there is nothing to wait for: the call has been cleared, and the end
    /// of its session will stop us; or we have finished already.
    virtual bool open(engine::Call& call) { return call.answer(); }
    virtual void begin(engine::Call& call) = 0;
    /// Other media have been agreed since.
    virtual void media_changed(engine::Call& /*call*/) {}

private:
    bool begun_ = false;
};

}  // namespace rb::applications
