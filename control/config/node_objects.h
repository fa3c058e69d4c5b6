// node_objects.h — ringbridge.conf, asterisk.conf, modules.conf, logger.conf and statsd.conf as typed values.
#pragma once

#include "control/config/sip_objects.h"

namespace rb::config {

enum class PacketIoKind {
    Auto,
    Uring,
    Mmsg
};

/// ringbridge.conf, section [workers].
struct Workers {
    unsigned count = 0;          ///< 0: one per core, less one
    std::vector<unsigned> cpus;  ///< cores to pin to, in order; empty: chosen at start
    PacketIoKind io = PacketIoKind::Auto;
    unsigned talkers_max = 16;         ///< parties mixed at once in a room; the loudest win
    unsigned room_parties_max = 4000;  ///< members of one room on one worker; a larger room spans several

    friend bool operator==(const Workers&, const Workers&) = default;
};

/// ringbridge.conf, section [limits].
struct Limits {
    unsigned calls_max = 10000;
    unsigned legs_max = 10000;
    unsigned rooms_max = 100000;
    unsigned calls_per_second_max = 0;  ///< new calls admitted in a second; 0: no limit
    unsigned cpu_percent_max = 80;      ///< predicted busy share of a worker above which calls get 503
    unsigned sound_cache_mib = 256;     ///< encoded prompts and music kept
    Seconds retry_after{5};             ///< what the 503 asks for
    bool drain_rooms = false;           ///< a draining node still takes calls to its rooms

    friend bool operator==(const Limits&, const Limits&) = default;
};

/// ringbridge.conf, section [paths].
struct Paths {
    std::string counters = "/dev/shm/ringbridge";
    std::string control_socket = "/run/ringbridge/ringbridge.ctl";
    std::string sounds = "/usr/share/asterisk/sounds";
    std::string recordings = "/var/spool/ringbridge/recording";
    std::string data = "/usr/share/asterisk";

    friend bool operator==(const Paths&, const Paths&) = default;
};

/// What a number reaches without extensions.conf (DP-10): a section of ringbridge.conf, `type=route`.
struct Route {
    std::string name;
    std::string endpoint;         ///< only calls of this endpoint; empty: of any
    std::string pattern = "_X!";  ///< extension or `_` pattern
    std::string app;              ///< name of the application that gets the call
    Names args;

    friend bool operator==(const Route&, const Route&) = default;
};

struct Node {
    Workers workers;
    Limits limits;
    Paths paths;
    std::string default_app;  ///< application for every call that has no dialplan; empty: none
    std::vector<Route> routes;

    friend bool operator==(const Node&, const Node&) = default;
};

/// asterisk.conf, what of it means something here.
struct Asterisk {
    std::string systemname;
    std::string defaultlanguage = "en";
    unsigned verbose = 0;
    unsigned debug = 0;
    unsigned maxcalls = 0;    ///< 0: [limits] of ringbridge.conf alone decides
    double maxload = 0;       ///< load average above which calls get 503; 0: none
    unsigned minmemfree = 0;  ///< MiB below which calls get 503; 0: none
    unsigned mindtmfduration_ms = 80;
    bool highpriority = true;
    std::string runuser;
    std::string rungroup;
    std::string astdatadir;  ///< [directories]; each empty: [paths] of ringbridge.conf
    std::string astspooldir;
    std::string astrundir;
    std::string astlogdir;
    std::string astctl;  ///< [files]: name of the control socket below astrundir
    std::string astctlpermissions = "0660";

    friend bool operator==(const Asterisk&, const Asterisk&) = default;
};

/// modules.conf: which features are on. Module names without ".so".
struct Modules {
    bool autoload = true;
    Names load;
    Names noload;
    Names require;

    /// Whether the feature that Asterisk keeps in this module is to run here.
    [[nodiscard]] bool enabled(const std::string& module) const;

    friend bool operator==(const Modules&, const Modules&) = default;
};

enum class LogFormat {
    Text,
    Json
};

/// One line of [logfiles]: where to, and the levels that go there ("error", "warning", "notice", "verbose(3)", …).
struct LogChannel {
    std::string target;  ///< "console", "syslog.local0", "journald", or a file name
    LogFormat format = LogFormat::Text;
    Names levels;

    friend bool operator==(const LogChannel&, const LogChannel&) = default;
};

struct Logger {
    std::string dateformat = "%Y-%m-%d %H:%M:%S";
    bool use_callids = true;
    bool appendhostname = false;
    std::vector<LogChannel> channels{{.target = "console", .levels = {"notice", "warning", "error"}}};

    friend bool operator==(const Logger&, const Logger&) = default;
};

/// http.conf.
struct Http {
    bool enabled = false;
    Address bindaddr;  ///< 127.0.0.1 where not given
    unsigned bindport = 8088;
    std::string prefix;  ///< before every path, "/prefix" or empty
    unsigned sessionlimit = 100;
    unsigned session_inactivity = 30000;  ///< ms
    unsigned session_keep_alive = 15000;  ///< ms

    friend bool operator==(const Http&, const Http&) = default;
};

struct Statsd {
    bool enabled = false;
    Address server;  ///< 127.0.0.1:8125 where not given
    std::string prefix;
    bool add_newline = false;
    bool meter_support = true;

    friend bool operator==(const Statsd&, const Statsd&) = default;
};

}  // namespace rb::config
