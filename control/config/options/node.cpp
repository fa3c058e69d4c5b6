// node.cpp — the section types of ringbridge.conf, asterisk.conf, modules.conf, logger.conf, statsd.conf and
// http.conf.
#include "control/config/modules.h"
#include "control/config/object_schema.h"

#include <iterator>

namespace rb::config {
namespace {

constexpr std::string_view kOwn = "ringbridge.conf";

Result<void> append_modules(Names& list, std::string_view value)
{
    list.push_back(module_name(value));
    return {};
}

Result<void> load_module(Modules& modules, std::string_view value, ReadContext& /*context*/)
{
    return append_modules(modules.load, value);
}

Result<void> noload_module(Modules& modules, std::string_view value, ReadContext& /*context*/)
{
    return append_modules(modules.noload, value);
}

Result<void> require_module(Modules& modules, std::string_view value, ReadContext& /*context*/)
{
    return append_modules(modules.require, value);
}

ObjectType workers_type()
{
    return {.file = kOwn,
            .name = "workers",
            .selector = Selector::ByName,
            .help = "The threads that carry media.",
            .options =
                {
                    field<&Workers::count>("count", "How many; 0: one per core, less one for signalling.",
                                           {.max = 256, .reload = Reload::Restart}),
                    field<&Workers::cpus>("cpus", "Cores to pin them to, such as 1,2,4-7; empty: chosen at start.",
                                          {.reload = Reload::Restart}),
                    choice<&Workers::io>("io", {"auto", "uring", "mmsg"},
                                         "Packet input and output; auto: io_uring where the kernel allows it.",
                                         {.reload = Reload::Restart}),
                    field<&Workers::talkers_max>("talkers_max", "Talkers mixed at once in a room; the loudest win.",
                                                 {.min = 1, .max = 32}),
                    field<&Workers::room_parties_max>(
                        "room_parties_max", "Members of one room on one worker; a larger room spans several workers.",
                        {.min = 1, .max = 100000}),
                },
            .fresh = fresh_object<Workers>};
}

ObjectType limits_type()
{
    return {.file = kOwn,
            .name = "limits",
            .selector = Selector::ByName,
            .help = "What the node is to carry at most; memory for it is taken at start.",
            .options =
                {
                    field<&Limits::calls_max>("calls_max", "Calls at once.",
                                              {.min = 1, .max = 1000000, .reload = Reload::Restart}),
                    field<&Limits::legs_max>("legs_max", "Legs with media at once.",
                                             {.min = 1, .max = 1000000, .reload = Reload::Restart}),
                    field<&Limits::rooms_max>("rooms_max", "Rooms at once.",
                                              {.min = 1, .max = 10000000, .reload = Reload::Restart}),
                    field<&Limits::calls_per_second_max>("calls_per_second_max", "New calls in a second; 0: no limit.",
                                                         {.max = 100000}),
                    field<&Limits::cpu_percent_max>(
                        "cpu_percent_max", "Predicted load of a worker above which new calls get 503; 100: none.",
                        {.unit = "%", .min = 1, .max = 100}),
                    field<&Limits::sound_cache_mib>("sound_cache", "Encoded prompts and music kept in memory.",
                                                    {.unit = "MiB", .min = 1, .max = 1048576}),
                    field<&Limits::retry_after>("retry_after", "Retry-After of the 503.", {.max = 3600}),
                    field<&Limits::drain_rooms>("drain_rooms",
                                                "A draining node still takes calls to a number by which members of a "
                                                "room have come, until the room is empty."),
                },
            .fresh = fresh_object<Limits>};
}

ObjectType paths_type()
{
    return {.file = kOwn,
            .name = "paths",
            .selector = Selector::ByName,
            .help = "Where the node keeps and finds things.",
            .options =
                {
                    field<&Paths::counters>("counters", "Counter file that rbctl and the exporters read.",
                                            {.reload = Reload::Restart}),
                    field<&Paths::control_socket>("control_socket", "Socket for commands that change something.",
                                                  {.reload = Reload::Restart}),
                    field<&Paths::sounds>("sounds", "Directory of prompts, one folder per language.",
                                          {.reload = Reload::Restart}),
                    field<&Paths::recordings>("recordings", "Directory of recordings; names cannot leave it.",
                                              {.reload = Reload::Restart}),
                    field<&Paths::data>("data", "Directory below which music classes are looked for.",
                                        {.reload = Reload::Restart}),
                },
            .fresh = fresh_object<Paths>};
}

std::vector<ObjectType> own_types()
{
    return {
        workers_type(),
        limits_type(),
        paths_type(),
        {.file = kOwn,
         .name = "general",
         .selector = Selector::ByName,
         .help = "What calls reach without extensions.conf.",
         .options = {field<&Node::default_app>("default_app", "Application that gets every call no route matches.")},
         .fresh = fresh_object<Node>},
        {.file = kOwn,
         .name = "route",
         .help = "Sends calls to an application without extensions.conf.",
         .options = {field<&Route::endpoint>("endpoint", "Only calls of this endpoint; empty: of any."),
                     field<&Route::pattern>("pattern", "Number or pattern dialled, as in extensions.conf."),
                     field<&Route::app>("app", "Application that gets the call."),
                     field<&Route::args>("args", "Arguments for it.")},
         .fresh = fresh_object<Route>},
    };
}

std::vector<Option> asterisk_options()
{
    return {
        field<&Asterisk::systemname>("systemname", "Name of the node, first part of unique ids.",
                                     {.reload = Reload::Restart}),
        inert("entityid", "Id of the node in ARI events."),
        field<&Asterisk::defaultlanguage>("defaultlanguage",
                                          "Language of prompts where a call has none: a folder of the sounds "
                                          "directory, searched after the directory itself."),
        field<&Asterisk::verbose>("verbose", "Level of verbose messages.", {.max = 10}),
        field<&Asterisk::debug>("debug", "Level of debug messages.", {.max = 10}),
        field<&Asterisk::maxcalls>("maxcalls", "Calls at once; 0: [limits] of ringbridge.conf alone decides.",
                                   {.max = 1000000}),
        field<&Asterisk::maxload>("maxload", "Load average above which new calls get 503; 0: none.", {.max = 10000}),
        field<&Asterisk::minmemfree>("minmemfree", "Free memory below which new calls get 503; 0: none.",
                                     {.unit = "MiB"}),
        field<&Asterisk::mindtmfduration_ms>("mindtmfduration",
                                             "A key that a peer holds for less counts, and is passed on, as if held so "
                                             "long; events pass a native bridge as they come.",
                                             {.unit = "ms", .max = 10'000}),
        field<&Asterisk::highpriority>("highpriority",
                                       "Workers run before ordinary threads (SCHED_FIFO), where the system permits it.",
                                       {.reload = Reload::Restart}),
        field<&Asterisk::runuser>("runuser", "User to become after start.", {.reload = Reload::Restart}),
        field<&Asterisk::rungroup>("rungroup", "Group to become after start.", {.reload = Reload::Restart}),
        inert("alwaysfork", "Runs in the background."),
        inert("nofork", "Runs in the foreground."),
        inert("quiet", "Says nothing."),
        inert("timestamp", "Times in console messages."),
        inert("execincludes", "Allows #exec; it is always refused."),
        inert("console", "Starts with a console."),
        inert("initcrypto", "Asks for pass phrases."),
        inert("nocolor", "No colours."),
        inert("dontwarn", "Fewer warnings."),
        inert("dumpcore", "Core dumps."),
        inert("languageprefix", "Language as a folder."),
        inert("autosystemname", "Host name as system name."),
        inert("maxfiles", "Descriptors at most; set by the service manager."),
        inert("cache_record_files", "Records to another directory first."),
        inert("record_cache_dir", "That directory."),
        inert("transmit_silence", "Sends silence while recording."),
        inert("transcode_via_sln", "Paths between codecs."),
        inert("sendfullybooted", "Event when start is complete."),
        inert("internal_timing", "Timing source."),
        inert("lightbackground", "Colours for a light background."),
        inert("forceblackbackground", "Colours for a black background."),
        inert("documentation_language", "Language of help texts."),
        inert("lockmode", "Kind of lock files."),
        inert("lockconfdir", "Locks the configuration directory."),
        inert("stdexten", "Form of the standard extension."),
        inert("live_dangerously", "Allows functions that run programs or write files; they are not there."),
        inert("hideconnect", "Hides console connections."),
        inert("rtp_use_dynamic", "Dynamic payload types."),
        inert("rtp_pt_dynamic", "First dynamic payload type."),
        inert("disable_remote_console_shell", "No shell from the console."),
        inert("channel_storage_backend", "Store of channels."),
        inert("hide_messaging_ami_events", "Fewer events."),
        inert("sounds_search_custom_dir", "Looks into a custom folder first."),
    };
}

std::vector<ObjectType> asterisk_types()
{
    return {
        {.file = "asterisk.conf",
         .name = "options",
         .selector = Selector::ByName,
         .help = "Settings of the program.",
         .options = asterisk_options(),
         .fresh = fresh_object<Asterisk>},
        {.file = "asterisk.conf",
         .name = "directories",
         .selector = Selector::ByName,
         .help = "Directories; [paths] of ringbridge.conf wins.",
         .options = {field<&Asterisk::astdatadir>("astdatadir", "Sounds and music.", {.reload = Reload::Restart}),
                     field<&Asterisk::astspooldir>("astspooldir", "Recordings.", {.reload = Reload::Restart}),
                     field<&Asterisk::astrundir>("astrundir", "Directory of the control socket, where astctl names it.",
                                                 {.reload = Reload::Restart}),
                     field<&Asterisk::astlogdir>("astlogdir", "Log files.", {.reload = Reload::Restart}),
                     inert("astetcdir", "Configuration; given on the command line."),
                     inert("astmoddir", "Modules; there are none."), inert("astvarlibdir", "State."),
                     inert("astdbdir", "Database."), inert("astkeydir", "Keys."), inert("astagidir", "AGI programs."),
                     inert("astsbindir", "Programs."), inert("astcachedir", "Cache.")},
         .fresh = fresh_object<Asterisk>},
        {.file = "asterisk.conf",
         .name = "compat",
         .selector = Selector::ByName,
         .help = "Behaviour of older versions; accepted, no effect.",
         .other_keys = OtherKeys::Ignore},
        {.file = "asterisk.conf",
         .name = "files",
         .selector = Selector::ByName,
         .help = "The control socket.",
         .options = {field<&Asterisk::astctl>("astctl", "Name of the control socket below astrundir.",
                                              {.reload = Reload::Restart}),
                     field<&Asterisk::astctlpermissions>("astctlpermissions", "Mode of the socket, octal.",
                                                         {.reload = Reload::Restart}),
                     inert("astctlowner", "Owner of the socket."), inert("astctlgroup", "Group of the socket.")},
         .fresh = fresh_object<Asterisk>},
    };
}

std::vector<ObjectType> small_types()
{
    return {
        {.file = "modules.conf",
         .name = "modules",
         .selector = Selector::ByName,
         .help = "Switches features by the names of Asterisk's modules.",
         .options = {field<&Modules::autoload>("autoload", "Everything is on that is not named by noload."),
                     custom<Modules>("load", "module", "Switches a feature on.", load_module, {.repeatable = true}),
                     custom<Modules>("preload", "module", "The same.", load_module, {.repeatable = true}),
                     custom<Modules>("noload", "module", "Switches a feature off.", noload_module,
                                     {.repeatable = true}),
                     custom<Modules>("require", "module", "Refuses to start without the feature.", require_module,
                                     {.repeatable = true})},
         .fresh = fresh_object<Modules>},
        {.file = "logger.conf",
         .name = "general",
         .selector = Selector::ByName,
         .help = "Form of log lines.",
         .options = {field<&Logger::dateformat>("dateformat", "Form of times, as strftime has it."),
                     field<&Logger::use_callids>("use_callids", "Puts the call's id on its lines."),
                     field<&Logger::appendhostname>("appendhostname", "Adds the host's name to file names."),
                     inert("queue_log", "Log of queues."), inert("queue_log_to_file", "Log of queues to a file."),
                     inert("queue_log_name", "Name of that file."), inert("queue_log_realtime_use_gmt", "Its zone."),
                     inert("rotatestrategy", "How files are rotated; logrotate does it."),
                     inert("exec_after_rotate", "Program run after rotation; programs are not run."),
                     inert("logger_queue_limit", "Lines waiting at most.")},
         .fresh = fresh_object<Logger>},
        {.file = "logger.conf",
         .name = "logfiles",
         .selector = Selector::ByName,
         .help = "Where log lines go: target = [json]level,... with the levels error, warning, notice, verbose(n), "
                 "debug(n), dtmf, fax, security and *.",
         .fresh = fresh_object<Logger>,
         .other_keys = OtherKeys::Free},
        {.file = "statsd.conf",
         .name = "general",
         .selector = Selector::ByName,
         .help = "Figures sent by UDP.",
         .options = {field<&Statsd::enabled>("enabled", "Sends figures."),
                     field<&Statsd::server>("server", "Address and port; port 8125 where none is given."),
                     field<&Statsd::prefix>("prefix", "Put before each name."),
                     field<&Statsd::add_newline>("add_newline", "Ends each line with a newline."),
                     field<&Statsd::meter_support>("meter_support", "Sends meters as meters, not as counters.")},
         .fresh = fresh_object<Statsd>},
    };
}

ObjectType http_type()
{
    return {
        .file = "http.conf",
        .name = "general",
        .selector = Selector::ByName,
        .help = "The HTTP server: /health/live, /health/ready and /health/degraded answer 200, or 503 with reasons.",
        .options = {field<&Http::enabled>("enabled", "Listens.", {.reload = Reload::Restart}),
                    field<&Http::bindaddr>("bindaddr", "Address to listen on; 127.0.0.1 where none is given.",
                                           {.reload = Reload::Restart}),
                    field<&Http::bindport>("bindport", "Port, where bindaddr has none.",
                                           {.min = 1, .max = 65535, .reload = Reload::Restart}),
                    field<&Http::prefix>("prefix", "Put before every path.", {.reload = Reload::Restart}),
                    field<&Http::sessionlimit>("sessionlimit", "Connections at once; more are closed.",
                                               {.min = 1, .max = 100000, .reload = Reload::Restart}),
                    field<&Http::session_inactivity>(
                        "session_inactivity", "Time a request may take to arrive, and its answer to be taken.",
                        {.unit = "ms", .min = 1, .max = 86400000, .reload = Reload::Restart}),
                    field<&Http::session_keep_alive>("session_keep_alive",
                                                     "Time between two requests of a connection; 0: one request each.",
                                                     {.unit = "ms", .max = 86400000, .reload = Reload::Restart}),
                    inert("servername", "Name in the Server field."),
                    inert("enable_status", "A page of state."),
                    inert("enablestatic", "Serves files."),
                    inert("redirect", "Sends one path to another."),
                    inert("tlsenable", "HTTPS."),
                    inert("tlsbindaddr", "Address of HTTPS."),
                    inert("tlscertfile", "Its certificate."),
                    inert("tlsprivatekey", "Its key."),
                    inert("tlscafile", "Whom it trusts."),
                    inert("tlscapath", "The same, a directory."),
                    inert("tlscipher", "Its ciphers."),
                    inert("tlsdisablev1", "Without TLS 1.0."),
                    inert("tlsdisablev11", "Without TLS 1.1."),
                    inert("tlsdisablev12", "Without TLS 1.2."),
                    inert("tlsservercipherorder", "Our order of ciphers.")},
        .fresh = fresh_object<Http>};
}

}  // namespace

std::vector<ObjectType> node_types()
{
    std::vector<ObjectType> types;
    for (auto part : {own_types(), asterisk_types(), small_types()}) {
        std::move(part.begin(), part.end(), std::back_inserter(types));
    }
    types.push_back(http_type());
    types.push_back({.file = "http.conf", .name = "post_mappings", .selector = Selector::ByName, .help = "Uploads."});
    return types;
}

}  // namespace rb::config
