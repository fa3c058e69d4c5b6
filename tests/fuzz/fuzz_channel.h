// fuzz_channel.h — a call for the fuzz targets of the dialplan: variables, and no functions of its own.
#pragma once

#include "control/dialplan/variables.h"

namespace rb::dialplan {

class FuzzChannel final : public Channel {
public:
    [[nodiscard]] Variables& variables() override { return variables_; }
    [[nodiscard]] Variables& globals() override { return globals_; }
    [[nodiscard]] std::string caller_id() const override { return "4930"; }
    [[nodiscard]] std::optional<std::string> builtin(std::string_view /*name*/) const override { return std::nullopt; }
    [[nodiscard]] std::optional<std::string> read_function(std::string_view /*name*/,
                                                           std::string_view /*args*/) override
    {
        return std::nullopt;
    }
    bool write_function(std::string_view /*name*/, std::string_view /*args*/, std::string_view /*value*/) override
    {
        return false;
    }
    [[nodiscard]] std::chrono::seconds wall_time() const override { return std::chrono::seconds{1'800'000'000}; }
    void report(config::Severity /*severity*/, const config::Place& /*place*/, std::string /*message*/) override {}

private:
    Variables variables_;
    Variables globals_;
};

}  // namespace rb::dialplan
