// SPDX-License-Identifier: Apache-2.0
#include "protocol/dataset_use.h"

#include "protocol/json.h"
#include "protocol/json_field.h"

namespace protocol {

using nlohmann::json;

namespace {

void add_uses(const StringMap& variables, bool output, std::vector<DatasetUse>& uses) {
  const auto found = variables.find(output ? "RUNYARD_OUTPUTS" : "RUNYARD_INPUTS");
  if (found == variables.end()) return;
  const json entries = json::parse(found->second, nullptr, false);
  if (!entries.is_object()) return;
  for (const auto& [name, entry] : entries.items()) {
    if (!entry.is_object()) continue;
    DatasetUse use{name, text_at(entry, "id"), text_at(entry, "mode"), output};
    if (output || !use.dataset.empty()) uses.push_back(std::move(use));
  }
}

}  // namespace

std::vector<DatasetUse> dataset_uses(const StringMap& variables) {
  std::vector<DatasetUse> uses;
  for (const bool output : {false, true}) add_uses(variables, output, uses);
  return uses;
}

}  // namespace protocol
