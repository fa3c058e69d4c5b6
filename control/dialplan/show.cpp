#include "control/dialplan/show.h"

namespace rb::dialplan {
namespace {

std::string step_text(unsigned priority, const Step& step)
{
    return "    " + std::to_string(priority) + (step.label.empty() ? "" : "(" + step.label + ")") + " " +
           step.application + "(" + step.arguments + ")  " + to_string(step.place) + "\n";
}

std::string context_text(const Context& context)
{
    std::string text = "[" + context.name + "]\n";
    for (const auto& extension : context.extensions) {
        text += "  " + extension.pattern.text() + (extension.caller_id ? "/" + extension.caller_id->text() : "") + "\n";
        for (const auto& [priority, step] : extension.steps) {
            text += step_text(priority, step);
        }
    }
    for (const auto& include : context.includes) {
        text += "  include " + include + "\n";
    }
    return text;
}

/// The priorities in a row that a call to the number would find.
std::string extension_text(const Dialplan& plan, const Query& query)
{
    std::string text;
    unsigned priority = 1;
    for (const Step* step = plan.find(query, priority); step != nullptr; step = plan.find(query, ++priority)) {
        text += step_text(priority, *step);
    }
    return text;
}

}  // namespace

Result<std::string> show_plan(const Dialplan& plan, std::string_view wanted)
{
    const auto at = wanted.rfind('@');
    const auto context_name = at == std::string_view::npos ? wanted : wanted.substr(at + 1);
    if (wanted.empty()) {
        std::string text;
        for (const auto& [name, context] : plan.contexts()) {
            text += context_text(context);
        }
        return text;
    }
    const auto context = plan.contexts().find(context_name);
    if (context == plan.contexts().end()) {
        return failure("there is no context '" + std::string{context_name} + "'");
    }
    if (at == std::string_view::npos) {
        return context_text(context->second);
    }
    auto text = extension_text(plan, {.context = context_name, .exten = wanted.substr(0, at), .caller_id = ""});
    if (text.empty()) {
        return failure("there is no extension '" + std::string{wanted.substr(0, at)} + "' in context '" +
                       std::string{context_name} + "'");
    }
    return std::string{wanted.substr(0, at)} + "@" + std::string{context_name} + "\n" + text;
}

}  // namespace rb::dialplan
