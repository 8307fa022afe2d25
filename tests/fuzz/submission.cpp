// SPDX-License-Identifier: Apache-2.0
// The bodies that clients send: what is taken reads back the same from the record, and keeps its promises.
#include "daemon/runs/submission.h"

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/labels.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

void submit(const nlohmann::json& body) {
  (void)runs::source_from_json(body);
  const auto submission = runs::submission_from_json(body, {});
  if (!submission) return EXPECT(!submission.error().message.empty());
  const auto& run = submission->run;
  EXPECT(!submission->created.submission_id.empty() && !run.experiment.empty());
  if (run.kind == protocol::RunKind::kScript) EXPECT(base::is_safe_relative(run.script));
  for (const auto& link : run.source.links) EXPECT(base::is_safe_relative(link));
  const std::string record = protocol::to_json(run).dump();
  const auto parsed = protocol::parse_json(record, "spec.json");
  EXPECT(parsed);
  const auto again = protocol::spec_from_json(*parsed);
  EXPECT(again);
  EXPECT(protocol::to_json(*again).dump() == record);
}

}  // namespace

void fuzz::submission(std::string_view input) {
  const auto body = protocol::parse_json(input, "a body");
  if (!body || !body->is_object()) return;
  submit(*body);
  (void)protocol::tags_from_json(*body);
  (void)protocol::properties_from_json(*body);
  (void)protocol::names_from_json(*body, "untag");
}
