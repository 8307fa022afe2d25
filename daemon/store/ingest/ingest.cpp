// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/ingest_run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/sync.h"
#include "base/text.h"
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
constexpr std::uint64_t kShownRejections = 10;  // warnings a file; the rest is only counted
constexpr std::size_t kFactLimit = 16 << 20;    // a fact may carry an environment or a traceback

/// Of a run that has been submitted: they were checked then.
Result<Patterns> patterns_of(const std::string& text) {
  TRY_ASSIGN(const json list, protocol::parse_json(text, "the run's patterns"));
  std::vector<protocol::Pattern> patterns;
  for (const auto& each : list) patterns.push_back({protocol::text_at(each, "metric"), protocol::text_at(each, "pattern")});
  return Patterns::compile(patterns);
}

/// An ending that the daemon writes, with what belongs to the attempt at this moment.
json ended_fact(protocol::ExitRecord record, const protocol::RunDir& dir, const Path& journal) {
  auto files = journals_in(journal);
  files.push_back(dir.attempt().launcher_facts());
  files.push_back(dir.attempt().log());
  for (const auto& path : files) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) record.seal[relative(dir, path)] = static_cast<std::uint64_t>(status.st_size);
  }
  json fact = protocol::to_json(record);
  fact["k"] = "ended";
  return fact;
}

/// The file appears whole: one that cannot be read was damaged later, and will not get better.
protocol::ExitRecord damaged_ending(const std::string& why) {
  protocol::ExitRecord record;
  record.reason = "lost";
  record.message = "the record of how the run ended is damaged: " + why;
  record.by = "daemon";
  record.ended = base::to_seconds(base::now());
  return record;
}

Result<protocol::ExitRecord> ending_in(const std::string& text) {
  TRY_ASSIGN(const json parsed, protocol::parse_json(text, "exit.json"));
  return protocol::exit_record_from_json(parsed);
}

}  // namespace

Ingest::Ingest(Database& database, protocol::StateDir state, bool rebooted)
    : database_(database), state_(std::move(state)), rebooted_(rebooted), rows_(database), yard_facts_(database, rows_), book_(database, rows_) {}
Ingest::~Ingest() = default;

/// What was appended to its files stays, and is read again.
void Ingest::drop(RunKey key) {
  const auto found = runs_.find(key);
  book_.drop(key);
  rows_.let_go(key);
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
  for (const RunKey key : std::exchange(used_, {})) drop(key);
  if (std::exchange(yard_used_, false)) yard_sources_.clear();
  noted_.clear();
}

void Ingest::forget() {
  for (const auto& [key, run] : runs_) used_.insert(key);
  yard_used_ = true;
  forget_job();
}

void Ingest::collect() {
  changes_.insert(changes_.end(), noted_.begin(), noted_.end());
  noted_.clear();
  used_.clear();
  yard_used_ = false;
  for (const auto& [key, run] : touched_) {
    auto& facts = run->facts;
    if (facts.changes) changes_.push_back({run->id, facts.changes, facts.final, 0, std::exchange(facts.states, {})});
    facts.changes = 0;
    facts.final = false;
  }
}

std::vector<Change> Ingest::take_changes() {
  // Nothing more is expected of a run that has ended: what is added later loads it again.
  std::erase_if(touched_, [&](const auto& entry) {
    const auto [key, run] = entry;
    if (!run->ended) return !run->is_dirty();
    book_.close(key);
    rows_.let_go(key);
    runs_.erase(key);
    return true;
  });
  return std::exchange(changes_, {});
}

