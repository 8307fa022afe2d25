// SPDX-License-Identifier: Apache-2.0
// From a submission to a queued run: snapshot, record, row. What has been answered survives a power loss.
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include "base/digest.h"
#include "base/finally.h"
#include "base/sync.h"
#include "base/text.h"
#include "daemon/runs/attempt.h"
#include "daemon/async/run_on.h"
#include "daemon/source/git_facts.h"
#include "daemon/source/snapshot.h"
#include "daemon/store/ingest/record.h"
#include "daemon/state/trash.h"
#include "daemon/runs/runs.h"
#include "protocol/json.h"

namespace runs {

/// What the writer made of a submission.
struct Yard::Made {
  store::RunKey key = 0;
  bool placed = false;  ///< its directory is there, whatever came after
  std::optional<std::string> held;  ///< the target whose slot is held for it until it is admitted: its attempt begins in the same transaction
  base::Fd lock;        ///< of that attempt
};

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

std::string made_id(const protocol::RunSpec& spec, base::Micros now) {
  std::string name;
  for (const char c : spec.experiment) name += protocol::check_run_id(std::string(1, c)) || static_cast<unsigned char>(c) >= 0x80 ? c : '-';
  while (name.size() > 200) {  // whole characters
    do name.pop_back();
    while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xC0) == 0x80);
  }
  if (!base::is_utf8(name)) name = "run";
  return name + "_" + std::to_string(now / 1'000'000) + "_" + base::random_hex(4);
}

bool is_interactive(const Submission& s) { return s.run.kind == protocol::RunKind::kInteractive; }

json created_fact(const Submission& s) {
  json tags = json::object(), fact = s.facts;
  for (const auto& [name, value] : s.tags) tags[name] = value ? json(*value) : json(nullptr);
  fact["k"] = "created";
  fact["submission_id"] = s.id;
  fact["submitter"] = s.submitter;
  fact["tags"] = std::move(tags);
  fact["properties"] = s.properties;
  fact["name"] = s.name;
  fact["display_name"] = s.display_name;
  fact["interactive"] = is_interactive(s);
  if (is_interactive(s)) fact["process"] = {{"pid", s.process_pid}, {"start_time", s.process_start_time}};
  fact["t"] = s.run.submitted;
  return fact;
}

/// Safe on disk when this returns. `placed`: the directory is there.
Result<void> write_down(const protocol::StateDir& state, const Submission& s, bool& placed) {
  TRY_ASSIGN(const auto written, store::write_record(state, {s.run, s.environ, created_fact(s), is_interactive(s)}));
  placed = true;
  return base::sync_together(written);
}

Result<std::optional<std::string>> run_of_submission(store::Database& database, const std::string& submission) {
  store::Query query = database.query("SELECT id FROM run WHERE submission = ?");
  TRY_ASSIGN(const bool found, query.bind(submission).step());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

Result<bool> run_exists(store::Database& database, const std::string& id) {
  return database.query("SELECT 1 FROM run WHERE id = ?").bind(id).step();
}

/// Its id, which nobody may have, its parent, which must be there, and its number.
Result<void> prepare_row(store::Ingest& ingest, Submission& s) {
  store::Database& database = ingest.database();
  if (s.run.id.empty()) s.run.id = made_id(s.run, base::from_seconds(s.run.submitted));
  TRY_ASSIGN(const bool taken, run_exists(database, s.run.id));
  if (taken) return base::error("there is a run '" + s.run.id + "' already", std::errc::file_exists);
  TRY_ASSIGN(const bool parent, s.run.parent.empty() ? Result<bool>(true) : run_exists(database, s.run.parent));
  if (!parent) return base::error("there is no run '" + s.run.parent + "' to be the parent", std::errc::no_such_file_or_directory);
  TRY_ASSIGN(s.run.number, ingest.next_number(s.run));
  return {};
}

/// The code says that the client can send what the daemon does not see.
base::Error unseen(const Submission& s) {
  return base::error("the daemon does not see the source directory '" + base::to_utf8(s.run.source.directory) + "' as you do: send it", std::errc::no_link);
}

/// Whether the daemon sees the very folder that the client means.
Result<void> check_folder(const Submission& s) {
  const Path folder = s.run.source.directory;
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return unseen(s);
    return base::os_error("cannot use the source directory '" + folder.string() + "'");
  }
  if (!S_ISDIR(status.st_mode))
    return base::error("cannot use the source directory '" + folder.string() + "': it is not a directory");
  const bool same = (s.device == 0 && s.inode == 0) || (status.st_dev == s.device && status.st_ino == s.inode);
  return same ? Result<void>() : Result<void>(unseen(s));
}

