// demo_source.cpp — control/demo/*.conf as part of the binary, so that a node without any file has something to do.
#include "control/config/source.h"

namespace rb::config {

std::unique_ptr<Source> demo_source()
{
    return text_source(
        {
#include "demo_files.inc"
        },
        "built-in demo");
}

}  // namespace rb::config
