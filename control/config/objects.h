// objects.h — the whole configuration as one immutable value, and where each of its values came from.
#pragma once

#include "control/config/ini_file.h"
#include "control/config/media_objects.h"
#include "control/config/node_objects.h"
#include "control/config/sip_objects.h"

#include <map>
#include <memory>

namespace rb::config {

template <typename T>
using ByName = std::map<std::string, T, std::less<>>;

/// One option of one object as it is in force.
struct EffectiveValue {
    std::string option;
    std::string value;
    Origin origin;  ///< no file: the built-in default
};

/// One object as it is in force; what `config show effective` prints and `config diff` compares.
struct EffectiveObject {
    std::string file;     ///< "pjsip.conf"
    std::string section;  ///< the name in brackets
    std::string type;     ///< "endpoint"; empty where the file's sections have no types
    std::vector<EffectiveValue> values;
};

/// Everything that was read. Never changed once published; calls keep the one they began with.
struct Snapshot {
    ByName<Transport> transports;
    ByName<Endpoint> endpoints;
    ByName<Auth> auths;
    ByName<Aor> aors;
    ByName<Identify> identifies;
    ByName<Acl> sip_acls;    ///< pjsip.conf: each applies to every SIP message
    ByName<Acl> named_acls;  ///< acl.conf
    GlobalSip global;
    SystemSip system;

    Rtp rtp;
    Opus opus;
    ByName<UserProfile> user_profiles;      ///< always holds "default_user"
    ByName<BridgeProfile> bridge_profiles;  ///< always holds "default_bridge"
    ByName<Menu> menus;
    ByName<MusicClass> music_classes;
    Indications indications;

    Node node;
    Asterisk asterisk;
    Modules modules;
    Logger logger;
    Statsd statsd;
    Http http;

    IniFile extensions;           ///< extensions.conf, templates and includes resolved; the dialplan reads it
    bool has_extensions = false;  ///< false: there is no such file, so routes and default_app decide (DP-10)

    std::vector<EffectiveObject> effective;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace rb::config
