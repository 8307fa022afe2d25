// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/ingest_run.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/permanent.h"
#include "base/sync.h"
#include "daemon/store/ingest/record.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using base::Path;
using base::Result;
using nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kFactLimit = 16 << 20;  // a fact may carry an environment or a traceback
constexpr std::size_t kShownUnreadable = 10;

/// Of a run that has been submitted: its patterns were checked then.
Result<Patterns> patterns_of(const std::string& text) {
  TRY_ASSIGN(const json list, protocol::parse_json(text, "the run's patterns"));
  std::vector<protocol::Pattern> patterns;
  for (const auto& pattern : list)
    patterns.push_back({protocol::text_at(pattern, "metric"), protocol::text_at(pattern, "pattern")});
  return Patterns::compile(patterns);
}

}  // namespace

Ingest::Ingest(Database& database, protocol::StateDir state, bool rebooted)
    : database_(database), state_(std::move(state)), rebooted_(rebooted), rows_(database),
      state_facts_(database, rows_), book_(database, rows_) {}
Ingest::~Ingest() = default;

/// Lines that were appended to its files stay in them, and are read again.
void Ingest::drop(RunKey key) {
  const auto found = runs_.find(key);
  book_.drop(key);
  rows_.forget(key);
  touched_.erase(key);
  if (found == runs_.end()) return;
  const Run& run = *found->second;
  if (run.daemon_dirty) sync_before_commit(run.dir.daemon_facts());
  if (run.api_dirty) sync_before_commit(run.dir.api_lines());
  for (const auto& [file, source] : run.sources)
    if (source.dirty) sync_before_commit(source.path);
  runs_.erase(found);
}

void Ingest::forget_job() {
  for (const RunKey key : std::exchange(job_runs_, {})) drop(key);
  if (std::exchange(job_touched_state_facts_, false)) state_sources_.clear();
  job_changes_.clear();
}

void Ingest::forget() {
  for (const auto& [key, run] : runs_) job_runs_.insert(key);
  job_touched_state_facts_ = true;
  forget_job();
}

void Ingest::finish_job() {
  std::move(job_changes_.begin(), job_changes_.end(), std::back_inserter(changes_));
  job_changes_.clear();
  job_runs_.clear();
  job_touched_state_facts_ = false;
  for (const auto& [key, run] : touched_) {
    if (run->changes == 0) continue;
    auto states = std::exchange(run->states, {});
    const bool final = std::any_of(states.begin(), states.end(), protocol::is_final);
    changes_.push_back({.run = run->id,
                        .what = std::exchange(run->changes, 0),
                        .final = final,
                        .states = std::move(states),
                        .key = key,
                        .slot = std::exchange(run->slot, SlotNews::kNone)});
  }
}

std::vector<Change> Ingest::collect_changes() {
  // Nothing more is expected of a run that has ended: lines that are added later load it again.
  std::erase_if(touched_, [&](const auto& entry) {
    const auto [key, run] = entry;
    if (!run->ended) return !run->is_dirty();
    book_.close(key);
    rows_.forget(key);
    runs_.erase(key);
    return true;
  });
  return std::exchange(changes_, {});
}

Result<Ingest::Run*> Ingest::load(RunKey key) {
  job_runs_.insert(key);
  if (const auto found = runs_.find(key); found != runs_.end()) return touched_[key] = found->second.get();
  Query query = database_.query(
      "SELECT r.id, t.ending, r.journal, t.spec ->> 'patterns', t.spec ->> '$.quotas.journal_bytes' FROM run r JOIN "
      "run_text t ON t.run = r.key WHERE r.key = ?");
  TRY_ASSIGN(const bool found, query.bind(key).step());
  if (!found) return base::error("there is no such run", std::errc::no_such_file_or_directory);
  const std::string id = query.text(0);
  auto run = std::make_unique<Run>(
      Run{.key = key, .id = id, .dir = state_.run(id), .applier = LineApplier(rows_, book_, key)});
  run->set_journal(query.text(2));
  if (!query.is_null(4)) run->journal_quota = static_cast<std::uint64_t>(query.integer(4));
  if (query.text(3).size() > 2) {
    TRY_ASSIGN(run->patterns, patterns_of(query.text(3)));
  }
  if (!query.is_null(1)) {  // bytes beyond its seal do not belong to the run
    TRY_ASSIGN(const json record, protocol::parse_json(query.text(1), "the ending"));
    TRY_ASSIGN(run->ending, protocol::exit_record_from_json(record));
    run->ended = true;
  }
  return touched_[key] = (runs_[key] = std::move(run)).get();
}