Result<Ingest::Run*> Ingest::load(RunKey key) {
  used_.insert(key);
  if (const auto found = runs_.find(key); found != runs_.end()) return touched_[key] = found->second.get();
  Query query = database_.query("SELECT r.id, t.ending, r.journal, t.spec ->> 'patterns', t.spec ->> '$.quotas.journal_bytes' FROM run r JOIN run_text t ON t.run = r.key WHERE r.key = ?");
  TRY_ASSIGN(const bool found, query.bind(key).step());
  if (!found) return base::error("there is no such run", std::errc::no_such_file_or_directory);
  const std::string id = query.text(0);
  auto run = std::make_unique<Run>(Run{key, id, state_.run(id), {}, false, {}, Facts(rows_, book_, key)});
  run->set_journal(query.text(2));
  if (!query.is_null(4)) run->journal_quota = static_cast<std::uint64_t>(query.integer(4));
  if (query.text(3).size() > 2) { TRY_ASSIGN(run->patterns, patterns_of(query.text(3))); }
  if (!query.is_null(1)) {  // what its seal does not hold is not the run's
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
    source.position = {query.integer(0), static_cast<std::uint64_t>(query.integer(1)),
                       static_cast<std::uint64_t>(query.integer(2)), query.integer(3) != 0,
                       static_cast<std::uint64_t>(query.integer(4))};
  source.continued = found && (source.position.offset > 0 || source.position.generation > 0);
  return &(known[file] = std::move(source));
}

Result<void> Ingest::store(RunKey run, const std::string& file, Source& source) {
  const Position& p = source.position;
  Query query = database_.query("INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?)");
  query.bind(run).bind(file).bind(p.generation).bind(static_cast<std::int64_t>(p.offset));
  query.bind(static_cast<std::int64_t>(p.tail_hash)).bind(std::int64_t{p.skipping});
  return query.bind(static_cast<std::int64_t>(p.rejected)).run();
}

Result<void> Ingest::append_yard(const json& given) {
  if (!yard_) {
    TRY_ASSIGN(yard_, base::Appender::open(state_.state_facts()));
    TRY(base::sync_directory(state_.root));  // its name may be new
  }
  json fact = given;
  fact["t"] = base::to_seconds(base::now());
  TRY_FOR("cannot write '" + state_.state_facts().string() + "'", yard_->append(fact.dump()));
  yard_dirty_ = true;
  return take_yard();
}

Result<void> Ingest::take_yard() {
  const std::string file = state_.state_facts().filename().string();
  yard_used_ = true;
  TRY_ASSIGN(Source* const yard, source(0, yard_sources_, file));
  const auto line = [&](std::string_view text, std::uint64_t) -> Result<void> {
    const auto parsed = protocol::parse_json(text, file);
    if (!parsed || !parsed->is_object()) return {};
    return yard_facts_.take(*parsed);
  };
  const auto overlong = [](std::uint64_t) -> Result<void> { return {}; };
  ReadOptions options;
  options.rebooted = rebooted_;
  for (bool more = true; more;) {
    TRY_ASSIGN(const auto report, read_lines(state_.state_facts(), yard->position, options, line, overlong));
    more = report.more;
    if (report.bytes > 0) note({"", kRunChanged, false});
  }
  return store(0, file, *yard);
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
  TRY(check_created(dir));
  TRY_ASSIGN(const RunKey key, rows_.run(spec));
  TRY_ASSIGN(Run* const run, load(key));
  TRY(take_facts(*run, dir.daemon_facts(), true));
  Query journal = database_.query("SELECT journal FROM run WHERE key = ?");
  TRY(journal.bind(key).step());
  run->set_journal(journal.text(0));
  return key;
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
    TRY(append_yard({{"k", "experiment"}, {"workspace", protocol::to_json(spec.workspace)}, {"experiment", spec.experiment}}));
    TRY_ASSIGN(last, ask());
  }
  return last.value_or(0) + 1;
}

Result<void> Ingest::append_fact(RunKey key, json fact) {
  TRY_ASSIGN(Run* const run, load(key));
  if (!run->daemon_file) { TRY_ASSIGN(run->daemon_file, base::Appender::open(run->dir.daemon_facts())); }
  if (!fact.contains("t")) fact["t"] = base::to_seconds(base::now());
  TRY_FOR("cannot write '" + run->dir.daemon_facts().string() + "'",
          run->daemon_file->append(fact.dump(-1, ' ', false, json::error_handler_t::replace)));
  run->daemon_dirty = true;
  return take_facts(*run, run->dir.daemon_facts(), true);
}

Result<void> Ingest::take_facts(Run& run, const Path& path, bool daemon) {
  const std::string file = relative(run.dir, path);
  TRY_ASSIGN(Source* const from, source(run.key, run.sources, file));
  ReadOptions options;
  options.longest_line = kFactLimit;
  options.rebooted = rebooted_;
  if (run.ending && !daemon) {
    const auto sealed = run.ending->seal.find(file);
    if (sealed != run.ending->seal.end()) options.end = sealed->second;
  }
  const auto line = [&](std::string_view text, std::uint64_t) {
    return daemon ? run.facts.daemon_fact(text) : run.facts.launcher_fact(text);
  };
  const auto overlong = [&](std::uint64_t offset) { return reject(run, file, *from, offset, "it is too long"); };
  for (bool more = true; more;) {
    TRY_ASSIGN(const auto report, read_lines(path, from->position, options, line, overlong));
    TRY(note_mishaps(run, file, report));
    more = report.more;
    if (report.bytes > 0 || report.restarted || report.cut_from) TRY(store(run.key, file, *from));
  }
  if (run.facts.ended && !run.ending) run.ending = std::move(run.facts.ended);
  return {};
}

