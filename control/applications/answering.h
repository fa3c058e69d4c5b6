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
        if (!call.answer()) {
            return;  // cleared; the session's end will stop us
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
        }
    }

protected:
    virtual void begin(engine::Call& call) = 0;

private:
    bool begun_ = false;
};

}  // namespace rb::applications
