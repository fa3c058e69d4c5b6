#include "control/config/codec_list.h"

#include "control/config/text.h"

#include <algorithm>

namespace rb::config {
namespace {

/// The codec's name here: lower case, old names replaced; empty with a warning where there is no such codec.
std::string codec_name(std::string_view word, std::vector<std::string>& warnings)
{
    const auto colon = word.find(':');
    std::string name = lower(trim(word.substr(0, colon)));
    if (colon != std::string_view::npos) {
        warnings.push_back("the packet time in '" + std::string{word} + "' has no effect; see use_ptime");
    }
    if (name == "pcmu" || name == "mulaw" || name == "g711u") {
        name = "ulaw";
    } else if (name == "pcma" || name == "g711a") {
        name = "alaw";
    }
    const auto& known = known_codecs();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
        warnings.push_back("codec '" + name + "' is not available and left out; there are " + join(known));
        return {};
    }
    return name;
}

void take_off(Names& codecs, std::string_view name)
{
    codecs.erase(std::remove(codecs.begin(), codecs.end(), name), codecs.end());
}

void add(Names& codecs, std::string name)
{
    if (std::find(codecs.begin(), codecs.end(), name) == codecs.end()) {
        codecs.push_back(std::move(name));
    }
}

}  // namespace

const std::vector<std::string_view>& known_codecs()
{
    static const std::vector<std::string_view> kCodecs{
        "ulaw", "alaw",     "g722",    "opus",    "slin",        "slin16",      "slin48", "gsm",
        "g726", "g726aal2", "g726-16", "g726-24", "g726aal2-16", "g726aal2-24", "adpcm",  "g729"};
    return kCodecs;
}

Result<void> apply_allow(Names& codecs, std::string_view list, std::vector<std::string>& warnings)
{
    for (auto word : split(list, ',')) {
        const bool removes = word.front() == '!';
        word = trim(word.substr(removes ? 1 : 0));
        if (same_word(word, "all")) {
            if (removes) {
                codecs.clear();
            } else {
                std::for_each(known_codecs().begin(), known_codecs().end(),
                              [&](std::string_view codec) { add(codecs, std::string{codec}); });
            }
            continue;
        }
        std::string name = codec_name(word, warnings);
        if (removes) {
            take_off(codecs, name);
        } else if (!name.empty()) {
            add(codecs, std::move(name));
        }
    }
    return {};
}

Result<void> apply_disallow(Names& codecs, std::string_view list)
{
    std::vector<std::string> not_worth_a_warning;
    for (const auto word : split(list, ',')) {
        if (same_word(word, "all")) {
            codecs.clear();
        } else {
            take_off(codecs, codec_name(word, not_worth_a_warning));
        }
    }
    return {};
}

}  // namespace rb::config
