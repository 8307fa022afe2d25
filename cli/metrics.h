// SPDX-License-Identifier: Apache-2.0
// Tables and CSV of the metrics in an answer of the API.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/table.h"

namespace cli {

/// A cell as text: 0.25, resnet, true, nan; empty for null.
std::string cell_text(const nlohmann::json& cell);
/// Also an infinity, which is an object in JSON; nothing for NaN and values that are no number.
std::optional<double> number_in(const nlohmann::json& value);
/// One row per metric: name, kind, how many values, the last one, the smallest, the largest.
Table summary_table(const nlohmann::json& metrics);
/// One row per value, or per row of a table metric.
Table values_table(const nlohmann::json& metric);
/// The tables of the metrics of one name; where there are several, each stands below its kind.
std::string values_text(const nlohmann::json& metrics, bool color, std::size_t width);
/// name,row,step,time,column,value: one line per cell, whatever the kind.
std::string metrics_csv(const nlohmann::json& metrics);
/// As a field of RFC 4180.
std::string csv_field(const std::string& text);

}  // namespace cli
