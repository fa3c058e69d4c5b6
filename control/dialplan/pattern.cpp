#include "control/dialplan/pattern.h"

#include <algorithm>
#include <tuple>

namespace rb::dialplan {
namespace {

std::size_t code(char letter)
{
    return static_cast<unsigned char>(letter);
}

std::string without_dashes(std::string_view text)
{
    std::string kept{text};
    kept.erase(std::remove(kept.begin(), kept.end(), '-'), kept.end());
    return kept;
}

tl::unexpected<Error> refused(std::string_view text, std::string_view why)
{
    return failure("'" + std::string{text} + "' is not an extension: " + std::string{why});
}

void set_range(std::bitset<256>& set, char first, char last)
{
    for (std::size_t letter = code(first); letter <= code(last); ++letter) {
        set.set(letter);
    }
}

/// The characters between brackets; empty where a range is reversed or there are none.
std::bitset<256> read_set(std::string_view inside)
{
    std::bitset<256> set;
    for (std::size_t at = 0; at < inside.size(); ++at) {
        const bool is_range = at + 2 < inside.size() && inside[at + 1] == '-';
        const char last = is_range ? inside[at + 2] : inside[at];
        if (code(last) < code(inside[at])) {
            return {};
        }
        set_range(set, inside[at], last);
        at += is_range ? 2 : 0;
    }
    return set;
}

std::bitset<256> read_position(char letter)
{
    std::bitset<256> set;
    switch (letter) {
        case 'X':
        case 'x':
            set_range(set, '0', '9');
            break;
        case 'Z':
        case 'z':
            set_range(set, '1', '9');
            break;
        case 'N':
        case 'n':
            set_range(set, '2', '9');
            break;
        default:
            set.set(code(letter));
            break;
    }
    return set;
}

std::strong_ordering compare_sets(const std::bitset<256>& left, const std::bitset<256>& right)
{
    if (const auto order = left.count() <=> right.count(); order != 0) {
        return order;
    }
    for (std::size_t letter = 0; letter < left.size(); ++letter) {
        if (left[letter] != right[letter]) {
            return left[letter] ? std::strong_ordering::less : std::strong_ordering::greater;
        }
    }
    return std::strong_ordering::equal;
}

}  // namespace

Result<Pattern> Pattern::parse(std::string_view text)
{
    Pattern pattern;
    pattern.text_ = text;
    pattern.literal_ = !text.starts_with('_');
    if (text.size() > kExtensionMax) {
        return refused(text.substr(0, kExtensionMax), "longer than " + std::to_string(kExtensionMax) + " characters");
    }
    if (pattern.literal_) {
        for (const char letter : without_dashes(text)) {
            pattern.positions_.push_back(Set{}.set(code(letter)));
        }
    } else if (auto read = pattern.parse_positions(text.substr(1)); !read) {
        return tl::unexpected(read.error());
    }
    if (pattern.positions_.empty() && pattern.tail_ == Tail::None) {
        return refused(text, "it is empty");
    }
    return pattern;
}

Result<void> Pattern::parse_positions(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (tail_ != Tail::None) {
            return refused(text_, "nothing may follow . or !");
        }
        if (text[at] == '.') {
            tail_ = Tail::OneOrMore;
        } else if (text[at] == '!') {
            tail_ = Tail::AnyNumber;
        } else if (text[at] == '[') {
            const auto close = text.find(']', at);
            if (close == std::string_view::npos) {
                return refused(text_, "[ without ]");
            }
            const Set set = read_set(text.substr(at + 1, close - at - 1));
            if (set.none()) {
                return refused(text_, "[] is empty or has a range that runs backwards");
            }
            positions_.push_back(set);
            at = close;
        } else if (text[at] != '-') {
            positions_.push_back(read_position(text[at]));
        }
    }
    return {};
}

Match Pattern::match(std::string_view dialled) const
{
    std::size_t place = 0;
    for (const char letter : dialled) {
        if (letter == '-') {
            continue;
        }
        if (place < positions_.size() ? !positions_[place][code(letter)] : tail_ == Tail::None) {
            return Match::None;
        }
        ++place;
    }
    const std::size_t needed = positions_.size() + (tail_ == Tail::OneOrMore ? 1 : 0);
    return place < needed ? Match::More : Match::Exact;
}

bool Pattern::can_grow(std::string_view dialled) const
{
    switch (match(dialled)) {
        case Match::None:
            return false;
        case Match::More:
            return true;
        case Match::Exact:
            return tail_ == Tail::OneOrMore;
    }
    return false;
}

std::strong_ordering operator<=>(const Pattern& left, const Pattern& right)
{
    if (left.literal_ != right.literal_) {
        return left.literal_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (left.literal_) {
        return without_dashes(left.text_) <=> without_dashes(right.text_);
    }
    // What stands after the last set of a pattern, from specific to general: `.`, `!`, nothing.
    const auto rank = [](Pattern::Tail tail) {
        return tail == Pattern::Tail::OneOrMore ? 0 : tail == Pattern::Tail::AnyNumber ? 1 : 2;
    };
    const std::size_t common = std::min(left.positions_.size(), right.positions_.size());
    for (std::size_t place = 0; place < common; ++place) {
        if (const auto order = compare_sets(left.positions_[place], right.positions_[place]); order != 0) {
            return order;
        }
    }
    if (const auto order = right.positions_.size() <=> left.positions_.size(); order != 0) {
        return order;
    }
    return rank(left.tail_) <=> rank(right.tail_);
}

}  // namespace rb::dialplan
