// SPDX-License-Identifier: Apache-2.0
// The datasets that a run names, as the SDK writes them into the run's variables (docs/formats/metric-line.md).
#pragma once

#include <string>
#include <vector>

#include "protocol/bytes_json.h"

namespace protocol {

/// A dataset as an input or an output of a run.
struct DatasetUse {
  std::string name;     ///< of the input or output
  std::string dataset;  ///< its id in datasets.jsonl; empty: the program chooses the dataset of this output
  std::string mode;     ///< mount, download, direct, upload, link
  bool output = false;

  bool operator==(const DatasetUse&) const = default;
};

/// Inputs before outputs, by name. What is not as the SDK writes it is skipped.
std::vector<DatasetUse> dataset_uses(const StringMap& variables);

}  // namespace protocol
