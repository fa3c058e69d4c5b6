// members.h — the members of a room in order of arrival, found, added and taken out at the same cost however many.
#pragma once

#include "control/config/objects.h"
#include "control/engine/channel.h"

#include <cstdint>
#include <iterator>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

namespace rb::engine {

/// One member, and how it takes part at the moment.
struct Member {
    ChannelRef channel;
    config::UserProfile profile;
    std::string name_file;         ///< recording of its name; empty = none
    bool told = false;             ///< a sound plays to it alone
    bool has_menu = false;         ///< its keys are for the menu
    bool muted = false;            ///< by itself, a menu or the console
    bool deaf = false;             ///< by the console
    std::size_t part = 0;          ///< of the room
    std::uint32_t codec_rate = 0;  ///< sample rate of its codec; 0 = not counted yet
    bool away = false;             ///< its channel runs the plan elsewhere, and is to come back
    bool joined = false;           ///< `options` have been sent to the worker
    media::PartyOptions options;
    bool whispers = false;                            ///< is heard by those alone who are to
    std::unordered_map<std::uint64_t, bool> hears{};  ///< talkers it hears otherwise than the others do, and whether
    bool music = false;                               ///< hears music on hold at the moment
    bool talking = false;
    bool denoised = false;      ///< by its profile, and not before it came
    int listening_gain_db = 0;  ///< chosen by itself
    int talking_gain_db = 0;
    bool spared = false;  ///< does not hear the room until the sound of its own joining is over
    std::string leaving;  ///< why it is to leave: what CONFBRIDGE_RESULT will be; empty = it stays
};

/// Owner: the call engine.
class Members {
public:
    Members() = default;
    Members(Members&&) = default;
    Members& operator=(Members&&) = default;

    [[nodiscard]] auto begin() { return members_.begin(); }
    [[nodiscard]] auto end() { return members_.end(); }
    [[nodiscard]] auto begin() const { return members_.begin(); }
    [[nodiscard]] auto end() const { return members_.end(); }
    [[nodiscard]] std::size_t size() const { return members_.size(); }
    [[nodiscard]] bool empty() const { return members_.empty(); }
    [[nodiscard]] Member& back() { return members_.back(); }

    /// The member a channel is, or nullptr.
    [[nodiscard]] Member* find(ChannelRef channel)
    {
        const auto found = by_channel_.find(channel.bits());
        return found == by_channel_.end() ? nullptr : &*found->second;
    }
    Member& add(Member member)
    {
        members_.push_back(std::move(member));
        by_channel_[members_.back().channel.bits()] = std::prev(members_.end());
        return members_.back();
    }
    /// Takes out a member that is there.
    Member remove(ChannelRef channel)
    {
        const auto place = by_channel_.extract(channel.bits()).mapped();
        Member gone = std::move(*place);
        members_.erase(place);
        return gone;
    }

private:
    std::list<Member> members_;
    std::unordered_map<std::uint64_t, std::list<Member>::iterator> by_channel_;
};

}  // namespace rb::engine
