// SPDX-License-Identifier: Apache-2.0
// Appends and ingests the facts about the state directory: workspaces, experiments, targets, models and environments.
#include "base/sync.h"
#include "daemon/store/ingest/ingest_run.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace store {

using base::Result;
using nlohmann::json;

Result<void> Ingest::append_state_fact(const protocol::StateFact& fact) {
  if (!state_file_) {
    TRY_ASSIGN(state_file_, base::Appender::open(state_.state_facts()));
    TRY(base::sync_directory(state_.root));  // the file may be new
  }
  const json line = protocol::to_json(fact, base::to_seconds(base::now()));
  TRY_FOR("cannot write '" + state_.state_facts().string() + "'", state_file_->append(protocol::to_text(line)));
  state_file_dirty_ = true;
  return ingest_state_facts();
}

Result<void> Ingest::ingest_state_facts() {
  const std::string file = state_.state_facts().filename().string();
  job_touched_state_facts_ = true;
  TRY_ASSIGN(Source* const from, source(0, state_sources_, file));
  const auto skip = [&](std::uint64_t) -> Result<void> {
    ++from->position.rejected;  // GET /api/v1/status says how many
    return {};
  };
  const auto on_line = [&](std::string_view text, std::uint64_t after) -> Result<void> {
    const auto parsed = protocol::parse_json(text, file);
    return parsed ? state_facts_.apply(*parsed) : skip(after);
  };
  ReadOptions options;
  options.rebooted = rebooted_;
  for (bool more = true; more;) {
    TRY_ASSIGN(const auto report, read_lines(state_.state_facts(), from->position, options, on_line, skip));
    if (!report.unreadable.empty()) return base::error(report.unreadable);
    more = report.more;
    if (report.bytes > 0) add_change({.run = "", .what = kRunChanged});
  }
  return save_position(0, file, *from);
}

Result<std::int64_t> Ingest::next_number(const protocol::RunSpec& spec) {
  const auto ask = [&]() -> Result<std::optional<std::int64_t>> {
    Query query = database_.query(
        "SELECT last_number FROM experiment e JOIN workspace w ON w.key = e.workspace"
        " WHERE w.subscription = ? AND w.resource_group = ? AND w.name = ? AND e.name = ?");
    query.bind(spec.workspace.subscription_id).bind(spec.workspace.resource_group).bind(spec.workspace.name);
    TRY_ASSIGN(const bool found, query.bind(spec.experiment).step());
    return found ? std::optional(query.integer(0)) : std::nullopt;
  };
  TRY_ASSIGN(auto last, ask());
  if (!last) {
    TRY(append_state_fact(protocol::ExperimentMade{spec.workspace, spec.experiment}));
    TRY_ASSIGN(last, ask());
  }
  return last.value_or(0) + 1;
}

}  // namespace store
