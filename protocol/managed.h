// SPDX-License-Identifier: Apache-2.0
// The definition of an environment that Runyard builds: the body's "managed".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes_json.h"

namespace protocol {

struct Managed {
  std::string name;                  ///< of the environment, for people
  std::string python;                ///< "3.9", "3.9.18"; empty: that of the run's interpreter
  std::vector<std::string> pip;      ///< lines of a requirements file
  std::vector<std::string> options;  ///< "--index-url URL", "--find-links FOLDER": pip's, for the whole file
  StringMap conda;     ///< conda package to the same as a requirement of the Python index; empty: it is none
  std::string before;  ///< "2021-06-01": packages and Python as they were before that day; empty: as they are now
  std::vector<std::string> channels;  ///< of conda, the first one first
  bool conda_from_index = true;       ///< without a conda: conda packages may come from the Python index
  bool strict = false;                ///< exactly these versions, or an error
};

nlohmann::json to_json(const Managed& managed);
/// Whether it is a day that exists, as "2021-06-01".
bool is_day(std::string_view text);
/// Refuses fields of the wrong type, words that are no option, and lines that no requirements file can hold.
base::Result<Managed> managed_from_json(const nlohmann::json& j);

}  // namespace protocol
