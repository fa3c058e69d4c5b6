// reply_parts.h — a response as values, before anybody sends it. Private to this folder.
#pragma once

#include <string>

namespace rb::sip {

/// A response; empty text is left out.
struct Reply {
    int code = 0;
    const char* phrase = nullptr;  ///< nullptr = the usual one
    std::string contact;
    std::string body;     ///< SDP
    std::string headers;  ///< whole lines, such as "Retry-After: 5\r\n"
};

}  // namespace rb::sip
