// ipsec_mb.h — intel-ipsec-mb's table of functions, on x86-64.
#pragma once

#ifdef RB_IPSEC_MB

#include <cstdint>
#include <intel-ipsec-mb.h>
#include <memory>

namespace rb::media {

/// The same for all threads and never changed; null where there is no memory for it.
[[nodiscard]] inline IMB_MGR* ipsec_mb() noexcept
{
    static const std::unique_ptr<IMB_MGR, decltype(&free_mb_mgr)> made{[] {
                                                                           IMB_MGR* manager = alloc_mb_mgr(0);
                                                                           if (manager != nullptr) {
                                                                               init_mb_mgr_auto(manager, nullptr);
                                                                           }
                                                                           return manager;
                                                                       }(),
                                                                       &free_mb_mgr};
    return made.get();
}

/// Whether this CPU has these instructions (IMB_FEATURE_…); else the library would be slower than OpenSSL.
[[nodiscard]] inline bool ipsec_mb_has(std::uint64_t features) noexcept
{
    return ipsec_mb() != nullptr && (ipsec_mb()->features & features) == features;
}

}  // namespace rb::media

#endif
