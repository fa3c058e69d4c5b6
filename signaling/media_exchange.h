// media_exchange.h — the offers and answers of one session, one after the other (RFC 3264, RFC 6337): who has offered,
// which numbers and lines stand, and what o= said last. Text in, text out.
#pragma once

#include "signaling/offer_answer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rb::sip {

/// Owner: its session.
class MediaExchange {
public:
    explicit MediaExchange(std::uint64_t session_id) : origin_{session_id} {}

    /// Takes the peer's offer and says what our capabilities make of it. The refusal's code is 400 where the text
    /// cannot be read, and then, as after 488, nothing has changed.
    [[nodiscard]] MediaResult<NegotiatedMedia> receive_offer(std::string_view text,
                                                             const MediaCapabilities& capabilities);

    /// The text that answers the peer's offer; the exchange is then complete.
    [[nodiscard]] MediaResult<std::string> write_answer(const LocalMedia& local);

    /// Our offer; owed an answer.
    [[nodiscard]] std::string write_offer(const LocalMedia& local);

    /// What an answer would come to, without taking it: early media of a call that may fork.
    [[nodiscard]] MediaResult<NegotiatedMedia> preview_answer(std::string_view text) const;

    /// Takes the answer to our offer; the exchange is then complete.
    [[nodiscard]] MediaResult<NegotiatedMedia> receive_answer(std::string_view text);

    /// The offer under way was refused or withdrawn: what stood before stands.
    void abandon();

    [[nodiscard]] bool peer_has_offered() const noexcept { return peer_offer_.has_value(); }
    [[nodiscard]] bool we_have_offered() const noexcept { return own_offer_.has_value(); }
    /// Both sides have agreed at least once.
    [[nodiscard]] bool settled() const noexcept { return settled_; }

private:
    [[nodiscard]] std::size_t line_for(std::string_view type) const;
    void settle(const SessionDescription& own, const SessionDescription& peer, std::size_t line,
                const NegotiatedMedia& media);
    [[nodiscard]] MediaCapabilities with_role(MediaCapabilities capabilities) const;

    LocalDescription origin_;
    std::optional<SessionDescription> peer_offer_;
    std::optional<SessionDescription> own_offer_;
    std::size_t own_line_ = 0;                          // of the stream in it
    MediaSecurity own_security_ = MediaSecurity::None;  // under which it was made
    FormatChoice own_choice_;                           // of the formats of its answer
    std::vector<MediaFormat> numbers_;
    std::vector<SdpMedia> lines_;
    std::size_t line_ = 0;
    std::optional<DtlsSetup> role_;  // ours in the association there is
    bool settled_ = false;
};

}  // namespace rb::sip
