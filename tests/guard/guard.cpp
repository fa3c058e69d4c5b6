#include "guard/guard.h"

#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>
#include <utility>

namespace rb::guard {
namespace {

thread_local Mode mode = Mode::Off;
thread_local std::uint64_t calls = 0;

}  // namespace

Guarded::Guarded(Mode wanted) noexcept : before_{std::exchange(mode, wanted)} {}

Guarded::~Guarded()
{
    mode = before_;
}

std::uint64_t counted() noexcept
{
    return calls;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__) || defined(__clang__)

bool active() noexcept
{
    return false;
}

}  // namespace rb::guard

#else

bool active() noexcept
{
    return true;
}

namespace {

void forbidden(const char* what, std::size_t length) noexcept
{
    if (mode == Mode::Off) {
        return;
    }
    ++calls;
    if (mode == Mode::Abort) {
        static_cast<void>(!write(STDERR_FILENO, what, length));
        std::abort();
    }
}

}  // namespace
}  // namespace rb::guard

extern "C" void* __libc_malloc(std::size_t);
extern "C" void* __libc_calloc(std::size_t, std::size_t);
extern "C" void* __libc_realloc(void*, std::size_t);
extern "C" void __libc_free(void*);

extern "C" void* malloc(std::size_t size)
{
    rb::guard::forbidden("guard: malloc\n", 14);
    return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size)
{
    rb::guard::forbidden("guard: calloc\n", 14);
    return __libc_calloc(count, size);
}
extern "C" void* realloc(void* memory, std::size_t size)
{
    rb::guard::forbidden("guard: realloc\n", 15);
    return __libc_realloc(memory, size);
}
extern "C" void free(void* memory)
{
    if (memory != nullptr) {
        rb::guard::forbidden("guard: free\n", 12);
    }
    __libc_free(memory);
}
extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex)
{
    rb::guard::forbidden("guard: pthread_mutex_lock\n", 26);
    using Lock = int (*)(pthread_mutex_t*);
    static const auto real = reinterpret_cast<Lock>(dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    return real(mutex);
}

#endif
