#include "codecs/cng_detector.h"

#include "dataplane/base/assert.h"

#include <spandsp.h>

#include <cmath>  // spandsp.h below is C and forgets some of what it uses
#include <cstdio>
#include <ctime>

namespace rb::codecs {

void CngDetector::Free::operator()(modem_connect_tones_rx_state_s* state) const noexcept
{
    modem_connect_tones_rx_free(state);
}

CngDetector::CngDetector() : state_{modem_connect_tones_rx_init(nullptr, MODEM_CONNECT_TONES_FAX_CNG, nullptr, nullptr)}
{
    RB_ASSERT(state_ != nullptr);
}

bool CngDetector::process(std::span<const Sample> frame) noexcept
{
    RB_ASSERT(frame.size() == frame_samples(kRate));
    static_cast<void>(modem_connect_tones_rx(state_.get(), frame.data(), static_cast<int>(frame.size())));
    return modem_connect_tones_rx_get(state_.get()) == MODEM_CONNECT_TONES_FAX_CNG;
}

}  // namespace rb::codecs
