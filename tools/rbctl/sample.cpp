#include "tools/rbctl/sample.h"

#include "dataplane/base/quantile.h"

#include <algorithm>
#include <cstdlib>

namespace rb::rbctl {

Sample::Sample(const StatsReader& reader, Nanos now) : at_{now}
{
    for (const BlockView& block : reader.blocks()) {
        for (const FigureView& figure : block.figures) {
            if (!block.table && figure.kind != FigureKind::Text) {
                values_.emplace(block.name + '.' + figure.name, block.value(figure));
            }
        }
    }
}

std::uint64_t Sample::get(std::string_view figure) const
{
    const auto found = values_.find(figure);
    return found == values_.end() ? 0 : found->second;
}

std::uint64_t Span::change(std::string_view figure) const
{
    const std::uint64_t before = before_.get(figure);
    const std::uint64_t after = after_.get(figure);
    return after > before ? after - before : 0;
}

double Span::per_second(std::string_view figure) const
{
    const double seconds = std::chrono::duration<double>(after_.at() - before_.at()).count();
    return seconds > 0 ? static_cast<double>(change(figure)) / seconds : 0;
}

Span::Spread Span::spread(const std::string& histogram) const
{
    std::vector<BucketCount> buckets;
    const std::string prefix = histogram + '.';
    for (auto it = after_.values().lower_bound(prefix); it != after_.values().end() && it->first.starts_with(prefix);
         ++it) {
        const std::string bound = it->first.substr(prefix.size());
        buckets.push_back({.bound = bound == kAbove ? UINT64_MAX : std::strtoull(bound.c_str(), nullptr, 10),
                           .count = change(it->first)});
    }
    // The map has them by name, "16" before "2".
    std::sort(buckets.begin(), buckets.end(),
              [](const BucketCount& a, const BucketCount& b) { return a.bound < b.bound; });
    const auto quantile = [&](std::uint64_t per_mille) -> std::string {
        const std::size_t found = quantile_bucket(buckets, per_mille);
        if (found == buckets.size()) {
            return kNothingCounted;
        }
        return buckets[found].bound == UINT64_MAX ? kAbove : std::to_string(buckets[found].bound);
    };
    return {.p50 = quantile(500), .p99 = quantile(990), .max = quantile(1000)};
}

std::vector<std::string> worker_names(const StatsReader& reader)
{
    std::vector<std::string> names;
    while (reader.find("worker." + std::to_string(names.size())) != nullptr) {
        names.push_back("worker." + std::to_string(names.size()));
    }
    return names;
}

double per_second_of_all(const Span& span, const std::vector<std::string>& workers, std::string_view figure)
{
    double sum = 0;
    for (const std::string& worker : workers) {
        sum += span.per_second(worker + '.' + std::string{figure});
    }
    return sum;
}

}  // namespace rb::rbctl
