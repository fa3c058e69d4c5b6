#include "control/dialplan/interpreter.h"

#include "control/config/text.h"
#include "control/dialplan/brackets.h"
#include "control/dialplan/expression.h"
#include "control/dialplan/time_condition.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace rb::dialplan {
namespace {

using config::Severity;
using config::trim;

std::optional<unsigned> read_priority(std::string_view text)
{
    unsigned number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

/// Of "when true:when false" the one that is meant.
std::string_view branch_of(std::string_view branches, bool condition)
{
    const auto colon = find_outside(branches, ':');
    if (condition) {
        return trim(branches.substr(0, colon));
    }
    return colon == std::string_view::npos ? std::string_view{} : trim(branches.substr(colon + 1));
}

/// Of "condition?when true:when false" the one that is meant.
std::string_view chosen_branch(std::string_view text)
{
    const auto question = find_outside(text, '?');
    return question == std::string_view::npos ? std::string_view{}
                                              : branch_of(text.substr(question + 1), is_true(text.substr(0, question)));
}

/// The same of "times,weekdays,days,months[,time zone]?when true:when false".
std::string_view timely_branch(Channel& channel, std::string_view text, const config::Place& place)
{
    const auto question = std::min(text.find('?'), text.size());
    const auto condition = TimeCondition::parse(text.substr(0, question));
    if (!condition) {
        channel.report(Severity::Warning, place, "GotoIfTime: " + condition.error().message);
    }
    return branch_of(text.substr(std::min(question + 1, text.size())),
                     condition && condition->holds_at(channel.wall_time()));
}

/// "name=value".
void assign(Channel& channel, std::string_view text, const config::Place& place)
{
    const auto equals = find_outside(text, '=');
    const auto name = trim(text.substr(0, equals));
    if (equals == std::string_view::npos || name.empty()) {
        return channel.report(Severity::Warning, place, "Set(" + std::string{text} + "): expected name=value");
    }
    if (!set_variable(channel, name, text.substr(equals + 1))) {
        channel.report(Severity::Warning, place, "Set: " + std::string{name} + " cannot be set");
    }
}

/// Verbose([level,]text).
std::string_view verbose_text(std::string_view arguments)
{
    const auto comma = arguments.find(',');
    const bool has_level = comma != std::string_view::npos && read_priority(trim(arguments.substr(0, comma)));
    return has_level ? arguments.substr(comma + 1) : arguments;
}

}  // namespace

bool set_variable(Channel& channel, std::string_view name, std::string_view value)
{
    const auto open = name.find('(');
    if (open == std::string_view::npos) {
        channel.variables().set(name, std::string{value});
        return true;
    }
    std::string function{trim(name.substr(0, open))};
    std::transform(function.begin(), function.end(), function.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    const auto args = name.substr(open + 1, name.rfind(')') - open - 1);
    if (function == "GLOBAL") {
        channel.globals().set(args, std::string{value});
        return true;
    }
    return channel.write_function(function, args, value);
}

std::vector<std::string> split_arguments(std::string_view arguments)
{
    std::vector<std::string> parts;
    while (true) {
        const auto comma = find_outside(arguments, ',');
        std::string part;
        for (const char letter : trim(arguments.substr(0, comma))) {
            if (letter != '"') {
                part.push_back(letter);
            }
        }
        parts.push_back(std::move(part));
        if (comma == std::string_view::npos) {
            return parts;
        }
        arguments.remove_prefix(comma + 1);
    }
}

Interpreter::Interpreter(DialplanPtr plan, Cursor start) : plan_(std::move(plan)), cursor_(std::move(start)) {}

Next Interpreter::next(Channel& channel)
{
    while (!pending_) {
        const Step* step = step_at(cursor_, channel.caller_id());
        if (step == nullptr) {
            pending_ = End{hung_up_ ? EndReason::HungUp : started_ ? EndReason::Completed : EndReason::NotFound};
        } else if (++steps_ > kStepsMax) {
            channel.report(Severity::Error, step->place,
                           "the call has run " + std::to_string(kStepsMax) + " priorities and is cleared as a loop");
            pending_ = End{EndReason::Loop};
        } else {
            run_step(channel, *step);
        }
        started_ = true;
    }
    return *pending_;
}

/// Runs a pure step and moves on; any other becomes pending, for the engine.
void Interpreter::run_step(Channel& channel, const Step& step)
{
    const Scope scope{.channel = channel,
                      .context = cursor_.context,
                      .exten = cursor_.exten,
                      .priority = cursor_.priority,
                      .place = step.place};
    const Call call{.application = config::lower(step.application),
                    .arguments = substitute(step.arguments, scope),
                    .place = step.place};
    channel.on_step(scope, step.application, call.arguments);
    if (!run_pure(channel, call)) {
        pending_ = Invocation{
            .application = call.application, .arguments = call.arguments, .at = cursor_, .place = call.place};
    }
}

bool Interpreter::run_pure(Channel& channel, const Call& call)
{
    const std::string& name = call.application;
    if (name == "goto") {
        jump(channel, call.arguments, call.place);
    } else if (name == "gotoif") {
        jump(channel, chosen_branch(call.arguments), call.place);
    } else if (name == "gotoiftime") {
        jump(channel, timely_branch(channel, call.arguments, call.place), call.place);
    } else if (name == "gosub") {
        gosub(channel, call.arguments, call.place);
    } else if (name == "gosubif") {
        gosub(channel, chosen_branch(call.arguments), call.place);
    } else if (name == "return") {
        return_from_gosub(channel, call);
    } else if (name == "execif") {
        exec_if(channel, call);
    } else if (name == "set") {
        assign(channel, call.arguments, call.place);
        ++cursor_.priority;
    } else if (name == "mset") {
        for (const auto& part : split_arguments(call.arguments)) {
            assign(channel, part, call.place);
        }
        ++cursor_.priority;
    } else if (name == "noop" || name == "verbose") {
        channel.report(Severity::Info, call.place,
                       std::string{name == "verbose" ? verbose_text(call.arguments) : call.arguments});
        ++cursor_.priority;
    } else {
        return false;
    }
    return true;
}

void Interpreter::exec_if(Channel& channel, const Call& call)
{
    const auto chosen = chosen_branch(call.arguments);
    if (chosen.empty()) {
        ++cursor_.priority;
        return;
    }
    const auto open = chosen.find('(');
    const auto close = open == std::string_view::npos ? open : find_close(chosen, open);
    Call inner{.application = config::lower(trim(chosen.substr(0, open))), .place = call.place};
    if (open != std::string_view::npos) {
        inner.arguments = chosen.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
    }
    if (inner.application == "execif" || !run_pure(channel, inner)) {
        pending_ = Invocation{
            .application = inner.application, .arguments = inner.arguments, .at = cursor_, .place = call.place};
    }
}

/// An empty target is the branch of GotoIf that is not there: the next priority.
void Interpreter::jump(Channel& channel, std::string_view target, const config::Place& place)
{
    if (trim(target).empty()) {
        ++cursor_.priority;
    } else if (!go_to(channel, target)) {
        channel.report(Severity::Warning, place, "there is no place '" + std::string{target} + "' to go to");
        const auto parts = split_arguments(target);
        channel.variables().set("INVALID_EXTEN", parts.size() < 2 ? cursor_.exten : parts[parts.size() - 2]);
        enter_handler(channel, "i");
    }
}

void Interpreter::gosub(Channel& channel, std::string_view target, const config::Place& place)
{
    if (trim(target).empty()) {
        ++cursor_.priority;
        return;
    }
    const auto open = target.find('(');
    const auto destination = resolve(target.substr(0, open), channel.caller_id());
    if (!destination || frames_.size() >= kGosubDepthMax) {
        channel.report(Severity::Warning, place,
                       destination ? "Gosub is nested deeper than " + std::to_string(kGosubDepthMax)
                                   : "there is no place '" + std::string{target} + "' to go to");
        return enter_handler(channel, "i");
    }
    Frame frame{.return_to = cursor_};
    ++frame.return_to.priority;
    if (open != std::string_view::npos) {
        const auto close = find_close(target, open);
        const auto length = close == std::string_view::npos ? close : close - open - 1;
        for (auto& argument : split_arguments(target.substr(open + 1, length))) {
            const std::string name = "ARG" + std::to_string(++frame.argument_count);
            const std::string* old = channel.variables().find(name);
            frame.hidden.emplace_back(name, old == nullptr ? "" : *old);
            channel.variables().set(name, std::move(argument));
        }
    }
    frames_.push_back(std::move(frame));
    cursor_ = *destination;
}

void Interpreter::return_from_gosub(Channel& channel, const Call& call)
{
    if (frames_.empty()) {
        channel.report(Severity::Warning, call.place, "Return without Gosub");
        pending_ = End{EndReason::Completed};
        return;
    }
    for (auto& [name, value] : frames_.back().hidden) {
        channel.variables().set(name, std::move(value));
    }
    channel.variables().set("GOSUB_RETVAL", call.arguments);
    cursor_ = std::move(frames_.back().return_to);
    frames_.pop_back();
}

void Interpreter::advance(Channel& channel, const Finished& finished)
{
    const bool looped =
        pending_ && std::holds_alternative<End>(*pending_) && std::get<End>(*pending_).reason == EndReason::Loop;
    pending_.reset();
    switch (finished.outcome) {
        case Outcome::Done:
            ++cursor_.priority;
            break;
        case Outcome::Digits:
            if (!go_to(channel, finished.digits + ",1")) {
                channel.variables().set("INVALID_EXTEN", finished.digits);
                enter_handler(channel, "i");
            }
            break;
        case Outcome::Timeout:
            enter_handler(channel, "t");
            break;
        case Outcome::AbsoluteTimeout:
            enter_handler(channel, "T");
            break;
        case Outcome::Hangup:
            if (looped) {
                pending_ = End{EndReason::HungUp};
            } else {
                hang_up(channel);
            }
            break;
    }
}

bool Interpreter::go_to(Channel& channel, std::string_view target)
{
    auto destination = resolve(target, channel.caller_id());
    if (!destination) {
        return false;
    }
    cursor_ = std::move(*destination);
    pending_.reset();
    return true;
}

/// Goes to i, t or T of the context, else to e; a call with neither is over.
void Interpreter::enter_handler(Channel& channel, std::string_view handler)
{
    if (!go_to(channel, std::string{handler} + ",1") && !go_to(channel, "e,1")) {
        pending_ = End{hung_up_ ? EndReason::HungUp : EndReason::NoHandler};
    }
}

void Interpreter::hang_up(Channel& channel)
{
    const bool first = !hung_up_;
    hung_up_ = true;
    frames_.clear();
    if (!first || !go_to(channel, "h,1")) {
        pending_ = End{EndReason::HungUp};
    }
}

DigitMatch Interpreter::match_digits(std::string_view digits, std::string_view caller_id) const
{
    return plan_->match_digits({.context = cursor_.context, .exten = digits, .caller_id = caller_id});
}

const Step* Interpreter::step_at(const Cursor& cursor, std::string_view caller_id) const
{
    return plan_->find({.context = cursor.context, .exten = cursor.exten, .caller_id = caller_id}, cursor.priority);
}

std::optional<Cursor> Interpreter::resolve(std::string_view target, std::string_view caller_id) const
{
    const auto parts = split_arguments(target);
    if (parts.size() > 3) {
        return std::nullopt;
    }
    Cursor place = cursor_;
    if (parts.size() == 3) {
        place.context = parts[0];
    }
    if (parts.size() >= 2) {
        place.exten = parts[parts.size() - 2];
    }
    const Query query{.context = place.context, .exten = place.exten, .caller_id = caller_id};
    const auto number = read_priority(parts.back());
    const auto priority = number ? number : plan_->find_label(query, parts.back());
    if (!priority || plan_->find(query, *priority) == nullptr) {
        return std::nullopt;
    }
    place.priority = *priority;
    return place;
}

}  // namespace rb::dialplan
