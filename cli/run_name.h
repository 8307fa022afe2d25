// SPDX-License-Identifier: Apache-2.0
// How people name a run: by its id, the beginning of one, EXPERIMENT/NUMBER, or "latest".
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/client.h"

namespace cli {

struct RunName {
  enum class Kind { kId, kNumber, kLatest };
  Kind kind = Kind::kId;
  std::string text;  ///< id or beginning of one; experiment
  std::int64_t number = 0;
};
/// The name in a word; the error says why it cannot be one.
base::Result<RunName> parse_run_name(std::string_view word);

/// The run that `word` names; an error lists the candidates when several begin so.
base::Result<nlohmann::json> find_run(const Client& client, const std::string& word);
base::Result<std::string> find_run_id(const Client& client, const std::string& word);
/// The id of the one run that begins with `beginning`, of `ids`; the errors are those of find_run.
base::Result<std::string> only_match(const std::string& beginning, const std::vector<std::string>& ids);

}  // namespace cli
