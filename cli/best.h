// SPDX-License-Identifier: Apache-2.0
// The best child of a sweep, as the answers of GET .../sweep show the children.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/table.h"

namespace cli {

/// The sweeps whose children count for a sweep: those that it goes on with or learned from, and itself.
std::vector<std::string> sweeps_of(const nlohmann::json& run);
/// The best value that a child has logged, by the goal (minimize or maximize); nothing when it has logged no number.
std::optional<double> best_value(const nlohmann::json& child, const std::string& goal);
/// The child with the best value, the first of several; null when none has logged a number.
nlohmann::json best_child(const nlohmann::json& children, const std::string& goal);
/// One row: run, status, the value of the metric, each parameter.
Table best_table(const nlohmann::json& child, const std::string& metric, const std::string& goal);

}  // namespace cli
