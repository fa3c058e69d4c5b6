// extra_headers.h — headers the application adds to our messages (PJSIP_HEADER), minus those that would break them.
#pragma once

#include "signaling/message.h"

#include <string>

namespace rb::sip {

/// Lines ready to stand in a message, and how many headers were refused.
struct ExtraHeaders {
    std::string lines;  ///< "X-Room: 7\r\nX-Node: a\r\n"
    unsigned refused = 0;
};

/// Refuses what defines the dialog, the transaction or the body (Via, From, Contact, Content-Length …, also in their
/// short forms), names that are no token, and values with a line end inside.
[[nodiscard]] ExtraHeaders write_extra_headers(const Headers& headers);

}  // namespace rb::sip
