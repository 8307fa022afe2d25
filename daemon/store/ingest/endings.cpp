// SPDX-License-Identifier: Apache-2.0
// How a run ends: by the exit record of its launcher, by a fact of the daemon, or by a line of the child run's own
// process.
#include <sys/stat.h>

#include "base/permanent.h"
#include "base/sync.h"
#include "daemon/store/ingest/ingest_run.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

/// An ending that the daemon writes; its seal holds the attempt's files as they are at this moment.
Result<protocol::Ended> ended_fact(protocol::ExitRecord record, const protocol::RunDir& dir, const Path& journal) {
  TRY_ASSIGN(auto files, journals_in(journal));
  files.push_back(dir.attempt().launcher_facts());
  files.push_back(dir.attempt().log());
  for (const auto& path : files) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
      record.seal[relative(dir, path)] = static_cast<std::uint64_t>(status.st_size);
  }
  return protocol::Ended{std::move(record)};
}

/// The file appears whole: one that cannot be understood was damaged later, and another try would not help.
protocol::ExitRecord damaged_ending(const std::string& why) {
  protocol::ExitRecord record;
  record.reason = "lost";
  record.message = "the record of how the run ended is damaged: " + why;
  record.by = "daemon";
  record.ended = base::to_seconds(base::now());
  return record;
}

Result<protocol::ExitRecord> exit_record_in(const std::string& text) {
  TRY_ASSIGN(const json parsed, protocol::parse_json(text, "exit.json"));
  return protocol::exit_record_from_json(parsed);
}

}  // namespace

/// Sets the run's ending when its launcher has written one. Returns why the record is damaged; empty: it is not.
Result<std::string> Ingest::read_exit_record(Run& run) {
  if (run.ending) return std::string();
  const auto attempt = run.dir.attempt();
  const auto text = base::read_file(attempt.exit_record(), 64 << 20);
  const auto cause = text ? std::error_code() : text.error().code;
  if (cause == std::errc::no_such_file_or_directory) return std::string();
  if (!text && !base::exists(attempt.exit_record())) return std::string();  // its folder cannot be entered
  if (base::is_permanent(cause)) return text.error().message;
  if (!text) return text.error();
  auto record = exit_record_in(*text);
  if (!record) return record.error().message;
  TRY(base::sync_directory(attempt.root));  // the launcher may be about to: an ending that we publish must stay
  run.ending = std::move(*record);
  return std::string();
}

/// Writes an ending of the daemon. Where the record cannot take it, the database has it alone: no run goes on for ever.
Result<void> Ingest::write_ending(Run& run, protocol::ExitRecord record) {
  TRY_ASSIGN(const protocol::Ended fact, ended_fact(std::move(record), run.dir, run.journal));
  TRY(append_if_possible(run.key, fact, base::to_seconds(base::now())));
  if (run.ending) return {};  // it was appended and read
  run.ending = fact.record;
  return rows_.warning(run.key, "the end of the run is not in its record, which cannot be written", base::now());
}

Result<IngestPass> Ingest::ingest_run(RunKey key) {
  TRY_ASSIGN(Run* const run, load(key));
  TRY_ASSIGN(const std::string damage, read_exit_record(*run));
  TRY(ingest_facts(*run, run->dir.daemon_facts(), true));
  TRY(ingest_facts(*run, run->dir.attempt().launcher_facts(), false));
  TRY_ASSIGN(IngestPass pass, ingest_journals(*run));
  if (auto reported = std::exchange(run->reported_ending, std::nullopt); reported && run->is_child && !run->ending)
    TRY(end(key, std::move(*reported)));
  if (!damage.empty() && !run->ending && !pass.more) TRY(write_ending(*run, damaged_ending(damage)));
  TRY_ASSIGN(const bool ended, apply_ending(*run, pass.more));
  pass.grew |= ended;
  pass.final = run->ended;
  return pass;
}

/// Warns of lines in sealed files that were refused or not read: the end of a file that its writer did not finish.
Result<void> Ingest::warn_of_rest(Run& run) {
  for (const auto& [file, size] : run.ending->seal) {
    const auto known = run.sources.find(file);
    if (known == run.sources.end() || file.ends_with("/log")) continue;
    const Position& position = known->second.position;
    if (position.rejected > kShownRejections)
      TRY(rows_.warning(run.key, std::to_string(position.rejected) + " lines of " + file + " were refused in all", 0));
    if (size <= run.journal_quota && position.offset < size)
      TRY(reject_line(run, file, known->second, position.offset, "it is cut off"));
  }
  return {};
}

Result<bool> Ingest::apply_ending(Run& run, bool more) {
  if (run.ended || more || !run.ending) return false;
  run.ended = true;
  TRY(warn_of_rest(run));
  TRY(end_children(run));
  Effects effects;
  TRY(run.applier.apply_ending(*run.ending, effects));
  TRY(carry_out(run, std::move(effects)));
  return true;
}

/// Whether the run has ended then.
Result<bool> Ingest::ingest_all(RunKey key) {
  for (;;) {
    TRY_ASSIGN(const IngestPass pass, ingest_run(key));
    if (!pass.more) return pass.final;
  }
}

Result<void> Ingest::end(RunKey key, protocol::ExitRecord record) {
  TRY_ASSIGN(const bool ended, ingest_all(key));
  if (ended) return {};
  TRY_ASSIGN(Run* const run, load(key));
  TRY(write_ending(*run, std::move(record)));
  TRY(ingest_all(key));
  return {};
}

}  // namespace store
