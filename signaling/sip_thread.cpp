#include "signaling/sip_thread.h"

#include "dataplane/base/assert.h"
#include "dataplane/base/clock.h"
#include "dataplane/base/spsc.h"
#include "signaling/nta_stack.h"
#include "signaling/session_layer.h"
#include "signaling/sofia.h"

#include <sofia-sip/su_log.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <future>
#include <pthread.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace rb::sip {
namespace {

constexpr std::size_t kQueueMax = 16'384;  // beyond it, messages wait in a list on the writer's side
constexpr su_duration_t kStepMs = 1'000;
constexpr int kGoodbyeSteps = 20;
constexpr su_duration_t kGoodbyeStepMs = 10;

/// An eventfd. Owner: whoever created it; wake may be called by the other side.
class Doorbell {
public:
    Doorbell() : fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} { RB_ASSERT(fd_ >= 0); }
    ~Doorbell() { close(fd_); }
    Doorbell(const Doorbell&) = delete;
    Doorbell& operator=(const Doorbell&) = delete;
    Doorbell(Doorbell&&) = delete;
    Doorbell& operator=(Doorbell&&) = delete;

    [[nodiscard]] int fd() const noexcept { return fd_; }
    void ring() const noexcept { static_cast<void>(eventfd_write(fd_, 1)); }
    void silence() const noexcept
    {
        eventfd_t rings = 0;
        static_cast<void>(eventfd_read(fd_, &rings));
    }

private:
    int fd_;
};

/// One direction: a bounded queue of owned pointers, an overflow list on the writer's side, a doorbell for the reader.
template <typename T>
class Pipe {
public:
    Pipe() = default;
    ~Pipe()
    {
        while (read()) {
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    Pipe(Pipe&&) = delete;
    Pipe& operator=(Pipe&&) = delete;

    /// Writer. Returns false when the message had to wait in the overflow list.
    bool write(T message)
    {
        flush();
        auto owned = std::make_unique<T>(std::move(message));
        const bool queued = overflow_.empty() && queue_.push({owned.get()});
        if (queued) {
            static_cast<void>(owned.release());
        } else {
            overflow_.push_back(std::move(owned));
        }
        bell_.ring();
        return queued;
    }
    /// Writer. Moves what waits as far as there is room.
    void flush()
    {
        while (!overflow_.empty() && queue_.push({overflow_.front().get()})) {
            static_cast<void>(overflow_.front().release());
            overflow_.pop_front();
            bell_.ring();
        }
    }
    /// Writer.
    [[nodiscard]] std::size_t depth() const { return queue_.readable() + overflow_.size(); }

    /// Reader.
    std::optional<T> read()
    {
        Slot slot;
        if (!queue_.pop(slot)) {
            return std::nullopt;
        }
        const std::unique_ptr<T> owned{slot.message};
        return std::move(*owned);
    }
    [[nodiscard]] const Doorbell& bell() const noexcept { return bell_; }

private:
    struct Slot {
        T* message = nullptr;  ///< owned by the queue while it lies there
    };

    SpscQueue<Slot, kQueueMax> queue_;
    std::deque<std::unique_ptr<T>> overflow_;
    Doorbell bell_;
};

struct RootDeleter {
    void operator()(su_root_t* root) const noexcept { su_root_destroy(root); }
};

}  // namespace

struct SipThread::State {
    explicit State(Counters words) noexcept : counters{words} {}

    Pipe<SipEvent> events;
    Pipe<SipAction> actions;
    SipCounters counters;
    std::shared_ptr<const Settings> settings;
    std::vector<OpenTransport> transports;
    std::atomic<bool> stopped = false;
    std::thread thread;

    bool stopping = false;  // the sip thread's own

