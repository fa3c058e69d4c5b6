// io_choice.h — which packet I/O a worker runs on, and the start-up check that names why one cannot be had.
#pragma once

#include "dataplane/base/error.h"

#include <cstddef>
#include <cstdint>

namespace rb {

enum class IoKind : std::uint8_t {
    Auto,
    Uring,
    Mmsg
};

/// The back end to use. Auto takes io_uring where the kernel grants it, else recvmmsg.
///
/// legs    most legs per worker, whose sockets io_uring must register
/// returns Uring or Mmsg; an Error (cause and remedy) when Uring was asked for and refused
[[nodiscard]] Result<IoKind> choose_io(IoKind wanted, std::size_t legs);

}  // namespace rb
