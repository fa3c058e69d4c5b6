#include "tools/rbctl/rows.h"

#include <array>
#include <cstdio>

namespace rb::rbctl {

std::optional<RowView> leg_of(const StatsReader& reader, const RowView& call)
{
    const std::uint64_t worker = call.value("worker");
    const std::uint64_t leg = call.value("leg");
    const BlockView* const legs = worker == 0 ? nullptr : reader.find("legs." + std::to_string(worker - 1));
    return legs == nullptr || leg == 0 ? std::nullopt : legs->row(leg - 1);
}

std::string fixed(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

std::string milliseconds(std::uint64_t micros)
{
    return fixed(static_cast<double>(micros) / 1000) + " ms";
}

std::string mos(std::uint64_t thousandths)
{
    return thousandths == 0 ? "-" : fixed(static_cast<double>(thousandths) / 1000);
}

}  // namespace rb::rbctl
