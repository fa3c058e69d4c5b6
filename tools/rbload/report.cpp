#include "tools/rbload/report.h"

#include "tools/rbload/figures.h"

#include <array>
#include <cstdio>

namespace rb::load {
namespace {

std::string format(double value, const char* pattern)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, value);
    return text.data();
}

std::string quoted(const std::string& text)
{
    constexpr unsigned kFirstPrintable = 0x20;
    std::string out = "\"";
    for (const char letter : text) {
        if (static_cast<unsigned char>(letter) < kFirstPrintable) {
            continue;
        }
        if (letter == '"' || letter == '\\') {
            out += '\\';
        }
        out += letter;
    }
    return out + "\"";
}

std::string to_json(const Figure& figure)
{
    if (const auto* text = std::get_if<std::string>(&figure.value)) {
        return quoted(*text);
    }
    if (const auto* real = std::get_if<double>(&figure.value)) {
        return format(*real, "%.6g");
    }
    const auto* number = std::get_if<std::uint64_t>(&figure.value);
    return number != nullptr ? std::to_string(*number) : std::to_string(std::get<std::int64_t>(figure.value));
}

std::string to_text(const Figure& figure)
{
    if (const auto* text = std::get_if<std::string>(&figure.value)) {
        return *text;
    }
    if (const auto* real = std::get_if<double>(&figure.value)) {
        return format(*real, "%.2f");
    }
    return to_json(figure);
}

std::string verdict(const Outcome& outcome)
{
    std::string text;
    for (const std::string& fault : outcome.faults) {
        text += "FAULT  " + fault + "\n";
    }
    if (outcome.generator.too_slow) {
        text += "The generator was too slow for this to count: " + outcome.generator.why + ".\n";
    } else if (outcome.faults.empty()) {
        text += "All well.\n";
    }
    return text + (outcome.interrupted ? "Interrupted: figures are of the time until then.\n" : "");
}

}  // namespace

std::string to_text(const Options& options, const Outcome& outcome)
{
    std::string text;
    for (const Section& section : figures_of(options, outcome)) {
        text += section.name + "\n";
        for (const Figure& figure : section.figures) {
            const std::string value = to_text(figure);
            if (!value.empty()) {
                std::string line = "  " + figure.name;
                line.resize(std::max<std::size_t>(line.size() + 1, 40), ' ');
                text += line + value + "\n";
            }
        }
    }
    return text + verdict(outcome);
}

std::string to_json(const Options& options, const Outcome& outcome)
{
    std::string text = "{";
    for (const Section& section : figures_of(options, outcome)) {
        text += quoted(section.name) + ": {";
        for (std::size_t i = 0; i < section.figures.size(); ++i) {
            text += (i > 0 ? ", " : "") + quoted(section.figures[i].name) + ": " + to_json(section.figures[i]);
        }
        text += "},\n ";
    }
    text += "\"faults\": [";
    for (std::size_t i = 0; i < outcome.faults.size(); ++i) {
        text += (i > 0 ? ", " : "") + quoted(outcome.faults[i]);
    }
    return text + "],\n \"exit_code\": " + std::to_string(exit_code(outcome)) + "}\n";
}

int exit_code(const Outcome& outcome) noexcept
{
    constexpr int kDoesNotCount = 2;
    if (outcome.generator.too_slow) {
        return kDoesNotCount;
    }
    return outcome.faults.empty() ? 0U : 1U;
}

}  // namespace rb::load
