#include "sim/key_book.h"

#include "dataplane/wire/demux.h"
#include "dataplane/wire/rtp.h"

#include <algorithm>

namespace rb::sim {

void KeyBook::add(const SrtpKey& key)
{
    sessions_.push_back(std::move(*media::SrtpSession::receiving(key)));
    newest_.push_back(0);
}

std::string KeyBook::open(std::span<std::uint8_t> datagram, std::span<std::uint8_t>& clear)
{
    const bool rtcp = wire::classify(datagram) == wire::Protocol::Rtcp;
    const std::vector<std::uint8_t> original{datagram.begin(), datagram.end()};
    for (std::size_t key = sessions_.size(); key-- > 0;) {
        std::copy(original.begin(), original.end(), datagram.begin());
        const auto opened = rtcp ? sessions_[key]->unprotect_rtcp(datagram) : sessions_[key]->unprotect_rtp(datagram);
        if (!opened && opened.error() == Drop::SrtpAuthFailed) {
            continue;
        }
        if (!opened) {
            return std::string{" sends under an SRTP index of before: "} +
                   kDropNames[static_cast<std::size_t>(opened.error())];
        }
        clear = *opened;
        const auto view = wire::parse_rtp(clear);
        if (rtcp || !view) {
            return {};
        }
        // The window of the session forgets; this does not.
        const auto step = static_cast<std::int16_t>(view->header.sequence - static_cast<std::uint16_t>(newest_[key]));
        const std::uint64_t index = newest_[key] == 0 ? 65'536U + view->header.sequence
                                                      : newest_[key] + static_cast<std::uint64_t>(std::int64_t{step});
        newest_[key] = std::max(newest_[key], index);
        return used_.emplace(key, view->header.ssrc, index).second ? "" : " sends under an SRTP index of before";
    }
    return " sends what opens under none of its keys";
}

}  // namespace rb::sim
