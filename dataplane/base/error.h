// error.h — what the control side returns when something cannot be done: what, why, and what to do about it.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace rb {

/// A message for a person. Lower case, no full stop, names the thing and the remedy:
/// "cannot bind 10.0.0.1:5060: address not on this host; set bind in [transport-udp]".
struct Error {
    std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// An error to return: `return failure("…");`
[[nodiscard]] inline tl::unexpected<Error> failure(std::string message)
{
    return tl::unexpected<Error>{Error{std::move(message)}};
}

}  // namespace rb
