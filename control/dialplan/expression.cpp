#include "control/dialplan/expression.h"

#include "control/config/text.h"
#include "control/dialplan/regex_match.h"

#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

namespace rb::dialplan {
namespace {

using Value = Result<std::string>;

enum class Kind {
    Text,      ///< a word or a quoted text
    Operator,  ///< one of kOperators
    End,
};

struct Token {
    Kind kind = Kind::End;
    std::string text;
};

/// The longer ones first, so that "<=" is not read as "<".
constexpr std::array<std::string_view, 20> kOperators{"::", "==", "!=", "<=", ">=", "=~", "|", "&", "=", "<",
                                                      ">",  "+",  "-",  "*",  "/",  "%",  "!", "?", ":", "("};

std::string_view operator_at(std::string_view text)
{
    if (text.starts_with(')')) {
        return ")";
    }
    for (const auto one : kOperators) {
        if (text.starts_with(one)) {
            return one;
        }
    }
    return {};
}

bool is_blank(char letter)
{
    return std::isspace(static_cast<unsigned char>(letter)) != 0;
}

Result<std::vector<Token>> tokenize(std::string_view text)
{
    std::vector<Token> tokens;
    while (!text.empty()) {
        if (is_blank(text.front())) {
            text.remove_prefix(1);
            continue;
        }
        if (text.front() == '"') {
            const auto close = text.find('"', 1);
            if (close == std::string_view::npos) {
                return failure("a quotation mark is never closed");
            }
            tokens.push_back({Kind::Text, std::string{text.substr(1, close - 1)}});
            text.remove_prefix(close + 1);
            continue;
        }
        if (const auto found = operator_at(text); !found.empty()) {
            tokens.push_back({Kind::Operator, std::string{found}});
            text.remove_prefix(found.size());
            continue;
        }
        std::size_t length = 0;
        while (length < text.size() && !is_blank(text[length]) && text[length] != '"' &&
               operator_at(text.substr(length)).empty()) {
            ++length;
        }
        tokens.push_back({Kind::Text, std::string{text.substr(0, length)}});
        text.remove_prefix(length);
    }
    tokens.push_back({});
    return tokens;
}

std::optional<long double> to_number(const std::string& text)
{
    const auto trimmed = config::trim(text);
    // strtold also takes hexadecimal, infinity and "nan", none of which anyone dials.
    if (trimmed.empty() || trimmed.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string copy{trimmed};
    char* end = nullptr;
    const long double number = std::strtold(copy.c_str(), &end);
    return end == copy.c_str() + copy.size() && std::isfinite(number) ? std::optional{number} : std::nullopt;
}

Value from_number(long double number)
{
    if (!std::isfinite(number)) {
        return failure("the result is too large");
    }
    std::array<char, 64> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.15Lg", number);
    const std::string result{text.data(), static_cast<std::size_t>(length)};
    return result == "-0" ? "0" : result;
}

Value from_truth(bool truth)
{
    return std::string{truth ? "1" : "0"};
}

Value calculate(char sign, const std::string& left_text, const std::string& right_text)
{
    const auto left = to_number(left_text);
    const auto right = to_number(right_text);
    if (!left || !right) {
        return failure("'" + (left ? right_text : left_text) + "' is not a number");
    }
    if ((sign == '/' || sign == '%') && *right == 0) {
        return failure("division by zero");
    }
    switch (sign) {
        case '+':
            return from_number(*left + *right);
        case '-':
            return from_number(*left - *right);
        case '*':
            return from_number(*left * *right);
        case '/':
            return from_number(*left / *right);
        default:
            return from_number(std::fmod(*left, *right));
    }
}

Value compare(const std::string& sign, const std::string& left_text, const std::string& right_text)
{
    const auto left = to_number(left_text);
    const auto right = to_number(right_text);
    const int order = left && right ? (*left < *right ? -1 : *left > *right ? 1 : 0) : left_text.compare(right_text);
    if (sign == "=" || sign == "==") {
        return from_truth(order == 0);
    }
    if (sign == "!=") {
        return from_truth(order != 0);
    }
    if (sign == "<") {
        return from_truth(order < 0);
    }
    if (sign == ">") {
        return from_truth(order > 0);
    }
    return from_truth(sign == "<=" ? order <= 0 : order >= 0);
}

/// One function per level of precedence, the loosest first.
class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Value parse()
    {
        if (peek().kind == Kind::End) {
            return std::string{};
        }
        Value value = conditional();
        if (value && peek().kind != Kind::End) {
            return failure("'" + peek().text + "' is not expected");
        }
        return value;
    }

private:
    Value conditional()
    {
        Value condition = binary(0);
        if (!condition || !take("?")) {
            return condition;
        }
        // A lone colon separates here unless the expression spells the separator out.
        const bool outer = colon_separates_;
        colon_separates_ = !has_double_colon();
        const Value when_true = nested([this] { return conditional(); });
        colon_separates_ = outer;
        if (!when_true) {
            return when_true;
        }
        if (!take("::") && !take(":")) {
            return failure("'?' without '::'");
        }
        const Value when_false = nested([this] { return conditional(); });
        return !when_false ? when_false : is_true(*condition) ? when_true : when_false;
    }

    /// Levels: 0 |, 1 &, 2 comparison, 3 sum, 4 product; then unary.
    Value binary(std::size_t level)
    {
        static const std::array<std::vector<std::string_view>, 5> kLevels{
            {{"|"}, {"&"}, {"=", "==", "!=", "<", ">", "<=", ">="}, {"+", "-"}, {"*", "/", "%"}}};
        if (level == kLevels.size()) {
            return unary();
        }
        Value left = binary(level + 1);
        while (left) {
            const std::string sign = take_one_of(kLevels[level]);
            if (sign.empty()) {
                return left;
            }
            const Value right = binary(level + 1);
            if (!right) {
                return right;
            }
            left = apply(sign, *left, *right);
        }
        return left;
    }

    static Value apply(const std::string& sign, const std::string& left, const std::string& right)
    {
        if (sign == "|") {
            return is_true(left) ? left : is_true(right) ? right : "0";
        }
        if (sign == "&") {
            return is_true(left) && is_true(right) ? left : "0";
        }
        const bool is_arithmetic =
            sign.size() == 1 && std::string_view{"+-*/%"}.find(sign[0]) != std::string_view::npos;
        return is_arithmetic ? calculate(sign[0], left, right) : compare(sign, left, right);
    }

    Value unary()
    {
        if (take("!")) {
            const Value value = nested([this] { return unary(); });
            return value ? from_truth(!is_true(*value)) : value;
        }
        if (take("-")) {
            const Value value = nested([this] { return unary(); });
            return value ? calculate('-', "0", *value) : value;
        }
        return regular();
    }

    Value regular()
    {
        Value left = primary();
        while (left) {
            const bool anchored = !colon_separates_ && take(":");
            if (!anchored && !take("=~")) {
                return left;
            }
            const Value pattern = primary();
            if (!pattern) {
                return pattern;
            }
            left = match_regex(*left, *pattern, anchored ? Anchor::Start : Anchor::Anywhere);
        }
        return left;
    }

    Value primary()
    {
        if (take("(")) {
            const bool outer = colon_separates_;
            colon_separates_ = false;
            Value value = nested([this] { return conditional(); });
            colon_separates_ = outer;
            if (value && !take(")")) {
                return failure("a parenthesis is never closed");
            }
            return value;
        }
        if (peek().kind != Kind::Text) {
            return failure(peek().kind == Kind::End ? "it ends too early" : "'" + peek().text + "' is not expected");
        }
        return tokens_[at_++].text;
    }

    template <typename Parse>
    Value nested(Parse&& parse)
    {
        if (depth_ >= kExpressionDepthMax) {
            return failure("it is nested deeper than " + std::to_string(kExpressionDepthMax));
        }
        ++depth_;
        Value value = parse();
        --depth_;
        return value;
    }

    [[nodiscard]] bool has_double_colon() const
    {
        for (std::size_t at = at_; at < tokens_.size(); ++at) {
            if (tokens_[at].kind == Kind::Operator && tokens_[at].text == "::") {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] const Token& peek() const { return tokens_[at_]; }

    bool take(std::string_view sign)
    {
        if (peek().kind != Kind::Operator || peek().text != sign) {
            return false;
        }
        ++at_;
        return true;
    }

    std::string take_one_of(const std::vector<std::string_view>& signs)
    {
        for (const auto sign : signs) {
            if (take(sign)) {
                return std::string{sign};
            }
        }
        return {};
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    unsigned depth_ = 0;
    bool colon_separates_ = false;
};

}  // namespace

Result<std::string> evaluate(std::string_view expression)
{
    auto tokens = tokenize(expression);
    if (!tokens) {
        return tl::unexpected(tokens.error());
    }
    return Parser{std::move(*tokens)}.parse();
}

bool is_true(std::string_view value)
{
    const std::string text{config::trim(value)};
    const auto number = to_number(text);
    return !text.empty() && (!number || *number != 0);
}

}  // namespace rb::dialplan
