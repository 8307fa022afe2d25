// SPDX-License-Identifier: Apache-2.0
#include "launcher/attempt.h"

#include "protocol/json.h"

namespace launcher {

using nlohmann::json;

Attempt attempt_at(const base::Path& run_dir) { return {{run_dir}, protocol::RunDir{run_dir}.attempt(), {}, {}}; }

base::Result<void> load_spec(Attempt& attempt) {
  TRY_ASSIGN(const std::string text, base::read_file(attempt.run.spec()));
  TRY_ASSIGN(const json parsed, protocol::parse_json(text, "record/spec.json"));
  TRY_ASSIGN_FOR("cannot read record/spec.json", attempt.spec, protocol::spec_from_json(parsed));
  if (!protocol::has_inputs(parsed)) return {};
  TRY_ASSIGN(const std::string inputs, base::read_file(attempt.run.inputs()));
  TRY_ASSIGN(const json inputs_json, protocol::parse_json(inputs, "record/inputs.json"));
  TRY_ASSIGN_FOR("cannot read record/inputs.json", attempt.spec.inputs, protocol::inputs_from_json(inputs_json));
  return {};
}

}  // namespace launcher
