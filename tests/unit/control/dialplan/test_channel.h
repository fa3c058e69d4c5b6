// test_channel.h — a call for tests of the dialplan: variables, and everything that was reported.
#pragma once

#include "control/dialplan/variables.h"

#include <map>
#include <string>
#include <vector>

namespace rb::dialplan {

class TestChannel final : public Channel {
public:
    [[nodiscard]] Variables& variables() override { return variables_; }
    [[nodiscard]] Variables& globals() override { return globals_; }
    [[nodiscard]] std::string caller_id() const override { return caller; }
    [[nodiscard]] std::optional<std::string> builtin(std::string_view name) const override
    {
        return name == "UNIQUEID" ? std::optional<std::string>{"node-1.1"} : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> read_function(std::string_view name, std::string_view args) override
    {
        const auto found = functions.find(std::string{name} + "(" + std::string{args} + ")");
        return found == functions.end() ? std::nullopt : std::optional{found->second};
    }
    bool write_function(std::string_view name, std::string_view args, std::string_view value) override
    {
        if (name != "CALLERID") {
            return false;
        }
        functions[std::string{name} + "(" + std::string{args} + ")"] = value;
        return true;
    }
    [[nodiscard]] std::chrono::seconds wall_time() const override { return wall; }
    void report(config::Severity severity, const config::Place& place, std::string message) override
    {
        reports.push_back(to_string(config::Problem{severity, place, std::move(message)}));
    }

    std::string caller = "4930";
    std::chrono::seconds wall{0};
    std::map<std::string, std::string> functions{{"CALLERID(num)", "4930"}};
    std::vector<std::string> reports;

private:
    Variables variables_;
    Variables globals_;
};

}  // namespace rb::dialplan
