// SPDX-License-Identifier: Apache-2.0
// Runs made inside of another: a process of the parent writes a line and reports into a folder of the parent's journal,
// without asking anybody. The record is made when the line is read. Such a run ends when its process says so, at the
// latest with its parent.
#include <sys/stat.h>

#include "daemon/store/ingest/ingest_run.h"
#include "daemon/store/ingest/record.h"
#include "daemon/state/trash.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;
using protocol::text_at;

namespace {

/// The members of an object that are text or null; what else a line may hold there is left out.
json texts_at(const json& j, const char* key) {
  json texts = json::object();
  const auto it = j.find(key);
  if (it == j.end() || !it->is_object()) return texts;
  for (const auto& [name, value] : it->items())
    if ((value.is_string() || value.is_null()) && protocol::check_name("tag", name)) texts[name] = value;
  return texts;
}

bool is_folder(const Path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// What is there of a run that the database does not know.
enum class Left { kNothing, kWhole, kTorn, kAnothers };

/// Torn: the record of a child run is synced after its directory has its name, and then the power went; all that it says is made
/// again of the parent's line.
Result<Left> left_of(const protocol::RunDir& dir, const std::string& parent) {
  if (!is_folder(dir.root)) return Left::kNothing;
  const auto text = base::read_file(dir.spec());
  if (!text && text.error().code != std::errc::no_such_file_or_directory) return text.error();
  const auto spec = text ? protocol::parse_json(*text, "spec.json") : Result<json>(text.error());
  if (!spec || !spec->is_object()) return Left::kTorn;
  const auto known = protocol::spec_from_json(*spec);
  if (!known || known->id != dir.root.filename() || known->parent != parent) return Left::kAnothers;
  return check_created(dir) ? Left::kWhole : Left::kTorn;
}

/// What becomes of a child that nobody ended.
protocol::ExitRecord left_open(const protocol::ExitRecord& parent) {
  protocol::ExitRecord record;
  const bool canceled = parent.outcome == protocol::RunEvent::kCanceled;
  record.outcome = canceled ? protocol::RunEvent::kCanceled : protocol::RunEvent::kFailed;
  record.reason = canceled ? "cancelled" : "lost";
  record.message = canceled ? "the run that this one belongs to was cancelled" : "the run that this one belongs to ended, and had not ended this one";
  record.by = "daemon";
  record.ended = parent.ended;
  return record;
}

}  // namespace

Result<void> Ingest::begin_children(Run& parent) {
  for (const auto& line : std::exchange(parent.facts.children, {})) TRY(begin_child(parent, line));
  return {};
}

Result<void> Ingest::begin_child(Run& parent, const json& line) {
  const std::string id = text_at(line, "n");
  if (!is_folder(protocol::child_journal(parent.journal, id))) return {};  // removed since
  const auto refused = [&](const std::string& why) {
    parent.facts.changes |= kRunChanged;
    return rows_.warning(parent.key, why, 0);
  };
  const auto taken = [&] { return refused("the child run '" + id + "' was not made: there is a run of that id already"); };
  Query known = database_.query("SELECT parent FROM run WHERE id = ?");
  TRY_ASSIGN(const bool found, known.bind(id).step());
  if (found) return known.text(0) == parent.id ? Result<void>() : taken();
  TRY_ASSIGN(const Left left, left_of(state_.run(id), parent.id));
  if (left == Left::kAnothers) return taken();
  if (left != Left::kWhole) {
    TRY_ASSIGN(const std::int64_t children, count_children(parent));
    if (children >= protocol::kMostChildRuns)
      return refused("a run may make " + std::to_string(protocol::kMostChildRuns) + " child runs: more of them were not made");
    if (left == Left::kTorn) TRY(state::put_away(state_, state_.run(id).root));
    TRY(make_child(parent, line, id));
  }
  TRY_ASSIGN(const RunKey key, adopt(id));
  if (parent.children) ++*parent.children;
  note({id, kRunChanged | kStateChanged, false, key});
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

Result<void> Ingest::make_child(const Run& parent, const json& line, const std::string& id) {
  Query query = database_.query("SELECT spec, created_fact FROM run_text WHERE run = ?");
  TRY(query.bind(parent.key).step());
  TRY_ASSIGN(const json spec, protocol::parse_json(query.text(0), "the parent's spec"));
  TRY_ASSIGN(const json created, protocol::parse_json(query.text(1), "the parent's first fact"));
  NewRecord record;
  TRY_ASSIGN(const auto above, protocol::spec_from_json(spec));
  record.spec.id = id;
  record.spec.kind = protocol::RunKind::kInteractive;
  record.spec.workspace = above.workspace;
  record.spec.experiment = above.experiment;
  record.spec.target = above.target;
  record.spec.quotas = above.quotas;
  record.spec.parent = parent.id;
  record.spec.submitted = line["t"].get<double>();
  TRY_ASSIGN(record.spec.number, next_number(record.spec));
  const std::string own = text_at(line, "name"), given = text_at(created, "name"), shown = text_at(line, "display_name");
  const std::string name = (given.empty() ? "run_" + parent.id : given) + ">" + (own.empty() ? "run_" + id : own);
  record.created = {{"k", "created"},
                    {"submission_id", ""},
                    {"submitter", text_at(created, "submitter")},
                    {"tags", texts_at(line, "tags")},
                    {"properties", json::object()},
                    {"name", name},
                    {"display_name", shown.empty() ? name : shown},
                    {"interactive", true},
                    {"journal", protocol::child_journal(parent.journal, id).lexically_relative(state_.run(id).root).string()},
                    {"t", record.spec.submitted}};
  TRY_ASSIGN_FOR("cannot write the record of the child run '" + id + "'", const auto written, write_record(state_, record));
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
  for (const RunKey key : open) TRY(end(key, left_open(*parent.ending)));
  return {};
}

}  // namespace store
