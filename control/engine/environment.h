// environment.h — all the call engine may ask of the world: SIP, sockets, files. The node gives it the real one, the
// simulator its own.
#pragma once

#include "bridges/clip.h"
#include "codecs/codec_info.h"
#include "control/config/objects.h"
#include "control/dtls/handshake.h"
#include "control/events/bus.h"
#include "dataplane/base/address.h"
#include "dataplane/base/error.h"
#include "dataplane/base/packet.h"
#include "signaling/message.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rb::engine {

using SocketPair = std::array<int, kSocketsPerLeg>;

/// What is asked of a new pair of media sockets.
struct SocketRequest {
    Address local;     ///< RTP; RTCP is the next port
    unsigned tos = 0;  ///< IP_TOS byte
};

/// Clips of one or more sounds in one codec, to be played one after another.
struct SoundRequest {
    std::uint64_t id = 0;            ///< comes back with the answer
    std::vector<std::string> names;  ///< "demo-congrats", "digits/1", an absolute path, or "tone:440/500,0/500"
    std::string language;
    codecs::CodecId codec = codecs::CodecId::Pcmu;
};

/// The answer: clips in the order asked for; those that could not be had are missing and named.
struct SoundLoaded {
    std::uint64_t id = 0;
    std::vector<std::shared_ptr<const bridges::Clip>> clips;
    std::vector<std::string> problems;
};

/// A file to be recorded into.
struct RecordingRequest {
    std::uint64_t id = 0;  ///< names it from now on
    std::string path;      ///< below the recordings directory
    std::uint32_t rate = 8000;
    bool append = false;  ///< goes on where an existing file ends; else that is overwritten
};

/// A recording could not be opened or written; nothing more of it will be.
struct RecordingFailed {
    std::uint64_t id = 0;
    std::string problem;
};

/// A DTLS handshake for the keys of a leg.
struct HandshakeRequest {
    std::uint64_t id = 0;  ///< names it from now on
    std::shared_ptr<const dtls::Context> context;
    dtls::Handshake::Terms terms;
};

/// What has come of it since the last time.
struct HandshakeNews {
    std::uint64_t id = 0;
    dtls::Handshake::Outcome outcome;
    bool over = false;  ///< there will be no more
};

class Environment {
public:
    Environment() = default;
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    virtual ~Environment() = default;

    virtual void post(sip::SipAction action) = 0;

    /// Where the engine publishes what happens to calls; outlives it.
    [[nodiscard]] virtual events::Bus& events() = 0;

    /// The two ends of a call out, as far as they are known before it is placed.
    struct Route {
        Address local;          ///< of the transport it will take
        Address far;            ///< of the target, when its host is a literal address; else none
        std::string transport;  ///< name of the transport
    };
    /// uri         the target
    /// transport   name of the transport to take; empty = the first of the target's address family
    [[nodiscard]] virtual Result<Route> local_address(const std::string& uri, const std::string& transport) const = 0;

    /// The address under which a STUN server sees us, with any port; none where it is not known.
    [[nodiscard]] virtual Address public_address() const { return {}; }

    /// Opens and binds RTP and RTCP sockets; an Error when the port is taken or the address is not ours.
    [[nodiscard]] virtual Result<SocketPair> open_sockets(const SocketRequest& request) = 0;
    /// Lets the kernel refuse everybody but the peers; what strangers sent before is thrown away.
    virtual void connect_sockets(const SocketPair& sockets, const std::array<Address, kSocketsPerLeg>& peers) = 0;
    virtual void close_sockets(const SocketPair& sockets) = 0;
    /// Throws away what has come on sockets no leg reads any more, and says whether anything had. A world without a
    /// network hears nobody.
    [[nodiscard]] virtual bool drain_sockets(const SocketPair& /*sockets*/) { return false; }

    /// What the handshakes of an endpoint have in common; an Error where the world has none.
    [[nodiscard]] virtual Result<std::shared_ptr<const dtls::Context>> dtls_context(const config::Endpoint& /*of*/)
    {
        return failure("there is no DTLS here");
    }
    /// Begins a handshake; CallEngine::on(HandshakeNews) tells what comes of it, never before this returns.
    virtual void begin_handshake(HandshakeRequest /*request*/) {}
    /// A datagram for it has come; false when it is lost, for too many wait.
    [[nodiscard]] virtual bool handshake_received(std::uint64_t /*id*/, const Address& /*source*/,
                                                  std::span<const std::uint8_t> /*datagram*/)
    {
        return false;
    }
    /// Says goodbye to the peer and forgets it; the last news of it are those that are `over`.
    virtual void end_handshake(std::uint64_t /*id*/) {}

    /// Fills a key with what nobody can guess.
    virtual void make_secret(std::span<std::uint8_t> secret) = 0;

    /// Answered by CallEngine::on(SoundLoaded), perhaps before this returns when everything is cached.
    virtual void load_sound(SoundRequest request) = 0;

    /// Begins a file, in the format its extension names; false when the name leaves the recordings directory. Errors of
    /// the disk come later, by CallEngine::on(RecordingFailed).
    virtual bool open_recording(const RecordingRequest& request) = 0;
    virtual void write_recording(std::uint64_t id, std::vector<codecs::Sample> samples) = 0;
    /// Adds silence.
    virtual void pad_recording(std::uint64_t id, std::uint32_t ms) = 0;
    /// Writes a text anew beside recordings, all of it or nothing; false when the name leaves their directory. Errors
    /// come later, as those of recordings.
    virtual bool write_document(std::uint64_t id, const std::string& path, std::string text) = 0;
    /// Closes the file, without its last `drop_ms` of audio.
    virtual void close_recording(std::uint64_t id, std::uint32_t drop_ms) = 0;
    /// Deletes a finished recording, after all sounds asked for so far have been read.
    virtual void remove_recording(const std::string& path) = 0;

    /// A channel has ended that existed so long.
    virtual void channel_ended(Nanos /*lasted*/) {}

    /// A line for the log: level 0 error, 1 warning, 2 notice, 3 verbose.
    virtual void log(int level, std::string line) = 0;
    /// The same of a call, by its id.
    virtual void log_call(int level, const std::string& call, std::string line)
    {
        log(level, "[" + call + "] " + line);
    }
};

}  // namespace rb::engine
