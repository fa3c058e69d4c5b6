// dtls_desk.h — the handshakes of the node, done on a thread of their own: 0.5 ms each, which neither a worker nor
// signalling has to spare.
#pragma once

#include "control/engine/environment.h"
#include "control/files/file_thread.h"
#include "dataplane/base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

namespace rb::node {

/// Owner: control.
class DtlsDesk {
public:
    /// Jobs that may wait for the thread, seconds of its time; what comes beyond is lost, and its sender repeats it.
    static constexpr std::size_t kJobsMax = 4096;

    using Report = std::function<void(const engine::HandshakeNews&)>;

    DtlsDesk(files::FileThread& thread, Report report);
    ~DtlsDesk();
    DtlsDesk(const DtlsDesk&) = delete;
    DtlsDesk& operator=(const DtlsDesk&) = delete;

    void begin(engine::HandshakeRequest request);
    /// False when it is lost.
    [[nodiscard]] bool receive(std::uint64_t id, const Address& source, std::span<const std::uint8_t> datagram);
    void end(std::uint64_t id);

    void on_time(Nanos now);
    [[nodiscard]] Nanos next_deadline() const { return dues_.empty() ? kNever : dues_.begin()->first; }

private:
    struct Bench;

    template <typename Work>
    void submit(std::uint64_t id, Work work);
    void set_due(std::uint64_t id, Nanos due);

    files::FileThread& thread_;
    Report report_;
    std::shared_ptr<Bench> bench_;  // touched by the thread alone
    std::set<std::pair<Nanos, std::uint64_t>> dues_;
    std::unordered_map<std::uint64_t, Nanos> due_of_;
    std::size_t jobs_ = 0;
};

}  // namespace rb::node
