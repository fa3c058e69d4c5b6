// openssl_error.h — what OpenSSL has against something, as text.
#pragma once

#include <string>

namespace rb::dtls {

/// The newest entry of this thread's error queue, which is emptied.
[[nodiscard]] std::string openssl_error();

}  // namespace rb::dtls
