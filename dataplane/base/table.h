// table.h — objects by handle: constant-time insert, find and erase; a stale handle finds nothing.
#pragma once

#include "dataplane/base/assert.h"
#include "dataplane/base/handle.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace rb {

/// Owns its objects and gives their indexes out again, last freed first. Allocates when it grows: control side only.
template <typename T>
class Table {
public:
    /// Takes the object in; the handle is valid until erase.
    Handle<T> insert(std::unique_ptr<T> object)
    {
        RB_ASSERT(object != nullptr);
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(cells_.size()));
            cells_.emplace_back();
        }
        const std::uint32_t index = free_.back();
        free_.pop_back();
        Cell& cell = cells_[index];
        cell.object = std::move(object);
        ++size_;
        return {.index = index, .generation = cell.generation};
    }

    /// The object, or nullptr once it has gone.
    [[nodiscard]] T* find(Handle<T> handle) noexcept
    {
        return holds(handle) ? cells_[handle.index].object.get() : nullptr;
    }
    [[nodiscard]] const T* find(Handle<T> handle) const noexcept
    {
        return holds(handle) ? cells_[handle.index].object.get() : nullptr;
    }

    /// Gives the object back to the caller; every handle to it is stale from now on.
    std::unique_ptr<T> erase(Handle<T> handle)
    {
        RB_ASSERT(holds(handle));
        Cell& cell = cells_[handle.index];
        cell.generation = cell.generation == UINT32_MAX ? 1 : cell.generation + 1;
        free_.push_back(handle.index);
        --size_;
        return std::move(cell.object);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Calls visit(handle, object) for each; visit may erase the object it is given.
    template <typename Visit>
    void for_each(Visit&& visit)
    {
        for (std::uint32_t index = 0; index < cells_.size(); ++index) {
            if (cells_[index].object != nullptr) {
                visit(Handle<T>{.index = index, .generation = cells_[index].generation}, *cells_[index].object);
            }
        }
    }

private:
    struct Cell {
        std::unique_ptr<T> object;
        std::uint32_t generation = 1;
    };

    [[nodiscard]] bool holds(Handle<T> handle) const noexcept
    {
        return handle.index < cells_.size() && cells_[handle.index].generation == handle.generation &&
               cells_[handle.index].object != nullptr;
    }

    std::deque<Cell> cells_;
    std::vector<std::uint32_t> free_;
    std::size_t size_ = 0;
};

}  // namespace rb