    void run(std::promise<Result<void>>& started);
    void loop(su_root_t* root, SessionLayer& layer, NtaStack& stack);
    void take_actions(SessionLayer& layer);
};

void SipThread::State::take_actions(SessionLayer& layer)
{
    actions.bell().silence();
    while (auto action = actions.read()) {
        stopping = stopping || std::holds_alternative<StopSip>(*action);
        layer.handle(std::move(*action));
    }
}

namespace {

struct Wakeup {
    std::function<void()> take;
};

int on_wakeup(su_root_magic_t* magic, su_wait_t* wait, su_wakeup_arg_t* arg)
{
    static_cast<void>(magic);
    static_cast<void>(wait);
    static_cast<Wakeup*>(arg)->take();
    return 0;
}

}  // namespace

void SipThread::State::loop(su_root_t* root, SessionLayer& layer, NtaStack& stack)
{
    const auto step = [&](su_duration_t timeout_ms) {
        su_root_step(root, timeout_ms);
        layer.sweep();
        events.flush();
        stack.publish(counters);
        counters.set(SipCounter::QueueDepth, events.depth());
        counters.set(SipCounter::Heartbeat, static_cast<std::uint64_t>(to_ms(SteadyClock::now())));
    };
    while (!stopping) {
        step(kStepMs);
    }
    const bool calls_left = layer.end_all();
    for (int i = 0; calls_left && i < kGoodbyeSteps; ++i) {
        step(kGoodbyeStepMs);
    }
}

void SipThread::State::run(std::promise<Result<void>>& started)
{
    const std::unique_ptr<su_root_t, RootDeleter> root{su_root_create(nullptr)};
    su_root_threading(root.get(), 0);
    EventSink sink{.emit =
                       [this](SipEvent event) {
                           if (!events.write(std::move(event))) {
                               counters.add(SipCounter::EventsDelayed);
                           }
                       },
                   .waiting = [this] { return events.depth(); }};
    SessionLayer layer{root.get(), counters, std::move(sink), settings};
    auto stack = NtaStack::open(root.get(), *settings, counters, [&layer](Listener& listener, msg_t* msg, sip_t* sip) {
        layer.on_request(listener, msg, sip);
    });
    if (!stack) {
        started.set_value(tl::unexpected(std::move(stack.error())));
        return;
    }
    layer.use_stack(**stack);
    for (const auto& listener : (*stack)->listeners()) {
        transports.push_back({.name = listener->transport.name, .address = listener->address});
    }
    Wakeup wakeup{[&] { take_actions(layer); }};
    su_wait_t wait = SU_WAIT_INIT;
    su_wait_create(&wait, actions.bell().fd(), SU_WAIT_IN);
    const int registration = su_root_register(root.get(), &wait, on_wakeup, &wakeup, 0);
    started.set_value({});
    loop(root.get(), layer, **stack);
    layer.forget_all();
    su_root_deregister(root.get(), registration);  // before the root goes, which would touch the descriptor
}

Result<std::unique_ptr<SipThread>> SipThread::start(std::shared_ptr<const Settings> settings, Counters counters)
{
    auto state = std::make_unique<State>(counters);
    state->settings = std::move(settings);
    std::promise<Result<void>> started;
    auto outcome = started.get_future();
    State& running = *state;
    state->thread = std::thread{[&running, promise = std::move(started)]() mutable {
        pthread_setname_np(pthread_self(), "sip");
        su_init();
        su_log_set_level(nullptr, 0);  // what matters comes back as an Error or a counter
        running.run(promise);
        su_deinit();
        running.stopped.store(true, std::memory_order_release);
        running.events.bell().ring();
    }};
    auto opened = outcome.get();
    if (!opened) {
        state->thread.join();
        return tl::unexpected(std::move(opened.error()));
    }
    return std::unique_ptr<SipThread>{new SipThread{std::move(state)}};
}

SipThread::SipThread(std::unique_ptr<State> state) : state_{std::move(state)} {}

SipThread::~SipThread()
{
    post(StopSip{});
    state_->thread.join();
}

void SipThread::post(SipAction action)
{
    static_cast<void>(state_->actions.write(std::move(action)));
}

std::optional<SipEvent> SipThread::poll()
{
    state_->actions.flush();
    auto event = state_->events.read();
    if (!event) {
        state_->events.bell().silence();
        event = state_->events.read();  // written between the look and the silence
    }
    return event;
}

int SipThread::event_fd() const noexcept
{
    return state_->events.bell().fd();
}

const SipCounters& SipThread::counters() const noexcept
{
    return state_->counters;
}

const std::vector<OpenTransport>& SipThread::transports() const noexcept
{
    return state_->transports;
}

bool SipThread::stopped() const noexcept
{
    return state_->stopped.load(std::memory_order_acquire);
}

}  // namespace rb::sip
