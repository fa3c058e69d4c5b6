// codec_preference.cpp — the options of an endpoint that say which codecs it has, and which of them it is offered and
// answered, in which order.
#include "control/config/codec_list.h"
#include "control/config/object_schema.h"
#include "control/config/text.h"

#include <array>
#include <optional>

namespace rb::config {
namespace {

Result<void> allow(Endpoint& endpoint, std::string_view value, ReadContext& context)
{
    return apply_allow(endpoint.allow, value, context.warnings);
}

Result<void> disallow(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    return apply_disallow(endpoint.allow, value);
}

/// One of the pairs that codec_prefs_* consist of.
struct Pair {
    std::string_view name;
    Choices values;
    void (*set)(CodecPrefs& prefs, std::size_t value);
    std::size_t (*get)(const CodecPrefs& prefs);
};

const std::array<Pair, 4>& pairs()
{
    static const std::array<Pair, 4> all{{
        {"prefer",
         {"pending", "configured"},
         [](CodecPrefs& prefs, std::size_t value) { prefs.prefer = static_cast<CodecPrefs::Prefer>(value); },
         [](const CodecPrefs& prefs) { return static_cast<std::size_t>(prefs.prefer); }},
        {"operation",
         {"union", "intersect", "only_preferred", "only_nonpreferred"},
         [](CodecPrefs& prefs, std::size_t value) { prefs.operation = static_cast<CodecPrefs::Operation>(value); },
         [](const CodecPrefs& prefs) { return static_cast<std::size_t>(prefs.operation); }},
        {"keep",
         {"all", "first"},
         [](CodecPrefs& prefs, std::size_t value) { prefs.keep = static_cast<CodecPrefs::Keep>(value); },
         [](const CodecPrefs& prefs) { return static_cast<std::size_t>(prefs.keep); }},
        {"transcode",
         {"allow", "prevent"},
         [](CodecPrefs& prefs, std::size_t value) { prefs.transcode = static_cast<CodecPrefs::Transcode>(value); },
         [](const CodecPrefs& prefs) { return static_cast<std::size_t>(prefs.transcode); }},
    }};
    return all;
}

std::string print_prefs(const CodecPrefs& prefs)
{
    std::string text;
    for (const Pair& pair : pairs()) {
        text += (text.empty() ? "" : ", ") + std::string{pair.name} + ": " + std::string{pair.values[pair.get(prefs)]};
    }
    return text;
}

/// "prefer: pending, keep: first" over what prefs says already.
Result<void> read_prefs(std::string_view value, CodecPrefs& prefs)
{
    for (const auto word : split(value, ',')) {
        const auto colon = word.find(':');
        const auto name = trim(word.substr(0, colon));
        const auto pair = std::find_if(pairs().begin(), pairs().end(),
                                       [name](const Pair& each) { return same_word(each.name, name); });
        if (pair == pairs().end() || colon == std::string_view::npos) {
            return failure("'" + std::string{word} +
                           "' is not accepted: expected prefer:, operation:, keep: or transcode: and a value, with "
                           "commas between");
        }
        const auto choice = detail::read_choice(trim(word.substr(colon + 1)), pair->values);
        if (!choice) {
            return failure(std::string{pair->name} + ": " + choice.error().message);
        }
        pair->set(prefs, *choice);
    }
    return {};
}

/// An answer cannot name what was not offered, and so Asterisk refuses the word.
Result<void> prefs_of_incoming_offer(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    CodecPrefs prefs;
    auto read = read_prefs(value, prefs);
    if (read && prefs.operation == CodecPrefs::Operation::Union) {
        return failure("operation: 'union' is not accepted: expected intersect, only_preferred, only_nonpreferred");
    }
    endpoint.codec_prefs_incoming_offer = prefs;
    return read;
}

Result<void> prefs_of_outgoing_offer(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    endpoint.codec_prefs_outgoing_offer = CodecPrefs{.operation = CodecPrefs::Operation::Union};
    return read_prefs(value, *endpoint.codec_prefs_outgoing_offer);
}

Result<void> prefs_of_outgoing_answer(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    endpoint.codec_prefs_outgoing_answer = CodecPrefs{};
    return read_prefs(value, *endpoint.codec_prefs_outgoing_answer);
}

Result<void> prefs_of_incoming_answer(Endpoint& endpoint, std::string_view value, ReadContext& /*context*/)
{
    endpoint.codec_prefs_incoming_answer = {};
    return read_prefs(value, endpoint.codec_prefs_incoming_answer);
}

constexpr std::string_view kPrefsOfIncomingOffer =
    "prefer: pending or configured, operation: intersect, only_preferred or only_nonpreferred, keep: all or first, "
    "transcode: allow or prevent, in any order with commas between";
constexpr std::string_view kPrefs =
    "prefer: pending or configured, operation: union, intersect, only_preferred or only_nonpreferred, keep: all or "
    "first, transcode: allow or prevent, in any order with commas between";

std::vector<Option> incoming()
{
    return {
        choice<&Endpoint::incoming_call_offer_pref>(
            "incoming_call_offer_pref", {"local", "local_first", "remote", "remote_first"},
            "Which codec answers an offer of the endpoint's: the first of allow (local) or of the offer (remote) that "
            "is in both. With _first the others count as not offered, for who is dialled for the endpoint, too."),
        field<&Endpoint::preferred_codec_only>(
            "preferred_codec_only",
            "The same as incoming_call_offer_pref=local_first. An answer names the one codec in use in any case: who "
            "is told of several may send any of them."),
        custom<Endpoint>(
            "codec_prefs_incoming_offer", kPrefsOfIncomingOffer,
            "In place of incoming_call_offer_pref, in detail: pending are the codecs of the endpoint's offer, "
            "configured those of allow. Only what is in both can be answered, so that prefer and operation "
            "set the order, and keep: first leaves one. transcode: prevent: who is dialled for the endpoint is offered "
            "no codec but the caller's, and is not called where there is none in common. Asterisk reads codec_prefs_* "
            "and does nothing by them so far; here they do as its documentation says.",
            prefs_of_incoming_offer),
        with_default<Endpoint>(
            custom<Endpoint>("codec_prefs_incoming_answer", kPrefs,
                             "What is made of the codecs that the endpoint answers an offer of ours with: pending is "
                             "the order of its answer, configured that of our offer; it is sent the first. With keep: "
                             "first it cannot change over to another. transcode says nothing here, as in Asterisk.",
                             prefs_of_incoming_answer),
            [](const Endpoint& endpoint) { return print_prefs(endpoint.codec_prefs_incoming_answer); }),
    };
}

std::vector<Option> outgoing()
{
    return {
        choice<&Endpoint::outgoing_call_offer_pref>(
            "outgoing_call_offer_pref",
            {"local", "local_merge", "local_first", "remote", "remote_merge", "remote_first"},
            "What the endpoint is offered when it is dialled: local and remote, the codecs that both allow and the "
            "caller have, in the order of the one or the other; with _merge the rest of allow behind them; with _first "
            "the first alone. Nothing in common is no reason not to call: then it is all of allow. The caller's are "
            "those it has offered, or the one it was answered with."),
        custom<Endpoint>("codec_prefs_outgoing_offer", kPrefs,
                         "In place of outgoing_call_offer_pref, in detail: pending are the caller's codecs, configured "
                         "those of allow, and no other is ever offered; union where no operation is given. transcode: "
                         "prevent: only the caller's, and without one in common the endpoint is not called; the caller "
                         "is then answered in the codec that the endpoint has chosen.",
                         prefs_of_outgoing_offer),
        custom<Endpoint>("codec_prefs_outgoing_answer", kPrefs,
                         "The codec a call of the endpoint's is answered in where Dial has somebody else answer it "
                         "first: pending are the codecs of that answer, configured those that "
                         "codec_prefs_incoming_offer has left. Where nothing comes of it, or this is not given, the "
                         "first of the latter. keep and transcode say nothing here.",
                         prefs_of_outgoing_answer),
    };
}

}  // namespace

std::vector<Option> endpoint_codec_options()
{
    std::vector<Option> options{
        custom<Endpoint>("disallow", "codec list", "Codecs taken off the list; all: begin with an empty one.", disallow,
                         {.repeatable = true}),
        custom<Endpoint>("allow", "codec list",
                         "Codecs added to the list, the preferred one first; all, and !name to take one off. g729 is "
                         "only passed on: a call has it where both its ends do, or where the endpoint has nothing "
                         "else, and it is silence but between those two.",
                         allow, {.repeatable = true}),
    };
    for (auto part : {incoming(), outgoing()}) {
        std::move(part.begin(), part.end(), std::back_inserter(options));
    }
    return options;
}

}  // namespace rb::config
