// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest_run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/sync.h"
#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace yard {

using base::Micros;
using base::Path;
using base::Result;
using nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kSyncEvery(1);
constexpr std::uint64_t kShownRejections = 10;  // warnings a file; the rest is only counted
constexpr std::size_t kFactLimit = 16 << 20;    // a fact may carry an environment or a traceback

std::string relative(const protocol::RunDir& run, const Path& path) { return path.lexically_relative(run.root).string(); }

// The line before each batch of lines that a client numbered, in the same write.
constexpr std::string_view kBatchMark = R"({"k":"batch",)";

/// A series' file: its name, with the generation where there was more than one.
std::string series_file(const std::string& file, const Position& position) {
  return position.generation == 0 ? file : file + "#" + std::to_string(position.generation);
}

/// Of a run that has been submitted: they were checked then.
Result<Patterns> patterns_of(const std::string& text) {
  TRY_ASSIGN(const json list, protocol::parse_json(text, "the run's patterns"));
  std::vector<protocol::Pattern> patterns;
  for (const auto& each : list) patterns.push_back({protocol::text_at(each, "metric"), protocol::text_at(each, "pattern")});
  return Patterns::compile(patterns);
}

/// The name of a directory may have been safe on disk before what it holds, when the power went.
Result<void> check_created(const protocol::RunDir& dir) {
  TRY_ASSIGN(const std::string facts, base::read_file(dir.daemon_facts()));
  const auto end = facts.find('\n');
  const auto first = protocol::parse_json(std::string_view(facts).substr(0, end), "record/daemon.jsonl");
  if (end != std::string::npos && first && first->is_object() && first->value("k", json()) == "created") return {};
  return base::error("record/daemon.jsonl does not begin with the submission", std::errc::bad_message);
}

std::vector<Path> journals_in(const Path& folder) {
  std::vector<Path> paths;
  std::error_code code;
  std::filesystem::directory_iterator entry(folder, code), end;
  for (; !code && entry != end; entry.increment(code))
    if (entry->path().extension() == ".jsonl") paths.push_back(entry->path());
  std::sort(paths.begin(), paths.end());
  return paths;
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

void Ingest::forget() {
  (void)sync();  // what was appended stays, and is read again
  book_.forget();
  rows_.forget();
  births_.clear();
  runs_.clear();
  yard_sources_.clear();
}

void Ingest::collect() {
  changes_.insert(changes_.end(), births_.begin(), births_.end());
  births_.clear();
  for (auto& [key, run] : runs_) {
    if (run->facts.changes) changes_.push_back({run->id, run->facts.changes, run->facts.final});
    run->facts.changes = 0;
    run->facts.final = false;
  }
}

std::vector<Change> Ingest::take_changes() {
  // Nothing more is expected of a run that has ended: what is added later loads it again.
  std::erase_if(runs_, [&](const auto& entry) {
    if (!entry.second->ended) return false;
    book_.close(entry.first);
    rows_.let_go(entry.first);
    return true;
  });
  return std::exchange(changes_, {});
}

Result<Ingest::Run*> Ingest::load(RunKey key) {
  if (const auto found = runs_.find(key); found != runs_.end()) return found->second.get();
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
  return (runs_[key] = std::move(run)).get();
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
    TRY_ASSIGN(yard_, base::Appender::open(state_.yard_facts()));
    TRY(base::sync_directory(state_.root));  // its name may be new
  }
  json fact = given;
  fact["t"] = base::to_seconds(base::now());
  TRY_FOR("cannot write '" + state_.yard_facts().string() + "'", yard_->append(fact.dump()));
  yard_dirty_ = true;
  return take_yard();
}

