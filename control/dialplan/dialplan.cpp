// dialplan.cpp — looking up an extension: a context's own first, then its includes, most specific first.
#include "control/dialplan/extensions.h"

#include <algorithm>

namespace rb::dialplan {
namespace {

/// Contexts that one context may reach by includes.
constexpr std::size_t kIncludedMax = 256;

bool is_special(std::string_view exten)
{
    return exten == "i" || exten == "t" || exten == "T" || exten == "h" || exten == "e";
}

bool is_for_caller(const Extension& extension, const Query& query)
{
    return !extension.caller_id || extension.caller_id->match(query.caller_id) == Match::Exact;
}

bool comes_before(const Extension& left, const Extension& right)
{
    if (const auto order = left.pattern <=> right.pattern; order != 0) {
        return order < 0;
    }
    if (left.caller_id.has_value() != right.caller_id.has_value()) {
        return left.caller_id.has_value();
    }
    return left.caller_id && *left.caller_id < *right.caller_id;
}

/// Calls visit(extension) for those of one context that match exactly; stops and returns true when it says so.
template <typename Visit>
bool visit_matching(const Context& context, const Query& query, Visit&& visit)
{
    const auto wanted = Pattern::parse(query.exten);
    const auto patterns = context.extensions.begin() + static_cast<std::ptrdiff_t>(context.first_pattern);
    if (wanted && wanted->is_literal()) {
        auto literal = std::lower_bound(context.extensions.begin(), patterns, *wanted,
                                        [](const Extension& one, const Pattern& text) { return one.pattern < text; });
        for (; literal != patterns && literal->pattern == *wanted; ++literal) {
            if (is_for_caller(*literal, query) && visit(*literal)) {
                return true;
            }
        }
    }
    return !is_special(query.exten) && std::any_of(patterns, context.extensions.end(), [&](const Extension& one) {
        return one.pattern.match(query.exten) == Match::Exact && is_for_caller(one, query) && visit(one);
    });
}

/// A context and all it includes, in the order they are searched; each once.
void collect_contexts(const Dialplan::Contexts& contexts, std::string_view name, std::vector<const Context*>& found)
{
    const auto context = contexts.find(name);
    if (context == contexts.end() || found.size() >= kIncludedMax ||
        std::find(found.begin(), found.end(), &context->second) != found.end()) {
        return;
    }
    found.push_back(&context->second);
    for (const auto& include : context->second.includes) {
        collect_contexts(contexts, include, found);
    }
}

/// Calls visit(context) for a context and all it includes, until it returns true.
template <typename Visit>
bool visit_contexts(const Dialplan::Contexts& contexts, std::string_view name, Visit&& visit)
{
    const auto context = contexts.find(name);
    if (context == contexts.end() || visit(context->second)) {
        return context != contexts.end();
    }
    if (context->second.includes.empty()) {
        return false;
    }
    std::vector<const Context*> found;
    collect_contexts(contexts, name, found);
    return std::any_of(found.begin() + 1, found.end(), [&](const Context* included) { return visit(*included); });
}

}  // namespace

Dialplan::Dialplan(Contexts contexts, Globals globals) : contexts_(std::move(contexts)), globals_(std::move(globals))
{
    for (auto& [name, context] : contexts_) {
        auto& extensions = context.extensions;
        std::stable_sort(extensions.begin(), extensions.end(), comes_before);
        const auto first = std::find_if(extensions.begin(), extensions.end(),
                                        [](const Extension& one) { return !one.pattern.is_literal(); });
        context.first_pattern = static_cast<std::size_t>(first - extensions.begin());
    }
}

const Step* Dialplan::find(const Query& query, unsigned priority) const
{
    const Step* step = nullptr;
    visit_contexts(contexts_, query.context, [&](const Context& context) {
        return visit_matching(context, query, [&](const Extension& extension) {
            const auto found = extension.steps.find(priority);
            step = found == extension.steps.end() ? nullptr : &found->second;
            return step != nullptr;
        });
    });
    return step;
}

std::optional<unsigned> Dialplan::find_label(const Query& query, std::string_view label) const
{
    std::optional<unsigned> priority;
    visit_contexts(contexts_, query.context, [&](const Context& context) {
        return visit_matching(context, query, [&](const Extension& extension) {
            const auto found = std::find_if(extension.steps.begin(), extension.steps.end(),
                                            [label](const auto& step) { return step.second.label == label; });
            if (found != extension.steps.end()) {
                priority = found->first;
            }
            return priority.has_value();
        });
    });
    return priority;
}

DigitMatch Dialplan::match_digits(const Query& query) const
{
    DigitMatch match{.exact = exists(query)};
    match.more = visit_contexts(contexts_, query.context, [&](const Context& context) {
        return std::any_of(context.extensions.begin(), context.extensions.end(), [&](const Extension& extension) {
            return extension.pattern.can_grow(query.exten) && is_for_caller(extension, query);
        });
    });
    return match;
}

}  // namespace rb::dialplan