Result<void> check_script(const Submission& s) {
  if (s.run.kind != protocol::RunKind::kScript) return {};
  const Path script = Path(s.run.source.directory) / s.run.script;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(script, ignored)) return {};
  return base::error("the script '" + base::to_utf8(script.string()) + "' does not exist, or is not a file: the script must be inside the source directory");
}

Result<void> check_links(const Submission& s) {
  std::error_code ignored;
  for (const auto& link : s.run.source.links) {
    const Path folder = Path(s.run.source.directory) / link;
    if (!std::filesystem::exists(folder, ignored))
      return base::error("cannot link '" + link + "': there is no '" + folder.string() + "'", std::errc::no_such_file_or_directory);
  }
  return {};
}

void note(Submission& s, const source::Snapshot& snapshot) {
  s.run.snapshot = snapshot.digest;
  s.facts["left_out"] = snapshot.left_out;
  s.facts["files"] = snapshot.files;
  s.facts["bytes"] = snapshot.bytes;
}

/// The folder on this machine.
Result<void> read_folder(Submission& s, const protocol::StateDir& state, const source::SnapshotOptions& options) {
  TRY(check_folder(s));
  TRY(check_script(s));
  TRY(check_links(s));
  s.facts["git"] = source::git_facts(s.run.source.directory);
  if (!s.take_snapshot) return {};
  source::SnapshotLimits limits;
  limits.large = s.large;
  TRY_ASSIGN(const source::Snapshot snapshot, source::take_snapshot(s.run.source.directory, state.snapshots(), limits, options));
  note(s, snapshot);
  return {};
}

/// What the client sent before, since the daemon does not see its folder.
Result<void> read_upload(Submission& s, const protocol::StateDir& state, source::Uploads& uploads, const source::SnapshotOptions& options) {
  TRY_ASSIGN(const source::Snapshot snapshot, uploads.finish(s.upload, state.snapshots(), options));
  note(s, snapshot);
  return {};
}

source::SnapshotOptions options_of(Submission& s, source::StatCache& cache, SubmitProgress& progress, const std::atomic<bool>& stop) {
  source::SnapshotOptions options;
  options.stop = &stop;
  options.cache = &cache;
  options.largest = &s.largest;
  options.linked = s.run.source.links;
  options.progress = [&progress](const source::SnapshotProgress& now) {
    progress.reading = now.phase == source::SnapshotProgress::Phase::reading;
    progress.files = now.files;
    progress.bytes = now.bytes;
    progress.total_bytes = now.total_bytes;
  };
  return options;
}

}  // namespace

Task<Result<void>> Yard::snapshot(Submission& submission, SubmitProgress* progress) {
  if (!submission.has_source) co_return Result<void>();
  auto read = [&submission, progress, this] {
    const source::SnapshotOptions options = options_of(submission, stat_cache_, *progress, leaving_);
    return submission.upload.empty() ? read_folder(submission, settings_.state, options)
                                     : read_upload(submission, settings_.state, uploads_, options);
  };
  co_return co_await async::run_on(snapshots_.get_executor(), std::move(read));
}

/// Removes many files, perhaps.
Task<void> Yard::drop_upload(std::string id) {
  auto drop = [this, id = std::move(id)] {
    uploads_.drop(id);
    return true;
  };
  co_await async::run_on(pool(), std::move(drop));
}

