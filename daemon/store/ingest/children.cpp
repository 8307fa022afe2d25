// SPDX-License-Identifier: Apache-2.0
// Child runs: a process of the parent writes a line and reports into a folder of the parent's journal, without a
// request to the daemon. The record is written when the line is read. A child run ends when its process says so, at the
// latest with its parent.
#include <sys/stat.h>

#include "base/permanent.h"
#include "daemon/state/trash.h"
#include "daemon/store/ingest/ingest_run.h"
#include "daemon/store/ingest/record.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

bool is_folder(const Path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The record of a child run that the database does not know.
enum class ChildRecord { kMissing, kWhole, kTorn, kOfAnotherRun };

/// Torn: the record of a child run is synced after its directory has its name, and the power failed in between; all of
/// it is written again from the parent's line.
Result<ChildRecord> check_child_record(const protocol::RunDir& dir, const std::string& parent) {
  if (!is_folder(dir.root)) return ChildRecord::kMissing;
  const auto text = base::read_file(dir.spec());
  if (!text && text.error().code != std::errc::no_such_file_or_directory)
    return base::is_permanent(text.error().code) ? Result<ChildRecord>(ChildRecord::kOfAnotherRun) : text.error();
  const auto spec = text ? protocol::parse_json(*text, "spec.json") : Result<json>(text.error());
  if (!spec || !spec->is_object()) return ChildRecord::kTorn;
  const auto known = protocol::spec_from_json(*spec);
  if (!known || known->id != dir.root.filename() || known->parent != parent) return ChildRecord::kOfAnotherRun;
  return read_created(dir) ? ChildRecord::kWhole : ChildRecord::kTorn;
}

/// The ending of a child that has not ended when its parent does.
protocol::ExitRecord ending_with_parent(const protocol::ExitRecord& parent) {
  protocol::ExitRecord record;
  const bool canceled = parent.outcome == protocol::RunEvent::kCanceled;
  record.outcome = canceled ? protocol::RunEvent::kCanceled : protocol::RunEvent::kFailed;
  record.reason = canceled ? "cancelled" : "lost";
  record.message = canceled ? "the run that this one belongs to was canceled"
                            : "the run that this one belongs to ended, and had not ended this one";
  record.by = "daemon";
  record.ended = parent.ended;
  return record;
}

}  // namespace

Result<void> Ingest::refuse_child(Run& parent, const std::string& why) {
  parent.changes |= kRunChanged;
  return rows_.warning(parent.key, why, 0);
}

Result<void> Ingest::create_child(Run& parent, const protocol::Timed<protocol::ChildRun>& child) {
  const std::string& id = child.fact.id;
  if (!is_folder(protocol::child_journal(parent.journal, id))) return {};  // removed since
  const std::string id_is_used = "the child run '" + id + "' was not made: there is a run of that id already";
  Query query = database_.query("SELECT parent FROM run WHERE id = ?");
  TRY_ASSIGN(const bool found, query.bind(id).step());
  if (found) return query.text(0) == parent.id ? Result<void>() : refuse_child(parent, id_is_used);
  TRY_ASSIGN(const ChildRecord record, check_child_record(state_.run(id), parent.id));
  if (record == ChildRecord::kOfAnotherRun) return refuse_child(parent, id_is_used);
  if (record != ChildRecord::kWhole) {
    TRY_ASSIGN(const std::int64_t children, count_children(parent));
    if (children >= protocol::kMostChildRuns)
      return refuse_child(parent, "a run may make " + std::to_string(protocol::kMostChildRuns) +
                                      " child runs: more of them were not made");
    if (record == ChildRecord::kTorn) TRY(state::put_away(state_, state_.run(id).root));
    const auto written = write_child_record(parent, child);
    if (!written && base::is_permanent(written.error().code)) return refuse_child(parent, written.error().message);
    TRY(written);
  }
  TRY_ASSIGN(const RunKey key, adopt(id));
  if (parent.children) ++*parent.children;
  add_change({.run = id, .what = kRunChanged | kStateChanged, .created_child = key});
  return {};
}

Result<std::int64_t> Ingest::count_children(Run& parent) {
  if (!parent.children) {
    Query query = database_.query("SELECT count(*) FROM run WHERE parent = ? AND journal IS NOT NULL");
    TRY(query.bind(std::string_view(parent.id)).step());
    parent.children = query.integer(0);
  }
  return *parent.children;
}

Result<void> Ingest::write_child_record(const Run& parent, const protocol::Timed<protocol::ChildRun>& child) {
  const protocol::ChildRun& line = child.fact;
  Query query =
      database_.query("SELECT spec, created_fact ->> 'name', created_fact ->> 'submitter' FROM run_text WHERE run = ?");
  TRY(query.bind(parent.key).step());
  TRY_ASSIGN(const json spec, protocol::parse_json(query.text(0), "the parent's spec"));
  TRY_ASSIGN(const auto above, protocol::spec_from_json(spec));
  const std::string above_name = query.text(1).empty() ? "run_" + parent.id : query.text(1);
  NewRecord record;
  record.created.submitter = query.text(2);
  record.spec.id = line.id;
  record.spec.kind = protocol::RunKind::kInteractive;
  record.spec.workspace = above.workspace;
  record.spec.experiment = above.experiment;
  record.spec.target = above.target;
  record.spec.quotas = above.quotas;
  record.spec.parent = parent.id;
  record.spec.submitted = child.t;
  TRY_ASSIGN(record.spec.number, next_number(record.spec));
  record.created.name = above_name + ">" + (line.name.empty() ? "run_" + line.id : line.name);
  record.created.display_name = line.display_name.empty() ? record.created.name : line.display_name;
  record.created.tags = line.tags;
  record.created.interactive = true;
  record.created.journal =
      protocol::child_journal(parent.journal, line.id).lexically_relative(state_.run(line.id).root).string();
  TRY_ASSIGN_FOR("cannot write the record of the child run '" + line.id + "'", const auto written,
                 write_record(state_, record));
  unsynced_.insert(unsynced_.end(), written.begin(), written.end());
  return {};
}

Result<void> Ingest::end_children(const Run& parent) {
  std::vector<RunKey> open;
  {
    Query query = database_.query("SELECT key FROM run WHERE parent = ? AND state < ? AND journal IS NOT NULL");
    query.bind(std::string_view(parent.id)).bind(static_cast<std::int64_t>(protocol::RunState::kCompleted));
    for (;;) {
      TRY_ASSIGN(const bool found, query.step());
      if (!found) break;
      open.push_back(query.integer(0));
    }
  }
  for (const RunKey key : open) TRY(end(key, ending_with_parent(*parent.ending)));
  return {};
}

}  // namespace store
