// Under which names rooms are recorded.
#include "control/applications/conference.h"

#include <filesystem>

namespace rb::applications {
namespace {

namespace fs = std::filesystem;

/// The name asked for, else that of the profile, else one made of room and time.
std::string recording_name(engine::CallEngine& engine, const engine::Room& room, const std::string& file, bool stamped)
{
    const config::BridgeProfile& profile = room.profile;
    const std::string stamp = "-" + std::to_string(engine.wall_now() / 1s);
    fs::path path = file.empty() ? profile.record_file : file;
    if (path.empty()) {
        return "confbridge-" + room.name + stamp + ".wav";
    }
    const std::string extension = path.has_extension() ? path.extension().string() : ".wav";
    return path.replace_extension().string() + (file.empty() && stamped ? stamp : "") + extension;
}

}  // namespace

bool record_room(engine::CallEngine& engine, engine::Room& room, const std::string& file)
{
    const config::BridgeProfile& profile = room.profile;
    const bool appends = profile.record_file_append || profile.record_options.find('a') != std::string::npos;
    const std::string path = recording_name(engine, room, file, profile.record_file_timestamp);
    if (engine.recordings().record_room(room, path, appends)) {
        return true;
    }
    engine.environment().log(1, "room " + room.name + " cannot be recorded into " + path);
    return false;
}

bool record_tracks(engine::CallEngine& engine, engine::Room& room, const std::string& file)
{
    // What is in step with one beginning cannot go on after another, so the time always belongs to the name.
    const fs::path path = recording_name(engine, room, file, true);
    if (engine.recordings().record_tracks(room, fs::path{path}.replace_extension().string(),
                                          path.extension().string())) {
        return true;
    }
    engine.environment().log(1, "the tracks of room " + room.name + " cannot be recorded into " + path.string());
    return false;
}

}  // namespace rb::applications