Result<void> Ingest::take_yard() {
  const std::string file = state_.yard_facts().filename().string();
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
    TRY_ASSIGN(const auto report, read_lines(state_.yard_facts(), yard->position, options, line, overlong));
    more = report.more;
    if (report.bytes > 0) changes_.push_back({"", kRunChanged, false});
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

Result<bool> Ingest::append_batch(RunKey key, const std::string& client, std::int64_t number, std::string_view lines) {
  Query query = database_.query("SELECT 1 FROM batch WHERE run = ? AND client = ? AND number >= ?");
  TRY_ASSIGN(const bool known, query.bind(key).bind(client).bind(number).step());
  if (known) return false;
  const std::string mark = std::string(kBatchMark) + "\"client\":" + json(client).dump() + ",\"number\":" + std::to_string(number) + "}\n";
  TRY(append_lines(key, mark + std::string(lines)));
  return true;
}

Result<void> Ingest::append_lines(RunKey key, std::string_view lines) {
  TRY_ASSIGN(Run* const run, load(key));
  if (!run->api_file) { TRY_ASSIGN(run->api_file, base::Appender::open(run->dir.api_lines())); }
  while (lines.ends_with('\n')) lines.remove_suffix(1);
  if (lines.empty()) return {};
  TRY_FOR("cannot write '" + run->dir.api_lines().string() + "'", run->api_file->append(lines));
  run->api_dirty = true;
  for (bool more = true; more;) {
    TRY_ASSIGN(const Pass pass, take_file(*run, run->dir.api_lines(), false));
    more = pass.more;
  }
  return {};
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

Result<Micros> Ingest::arrival(Run& run, const std::string& file, std::uint64_t after, const Path& path) {
  if (!std::exchange(run.recalled, true)) {
    run.facts.arrivals.clear();
    TRY_ASSIGN(const std::string facts, base::read_file(run.dir.daemon_facts()));
    for (const auto& line : base::split(facts, '\n')) run.facts.recall(line);
  }
  auto& known = run.facts.arrivals[file];
  while (!known.empty() && known.front().first < after) known.pop_front();
  if (!known.empty()) return known.front().second;
  struct stat status {};
  const std::uint64_t upto = ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : after;
  const Micros now = base::now();
  known.emplace_back(std::max(upto, after), now);
  TRY(append_fact(run.key, {{"k", "read"}, {"file", file}, {"upto", std::max(upto, after)}, {"t", base::to_seconds(now)}}));
  return now;
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

Result<Pass> Ingest::take_file(Run& run, const Path& path, bool marked) {
  const std::string file = relative(run.dir, path);
  // Lines of the API name files by their path in the run directory, those of a process by theirs in its journal.
  const bool api = path == run.dir.api_lines();
  const std::string folder = api ? "" : relative(run.dir, path.parent_path());
  TRY_ASSIGN(Source* const from, source(run.key, run.sources, file));
  from->path = path;
  ReadOptions options;
  options.rebooted = rebooted_;
  const bool shared = path.filename() == protocol::kSharedMetrics;
  if (shared || marked) options.longest_line = protocol::kSharedLineLimit;
  if (run.ending) {
    const auto sealed = run.ending->seal.find(file);
    if (sealed != run.ending->seal.end()) options.end = sealed->second;
    else if (!api) return Pass{};
  }
  const bool limited = !api && !marked;
  if (limited) options.end = std::min(options.end.value_or(run.journal_quota), run.journal_quota);
  std::string series = series_file(file, from->position);
  const auto line = [&](std::string_view text, std::uint64_t after) -> Result<void> {
    if (marked && run.patterns.empty() && !text.starts_with(protocol::kLogMark)) return {};
    if (from->position.generation > 0) series = series_file(file, from->position);
    const auto time = [&] { return arrival(run, file, after, path); };
    if (marked && !text.starts_with(protocol::kLogMark)) return derive(run, text, series, time);
    if (marked) return run.facts.marked_line(text.substr(protocol::kLogMark.size()), series, time);
    if (api && text.starts_with(kBatchMark)) return take_batch(run.key, text);
    std::string why;
    TRY_ASSIGN(const bool valid, run.facts.metric_line(text, series, folder, time, &why));
    return valid ? Result<void>() : reject(run, file, *from, after - text.size() - 1, why);
  };
  const auto overlong = [&](std::uint64_t offset) -> Result<void> {
    if (marked) return {};
    return reject(run, file, *from, offset, "it is longer than " + std::to_string(options.longest_line >> 10) + " KiB");
  };
  TRY_ASSIGN(const auto report, read_lines(path, from->position, options, line, overlong));
  TRY(note_mishaps(run, file, report));
  if (limited && !report.more) TRY(note_quota(run, file, *from));
  TRY(begin_children(run));
  if (report.bytes == 0 && !report.restarted && !report.cut_from) return Pass{};
  if (marked) run.facts.changes |= kLogGrew;
  else from->dirty = true;
  TRY(store(run.key, file, *from));
  return Pass{report.bytes > 0, report.more, false};
}

/// Says it once: a warning of the same words is the same warning.
Result<void> Ingest::note_quota(Run& run, const std::string& file, const Source& source) {
  struct stat status {};
  if (source.position.offset + protocol::kLineLimit < run.journal_quota || ::lstat(source.path.c_str(), &status) != 0) return {};
  if (static_cast<std::uint64_t>(status.st_size) <= run.journal_quota) return {};
  run.facts.changes |= kRunChanged;
  return rows_.warning(run.key, "the file " + file + " has reached the quota of " + base::words_of_bytes(run.journal_quota) +
                                    ": the lines after that stay in it and are not shown", 0);
}

Result<void> Ingest::derive(Run& run, std::string_view line, const std::string& series, const Facts::Arrival& arrival) {
  std::optional<Micros> time;
  return run.patterns.match(line, [&](std::string_view metric, const protocol::Cell& value, std::optional<std::int64_t> step) -> Result<void> {
    if (!time) { TRY_ASSIGN(time, arrival()); }
    return run.facts.derived(metric, value, step, series, *time);
  });
}

Result<void> Ingest::take_batch(RunKey run, std::string_view line) {
  const auto fact = protocol::parse_json(line, "a batch");
  if (!fact || !fact->is_object()) return {};
  return rows_.batch(run, fact->value("client", ""), fact->value("number", std::int64_t{0}));
}

Result<Pass> Ingest::take_journals(Run& run) {
  Pass all;
  const auto attempt = run.dir.attempt();
  std::vector<Path> paths = journals_in(run.journal);
  paths.push_back(run.dir.api_lines());
  for (const auto& path : paths) {
    const auto pass = take_file(run, path, false);
    // A FIFO, a link or a folder of that name is not a journal: it must not hold up the rest.
    if (!pass && (pass.error().code == std::errc::too_many_symbolic_link_levels || pass.error().code == std::errc::is_a_directory)) continue;
    TRY(pass);
    all.grew |= pass->grew;
    all.more |= pass->more;
  }
  TRY_ASSIGN(const Pass log, take_file(run, attempt.log(), true));
  all.grew |= log.grew;
  all.more |= log.more;
  return all;
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

Result<void> Ingest::sync() {
  if (!unsynced_.empty()) TRY_FOR("cannot sync the record of a child run", base::sync_together(std::exchange(unsynced_, {})));
  if (yard_dirty_) TRY_FOR("cannot sync the yard's facts", yard_->sync());
  yard_dirty_ = false;
  const auto now = Clock::now();
  for (auto& [key, run] : runs_) {
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

}  // namespace yard