Result<Ingest::Source*> Ingest::source(RunKey run, std::map<std::string, Source>& known, const std::string& file) {
  if (const auto found = known.find(file); found != known.end()) return &found->second;
  Source source;
  Query query = database_.query(
      "SELECT generation, offset, tail_hash, skipping, rejected FROM source WHERE run = ? AND file = ?");
  TRY_ASSIGN(const bool found, query.bind(run).bind(file).step());
  if (found)
    source.position = {.generation = query.integer(0),
                       .offset = static_cast<std::uint64_t>(query.integer(1)),
                       .tail_hash = static_cast<std::uint64_t>(query.integer(2)),
                       .skipping = query.integer(3) != 0,
                       .rejected = static_cast<std::uint64_t>(query.integer(4))};
  source.continued = found && (source.position.offset > 0 || source.position.generation > 0);
  return &(known[file] = std::move(source));
}

Result<void> Ingest::save_position(RunKey run, const std::string& file, const Source& source) {
  const Position& p = source.position;
  Query query = database_.query("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?)");
  query.bind(run).bind(file).bind(p.generation).bind(static_cast<std::int64_t>(p.offset));
  query.bind(static_cast<std::int64_t>(p.tail_hash)).bind(std::int64_t{p.skipping});
  return query.bind(static_cast<std::int64_t>(p.rejected)).run();
}

Result<RunKey> Ingest::adopt(std::string_view id) {
  {
    Query query = database_.query("SELECT key FROM run WHERE id = ?");
    TRY_ASSIGN(const bool found, query.bind(id).step());
    if (found) return query.integer(0);
  }
  const auto dir = state_.run(id);
  TRY_ASSIGN(const std::string text, base::read_file(dir.spec()));
  TRY_ASSIGN(const json parsed, protocol::parse_json(text, "record/spec.json"));
  TRY_ASSIGN(const auto spec, protocol::spec_from_json(parsed));
  if (spec.id != id) return base::error("the run directory '" + std::string(id) + "' holds the run '" + spec.id + "'");
  TRY(read_created(dir));
  TRY_ASSIGN(const RunKey key, rows_.run(spec));
  TRY_ASSIGN(Run* const run, load(key));
  TRY(ingest_facts(*run, dir.daemon_facts(), true));
  Query journal = database_.query("SELECT journal FROM run WHERE key = ?");
  TRY(journal.bind(key).step());
  run->set_journal(journal.text(0));
  return key;
}

Result<void> Ingest::append_fact(RunKey key, const protocol::DaemonFact& fact, double t) {
  TRY_ASSIGN(Run* const run, load(key));
  if (!run->daemon_file) {
    TRY_ASSIGN(run->daemon_file, base::Appender::open(run->dir.daemon_facts()));
  }
  TRY_FOR("cannot write '" + run->dir.daemon_facts().string() + "'",
          run->daemon_file->append(protocol::to_text(protocol::to_json(fact, t))));
  run->daemon_dirty = true;
  return ingest_facts(*run, run->dir.daemon_facts(), true);
}

/// As append_fact(). False when the record of the run cannot be written, now or later.
Result<bool> Ingest::append_if_possible(RunKey key, const protocol::DaemonFact& fact, double t) {
  const auto appended = append_fact(key, fact, t);
  if (!appended && base::is_permanent(appended.error().code)) return false;
  TRY(appended);
  return true;
}

/// A warning that a rebuild gives as well, if the record can be written.
Result<void> Ingest::record_warning(Run& run, const std::string& sentence) {
  const base::Micros now = base::now();
  run.changes |= kRunChanged;
  TRY_ASSIGN(const bool recorded, append_if_possible(run.key, protocol::Warning{sentence}, base::to_seconds(now)));
  return recorded ? Result<void>() : rows_.warning(run.key, sentence, now);
}

