#include "control/config/modules.h"

#include "control/config/node_objects.h"
#include "control/config/text.h"

#include <algorithm>
#include <array>

namespace rb::config {
namespace {

constexpr std::array<std::string_view, 47> kKnown{"app_confbridge",
                                                  "app_dial",
                                                  "app_echo",
                                                  "app_exec",
                                                  "app_mixmonitor",
                                                  "app_playback",
                                                  "app_playtones",
                                                  "app_read",
                                                  "app_record",
                                                  "app_sayunixtime",
                                                  "app_senddtmf",
                                                  "app_stack",
                                                  "app_verbose",
                                                  "bridge_builtin_features",
                                                  "bridge_holding",
                                                  "bridge_native_rtp",
                                                  "bridge_simple",
                                                  "bridge_softmix",
                                                  "chan_pjsip",
                                                  "codec_alaw",
                                                  "codec_resample",
                                                  "codec_ulaw",
                                                  "format_g722",
                                                  "format_pcm",
                                                  "format_sln",
                                                  "format_wav",
                                                  "func_callerid",
                                                  "func_channel",
                                                  "func_cut",
                                                  "func_logic",
                                                  "func_strings",
                                                  "pbx_config",
                                                  "res_indications",
                                                  "res_musiconhold",
                                                  "res_pjproject",
                                                  "res_pjsip",
                                                  "res_pjsip_acl",
                                                  "res_pjsip_dtmf_info",
                                                  "res_pjsip_endpoint_identifier_anonymous",
                                                  "res_pjsip_endpoint_identifier_ip",
                                                  "res_pjsip_endpoint_identifier_user",
                                                  "res_pjsip_header_funcs",
                                                  "res_pjsip_sdp_rtp",
                                                  "res_pjsip_session",
                                                  "res_rtp_asterisk",
                                                  "res_statsd",
                                                  "res_timing_timerfd"};

}  // namespace

std::string module_name(std::string_view text)
{
    std::string name = lower(trim(text));
    if (name.ends_with(".so")) {
        name.resize(name.size() - 3);
    }
    return name;
}

bool is_known_module(std::string_view name)
{
    return std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end();
}

bool Modules::enabled(const std::string& module) const
{
    const auto named = [&module](const Names& list) {
        return std::find(list.begin(), list.end(), module) != list.end();
    };
    return !named(noload) && (autoload || named(load) || named(require));
}

}  // namespace rb::config