std::optional<SubmitProgress> Yard::progress(const std::string& submission_id) const {
  const auto found = submitting_.find(submission_id);
  if (found == submitting_.end()) return std::nullopt;
  return *found->second;
}

Task<Result<Submitted>> Yard::make_run(Submission& s, Made& made) {
  auto write = [&](store::Ingest& ingest) -> Result<Submitted> {
    store::Database& database = ingest.database();
    TRY_ASSIGN(const auto before, run_of_submission(database, s.id));
    if (before) return Submitted{*before, true};
    TRY(prepare_row(ingest, s));
    TRY_FOR("cannot write the record of run '" + s.run.id + "'", write_down(settings_.state, s, made.placed));
    TRY_ASSIGN(made.key, ingest.adopt(s.run.id));
    if (made.held) {
      TRY_ASSIGN(made.lock, begin_attempt(ingest, made.key, settings_.state.run(s.run.id).attempt()));
    }
    return Submitted{s.run.id, false};
  };
  auto submitted = co_await store_->write(std::move(write));
  if (!submitted && made.placed) {  // what was refused must not be found by the next daemon, and begin then
    auto take_back = [state = settings_.state, id = s.run.id] { return state::put_away(state, state.run(id).root); };
    auto gone = co_await async::run_on(pool(), std::move(take_back));
    if (!gone) spdlog::error("The run {} was refused, but its directory stays: {}", s.run.id, gone.error().message);
  }
  co_return submitted;
}

Task<Result<Submitted>> Yard::submit(Submission& s) {
  if (stopping_) co_return base::error("the daemon is stopping", std::errc::resource_unavailable_try_again);
  const std::string submission_id = s.id;
  auto known = [submission_id](store::Database& database) {
    return run_of_submission(database, submission_id);
  };
  auto before = co_await readers_.read(std::move(known));
  if (!before) co_return before.error();
  if (*before) co_return Submitted{**before, true};
  if (!queue_.knows(s.run.target))
    co_return base::error("there is no target '" + s.run.target + "': make it with  runyard target set " + s.run.target + " --slots 1",
                          std::errc::no_such_file_or_directory);
  if (s.run.sdk_path.empty()) s.run.sdk_path = settings_.sdk.string();
  if (s.submitter.empty()) s.submitter = settings_.user;

  if (!is_interactive(s)) {  // those are not kept waiting
    auto progress = std::make_shared<SubmitProgress>();
    submitting_[submission_id] = progress;
    const base::Finally forget([&] { submitting_.erase(submission_id); });
    auto captured = co_await snapshot(s, progress.get());
    if (!captured) co_return captured.error().with(s.largest.empty() ? "cannot submit" : "cannot submit the run");
  }

  last_submitted_ = std::max(base::now(), last_submitted_ + 1);
  s.run.submitted = base::to_seconds(last_submitted_);
  Made made;
  if (!is_interactive(s)) made.held = queue_.hold(s.run.target);
  const base::Finally go_on([&] {
    if (made.held) queue_.release(*made.held);
    schedule();
  });
  auto submitted = co_await make_run(s, made);
  if (submitted && !submitted->again) admit(s, made);
  if (submitted && !s.upload.empty()) co_await drop_upload(s.upload);
  co_return submitted;
}

/// Of a run that is written down: as with begin_life(), there is no half of this.
void Yard::admit(const Submission& s, Made& made) noexcept {
  ids_[made.key] = s.run.id;
  if (is_interactive(s)) {
    begin_life(made.key, Begin::kInteractive);
    if (s.has_source && s.take_snapshot) boost::asio::co_spawn(loop_, snapshot_later(made.key, s), async::or_end_daemon);
  } else if (!made.held) {
    queue_.add(made.key, s.run.target);
  } else if (!stopping_) {  // else the next daemon starts what this one has begun
    queue_.add_held(made.key, s.run.target, *std::exchange(made.held, std::nullopt));
    begin_life(made.key, Begin::kBegun, std::move(made.lock));
  }
}

}  // namespace runs
