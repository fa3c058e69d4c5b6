// guard.h — stops the program at an allocation or a lock while a thread's flag is set.
//
// malloc and its kin are replaced in the program that links guard.cpp. Sanitizers bring their own: under them the
// tests only run the code.
#pragma once

#include <cstdint>

namespace rb::guard {

/// Whether the replacements are in this build.
[[nodiscard]] bool active() noexcept;
/// How many forbidden calls the guarded stretches of this thread have made, when they are only to be counted.
[[nodiscard]] std::uint64_t counted() noexcept;

enum class Mode : std::uint8_t {
    Off,
    Count,
    Abort
};

/// Sets the flag of this thread as long as it lives.
class Guarded {
public:
    explicit Guarded(Mode mode = Mode::Abort) noexcept;
    ~Guarded();
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

private:
    Mode before_;
};

}  // namespace rb::guard
