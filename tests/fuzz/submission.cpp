// SPDX-License-Identifier: Apache-2.0
// The bodies that clients send: what is taken reads back the same from the record, and keeps its promises.
#include "daemon/submission.h"

#include "base/text.h"
#include "daemon/labels.h"
#include "daemon/source/upload_plan.h"
#include "protocol/bytes_json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

void submit(const nlohmann::json& body) {
  (void)yard::source_from_json(body);
  const auto submission = yard::submission_from_json(body, {});
  if (!submission) return EXPECT(!submission.error().message.empty());
  const auto& run = submission->run;
  EXPECT(!submission->id.empty() && !run.experiment.empty());
  if (run.kind == protocol::RunKind::kScript) EXPECT(base::is_safe_relative(run.script));
  for (const auto& link : run.source.links) EXPECT(base::is_safe_relative(link));
  const std::string record = protocol::to_json(run).dump();
  const auto parsed = protocol::parse_json(record, "spec.json");
  EXPECT(parsed);
  const auto again = protocol::spec_from_json(*parsed);
  EXPECT(again);
  EXPECT(protocol::to_json(*again).dump() == record);
}

void upload(const nlohmann::json& body) {
  const auto list = yard::upload_list_from_json(body);
  if (!list) return;
  const auto chosen = yard::select_for_upload(*list, 10'000, {}, nullptr);
  if (!chosen) return EXPECT(!chosen.error().message.empty());
  for (std::size_t i = 0; i < chosen->entries.size(); ++i) {
    EXPECT(base::is_safe_relative(chosen->entries[i].path));
    if (i > 0) EXPECT(chosen->entries[i - 1].path < chosen->entries[i].path);
  }
}

}  // namespace

void fuzz::submission(std::string_view input) {
  const auto body = protocol::parse_json(input, "a body");
  if (!body || !body->is_object()) return;
  submit(*body);
  upload(*body);
  (void)yard::labels_from_json(*body, "tags", true);
  (void)yard::names_from_json(*body, "untag");
}
