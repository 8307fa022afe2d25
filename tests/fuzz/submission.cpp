// SPDX-License-Identifier: Apache-2.0
// The bodies that clients send: what is taken reads back the same from the record, and keeps its promises.
#include "daemon/runs/submission.h"

#include "base/text.h"
#include "daemon/source/upload_plan.h"
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

void upload(const nlohmann::json& body) {
  const auto list = source::upload_list_from_json(body);
  if (!list) return;
  const auto chosen = source::select_for_upload(*list, 10'000, {}, nullptr);
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
  (void)protocol::tags_from_json(*body);
  (void)protocol::properties_from_json(*body);
  (void)protocol::names_from_json(*body, "untag");
}
