// sip_thread.h — the thread that owns everything of SIP, and the port by which control speaks with it.
#pragma once

#include "dataplane/base/error.h"
#include "signaling/counters.h"
#include "signaling/message.h"
#include "signaling/settings.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rb::sip {

/// A socket the thread has opened: which transport, and the address it really has.
struct OpenTransport {
    std::string name;
    Address address;
};

/// Runs Sofia's loop and the session layer. Nothing in it waits for anything but the network.
/// Owner: the thread that started it, which is control's; every call below is made from there.
class SipThread {
public:
    /// Opens every transport, then starts the thread.
    ///
    /// settings  at least one transport
    /// counters  kSipCounterCount words of the counter file, which outlive the thread; none = words of its own
    /// returns   the running thread, or an Error that names the transport, its address and what to do
    [[nodiscard]] static Result<std::unique_ptr<SipThread>> start(std::shared_ptr<const Settings> settings,
                                                                  Counters counters = {});

    /// Stops at once: sessions still alive get a final response, CANCEL or BYE.
    ~SipThread();
    SipThread(const SipThread&) = delete;
    SipThread& operator=(const SipThread&) = delete;
    SipThread(SipThread&&) = delete;
    SipThread& operator=(SipThread&&) = delete;

    /// Hands an action over; never waits (an overflow list stands behind the bounded queue).
    void post(SipAction action);

    /// The next event, or nothing.
    [[nodiscard]] std::optional<SipEvent> poll();

    /// Readable when events wait; poll() until it returns nothing, then wait again. Belongs to this object.
    [[nodiscard]] int event_fd() const noexcept;

    [[nodiscard]] const SipCounters& counters() const noexcept;
    [[nodiscard]] const std::vector<OpenTransport>& transports() const noexcept;

    /// True once the thread has ended after StopSip.
    [[nodiscard]] bool stopped() const noexcept;

private:
    struct State;
    explicit SipThread(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace rb::sip