Result<void> Ingest::ingest_facts(Run& run, const Path& path, bool daemon) {
  const std::string file = relative(run.dir, path);
  TRY_ASSIGN(Source* const from, source(run.key, run.sources, file));
  ReadOptions options;
  options.longest_line = kFactLimit;
  options.rebooted = rebooted_;
  if (run.ending && !daemon) {
    const auto sealed = run.ending->seal.find(file);
    if (sealed != run.ending->seal.end()) options.end = sealed->second;
  }
  Effects effects;
  const auto on_line = [&](std::string_view text, std::uint64_t) {
    return daemon ? run.applier.apply_daemon_fact(text, effects) : run.applier.apply_launcher_fact(text, effects);
  };
  const auto on_overlong = [&](std::uint64_t offset) {
    return reject_line(run, file, *from, offset, "it is too long");
  };
  for (bool more = true; more;) {
    TRY_ASSIGN(const auto report, read_lines(path, from->position, options, on_line, on_overlong));
    TRY(warn_of_unreadable_file(run, file, report.unreadable));
    TRY(carry_out(run, std::exchange(effects, {})));
    TRY(warn_of_changed_file(run, file, report));
    more = report.more;
    if (report.bytes > 0 || report.restarted || report.cut_from) TRY(save_position(run.key, file, *from));
  }
  return {};
}

/// Acts on all that lines have caused besides rows. A child's reported ending waits for the end of the pass.
Result<void> Ingest::carry_out(Run& run, Effects effects) {
  run.changes |= effects.changes;
  run.states.insert(run.states.end(), effects.states.begin(), effects.states.end());
  if (effects.slot != SlotNews::kNone) run.slot = effects.slot;
  if (effects.ending && !run.ending) run.ending = std::move(effects.ending);
  if (effects.reported_ending && !run.reported_ending) run.reported_ending = std::move(effects.reported_ending);
  for (const auto& read : effects.reads) run.read_times[read.fact.file].add(read);
  for (const auto& child : effects.children) TRY(create_child(run, child));
  return {};
}

/// `why` empty: it is readable. A run goes on without what something else in a file's place keeps from us.
Result<void> Ingest::warn_of_unreadable_file(Run& run, const std::string& file, const std::string& why) {
  if (why.empty() || run.unreadable.size() >= kShownUnreadable || !run.unreadable.insert(file).second) return {};
  const std::string sentence = "the file " + file + " is not read: " + why;
  Query said = database_.query("SELECT 1 FROM warning WHERE run = ? AND text = ?");
  TRY_ASSIGN(const bool known, said.bind(run.key).bind(std::string_view(sentence)).step());
  return known ? Result<void>() : record_warning(run, sentence);
}

Result<void> Ingest::warn_of_changed_file(Run& run, const std::string& file, const ReadReport& report) {
  std::string sentence;
  if (report.restarted)
    sentence = "the file " + file + " was overwritten: use >> to append; what it held before is kept";
  if (report.cut_from)
    sentence = "the machine stopped before " + file + " was safe on disk: it was read up to byte " +
               std::to_string(*report.cut_from) + " and is shorter now; what was read is kept";
  if (sentence.empty()) return {};
  if (relative(run.dir, run.dir.daemon_facts()) != file) return record_warning(run, sentence);
  run.changes |= kRunChanged;
  return rows_.warning(run.key, sentence, base::now());
}

Result<void> Ingest::reject_line(Run& run, const std::string& file, Source& source, std::uint64_t offset,
                                 const std::string& why) {
  run.changes |= kRunChanged;
  if (++source.position.rejected > kShownRejections) return {};
  const std::string more = source.position.rejected == kShownRejections ? " (more such lines are only counted)" : "";
  return rows_.warning(run.key,
                       "a line of " + file + " at byte " + std::to_string(offset) + " was refused: " + why + more, 0);
}

Result<void> Ingest::sync_paths() {
  if (unsynced_.empty()) return {};
  auto paths = std::exchange(unsynced_, {});
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::erase_if(paths, [](const Path& path) { return !base::exists(path); });  // removed since
  TRY_FOR("cannot sync the written files", base::sync_together(paths));
  return {};
}

Result<void> Ingest::sync() {
  TRY(sync_paths());
  if (state_file_dirty_) TRY_FOR("cannot sync the facts of the state directory", state_file_->sync());
  state_file_dirty_ = false;
  const auto now = Clock::now();
  for (const auto& [key, run] : touched_) {
    if (run->daemon_dirty) TRY_FOR("cannot sync the facts of run " + run->id, run->daemon_file->sync());
    if (run->api_dirty) TRY_FOR("cannot sync the lines of run " + run->id, run->api_file->sync());
    run->daemon_dirty = run->api_dirty = false;
    for (auto& [file, source] : run->sources) {
      if (!source.dirty || (now - source.synced < kSyncEvery && !run->ended)) continue;
      if (const auto fd = base::open_file(source.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)) TRY(base::sync_data(*fd));
      source.dirty = false;
      source.synced = now;
    }
  }
  return {};
}

}  // namespace store
