// SPDX-License-Identifier: Apache-2.0
// The plain pages, until the portal is there: pure functions from the JSON bodies of the API (docs/formats/http-api.md) to
// HTML. They believe nothing: a missing or mistyped field is left out, whatever a user named is text.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace yard::pages {

/// `now`: microseconds since 1970, for "3 min ago".
/// `experiments`, `runs`: bodies of GET /api/v1/experiments and /api/v1/runs.
std::string home(const nlohmann::json& experiments, const nlohmann::json& runs, std::int64_t now);

/// `runs`: of this experiment. `metrics`: {"items": [{"run", "metrics"}]} of those runs (may hold fewer runs, or none).
/// `more`: the query of the next page, such as "?cursor=x", or empty.
std::string experiment(std::string_view name, const nlohmann::json& runs, const nlohmann::json& metrics, std::string_view more,
                       std::int64_t now);

/// `run`: a run. `metrics`, `files`: bodies of GET .../metrics and .../files. `children`: a list of runs. `log`: its last
/// lines, as bytes.
std::string run(const nlohmann::json& run, const nlohmann::json& metrics, const nlohmann::json& files, const nlohmann::json& children,
                std::string_view log, std::int64_t now);

inline constexpr std::size_t kLogLines = 200;      ///< what `log` should hold
inline constexpr std::size_t kRowsShown = 50;      ///< of each table metric: the last ones
inline constexpr std::size_t kMetricColumns = 6;   ///< of an experiment's runs

}  // namespace yard::pages