Result<void> Ingest::note_mishaps(Run& run, const std::string& file, const ReadReport& report) {
  std::string sentence;
  if (report.restarted)
    sentence = "the file " + file + " was begun anew by somebody: use >> to append; what it held before is kept";
  if (report.cut_from)
    sentence = "the machine stopped before " + file + " was safe on disk: it was read up to byte " +
               std::to_string(*report.cut_from) + " and is shorter now; what was read is kept";
  if (sentence.empty()) return {};
  run.facts.changes |= kRunChanged;
  if (run.dir.daemon_facts().lexically_relative(run.dir.root) == file) return rows_.warning(run.key, sentence, base::now());
  return append_fact(run.key, {{"k", "warning"}, {"v", sentence}});
}

Result<void> Ingest::reject(Run& run, const std::string& file, Source& source, std::uint64_t offset, const std::string& why) {
  run.facts.changes |= kRunChanged;
  if (++source.position.rejected > kShownRejections) return {};
  const std::string more = source.position.rejected == kShownRejections ? " (more such lines are only counted)" : "";
  return rows_.warning(run.key, "a line of " + file + " at byte " + std::to_string(offset) + " was refused: " + why + more, 0);
}

Result<bool> Ingest::take_ending(Run& run, bool more) {
  if (run.ended || more || !run.ending) return false;
  run.ended = true;
  // The end of a file that its writer did not finish.
  for (const auto& [file, size] : run.ending->seal) {
    const auto known = run.sources.find(file);
    if (known == run.sources.end() || file.ends_with("/log")) continue;
    if (const auto refused = known->second.position.rejected; refused > kShownRejections)
      TRY(rows_.warning(run.key, std::to_string(refused) + " lines of " + file + " were refused in all", 0));
    if (size <= run.journal_quota && known->second.position.offset < size)
      TRY(reject(run, file, known->second, known->second.position.offset, "it is cut off"));
  }
  TRY(end_children(run));
  TRY(run.facts.ending(*run.ending));
  return true;
}

Result<Pass> Ingest::take_run(RunKey key) {
  TRY_ASSIGN(Run* const run, load(key));
  std::string damaged;
  if (!run->ending) {
    const auto text = base::read_file(run->dir.attempt().exit_record(), 64 << 20);
    if (!text && text.error().code != std::errc::no_such_file_or_directory) return text.error();
    auto ending = text ? ending_in(*text) : Result<protocol::ExitRecord>(text.error());
    if (ending) {
      TRY(base::sync_directory(run->dir.attempt().root));  // the launcher may be about to: what we make public stays
      run->ending = std::move(*ending);
    } else if (text) damaged = ending.error().message;
  }
  TRY(take_facts(*run, run->dir.daemon_facts(), true));
  TRY(take_facts(*run, run->dir.attempt().launcher_facts(), false));
  TRY_ASSIGN(Pass pass, take_journals(*run));
  if (auto closing = std::exchange(run->facts.closing, std::nullopt); closing && run->inner && !run->ending)
    TRY(end(key, std::move(*closing)));
  if (!damaged.empty() && !run->ending && !pass.more) TRY(append_fact(key, ended_fact(damaged_ending(damaged), run->dir, run->journal)));
  TRY_ASSIGN(const bool ended, take_ending(*run, pass.more));
  pass.grew |= ended;
  pass.final = run->ended || run->facts.final;
  return pass;
}

Result<void> Ingest::end(RunKey key, protocol::ExitRecord record) {
  for (bool more = true; more;) {
    TRY_ASSIGN(const Pass pass, take_run(key));
    if (pass.final) return {};
    more = pass.more;
  }
  TRY_ASSIGN(Run* const run, load(key));
  TRY(append_fact(key, ended_fact(std::move(record), run->dir, run->journal)));
  for (bool more = true; more;) {
    TRY_ASSIGN(const Pass pass, take_run(key));
    more = pass.more;
  }
  return {};
}

Result<void> Ingest::sync_owed() {
  if (unsynced_.empty()) return {};
  auto paths = std::exchange(unsynced_, {});
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  std::erase_if(paths, [](const Path& path) { return !base::exists(path); });  // removed since
  TRY_FOR("cannot sync what was written", base::sync_together(paths));
  return {};
}

Result<void> Ingest::sync() {
  TRY(sync_owed());
  if (yard_dirty_) TRY_FOR("cannot sync the yard's facts", yard_->sync());
  yard_dirty_ = false;
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
