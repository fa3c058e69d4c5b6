#include "dataplane/io/io_choice.h"

#include "dataplane/io/uring_io.h"

namespace rb {

Result<IoKind> choose_io(IoKind wanted, std::size_t legs)
{
    if (wanted == IoKind::Mmsg) {
        return IoKind::Mmsg;
    }
    const auto trial = UringIo::create(legs);
    if (trial) {
        return IoKind::Uring;
    }
    if (wanted == IoKind::Auto) {
        return IoKind::Mmsg;
    }
    return failure(trial.error().message + "; or set io = mmsg in ringbridge.conf");
}

}  // namespace rb
