// SPDX-License-Identifier: Apache-2.0
// Lines of metrics, tags, files and child runs: those that a run's processes write into its journal, those that the API takes for
// it, and those that its programs print.
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "daemon/store/ingest/ingest_run.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using base::Path;
using base::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kShownUnread = 10;
constexpr std::uint64_t kSameTimeBytes = 64 << 10;  // bounds which lines a rebuild may take for older than they are
constexpr std::size_t kChildrenAtOnce = 100;  // others wait while the records of child runs are made

/// What a run can put in the place of a journal, or forbid us: it must not hold up the rest.
bool is_no_journal(const std::error_code& code) {
  constexpr std::errc kRefusals[] = {std::errc::too_many_symbolic_link_levels, std::errc::is_a_directory, std::errc::permission_denied,
                                     std::errc::operation_not_permitted, std::errc::no_such_device_or_address, std::errc::no_such_device};
  return std::find(std::begin(kRefusals), std::end(kRefusals), code) != std::end(kRefusals);
}

/// How long a fact that says when lines were read holds for later ones too: a fiftieth of the time that the file has been read for,
/// so that short runs are told exactly and long ones cost little.
Micros same_time(Micros age) { return std::clamp<Micros>(age / 50, 20'000, 1'000'000); }

/// A series' file: its name, with the generation where there was more than one.
std::string series_file(const std::string& file, const Position& position) {
  return position.generation == 0 ? file : file + "#" + std::to_string(position.generation);
}

}  // namespace

std::vector<Path> journals_in(const Path& folder) {
  std::vector<Path> paths;
  std::error_code code;
  std::filesystem::directory_iterator entry(folder, code), end;
  for (; !code && entry != end && paths.size() <= protocol::kMostJournals; entry.increment(code))
    if (entry->path().extension() == ".jsonl") paths.push_back(entry->path());
  std::sort(paths.begin(), paths.end());
  return paths;
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

/// What earlier daemons said of when lines were read: for files that are read from their start again.
Result<void> Ingest::recall(Run& run) {
  if (std::exchange(run.recalled, true)) return {};
  run.facts.arrivals.clear();
  TRY_ASSIGN(const std::string facts, base::read_file(run.dir.daemon_facts()));
  for (const auto& line : base::split(facts, '\n')) run.facts.recall(line);
  return {};
}

/// The time of a line that lies between two offsets and says none. A fact that says it holds for a moment and some bytes more, so
/// that a program that prints without a pause does not cost a synced fact for each pass.
Result<Micros> Ingest::arrival(Run& run, const std::string& file, Source& source, std::uint64_t before, std::uint64_t after) {
  if (!source.continued) TRY(recall(run));
  struct stat status {};
  const std::uint64_t size = ::stat(source.path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : after;
  const Micros now = base::now();
  if (source.since == 0) source.since = now;
  auto& known = run.facts.arrivals[file];
  while (known.size() > 1 && known[1].from < after) known.pop_front();
  if (!known.empty() && known.front().own && known.front().from >= after) known.clear();  // the file was begun anew
  if (!known.empty()) {
    const auto& span = known.front();
    const bool passed = known.size() > 1 || span.from >= after;  // a later fact says more: this one cannot be amended
    const bool recalled = !span.own && !source.continued;
    const bool fresh = span.own && now >= span.time && now - span.time < same_time(now - source.since);
    if (passed || (after <= span.upto && (recalled || fresh))) return span.time;
  }
  TRY(append_fact(run.key, {{"k", "read"}, {"file", file}, {"from", before}, {"upto", std::max(size, after) + kSameTimeBytes}, {"t", base::to_seconds(now)}}));
  if (!known.empty()) known.back().own = true;
  return now;
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
  options.enough = [&] { return run.facts.children.size() >= kChildrenAtOnce; };
  std::string series = series_file(file, from->position);
  const auto line = [&](std::string_view text, std::uint64_t after) -> Result<void> {
    if (marked && run.patterns.empty() && !text.starts_with(protocol::kLogMark)) return {};
    if (from->position.generation > 0) series = series_file(file, from->position);
    const auto time = [&] { return arrival(run, file, *from, after - text.size() - 1, after); };
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
  return rows_.warning(run.key, "the file " + file + " has reached the quota of " + base::format_bytes(run.journal_quota) +
                                    ": the lines after that stay in it and are not shown", 0);
}

Result<void> Ingest::note_unread(Run& run, const Path& path, const std::string& why) {
  const std::string file = relative(run.dir, path);
  if (run.unread.size() >= kShownUnread || !run.unread.insert(file).second) return {};
  const std::string sentence = "the file " + file + " is not read: " + why;
  Query said = database_.query("SELECT 1 FROM warning WHERE run = ? AND text = ?");
  TRY_ASSIGN(const bool known, said.bind(run.key).bind(std::string_view(sentence)).step());
  if (known) return {};
  run.facts.changes |= kRunChanged;
  return append_fact(run.key, {{"k", "warning"}, {"v", sentence}});
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
  std::int64_t number = 0;
  if (!fact || !fact->is_object() || !protocol::read_field(*fact, "number", number)) return {};
  return rows_.batch(run, protocol::text_at(*fact, "client"), number);
}

/// Of too many files those that were read before, and as many more as a run may have.
Result<std::vector<Path>> Ingest::readable_journals(Run& run) {
  std::vector<Path> paths = journals_in(run.journal);
  if (paths.size() <= protocol::kMostJournals) return paths;
  run.facts.changes |= kRunChanged;
  TRY(rows_.warning(run.key, "the run's processes have made more than " + std::to_string(protocol::kMostJournals) +
                                 " files of lines: what is in the others stays there and is not shown", 0));
  std::set<Path> chosen;
  Query query = database_.query("SELECT file FROM source WHERE run = ?");
  query.bind(run.key);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    if (Path path = run.dir.root / query.text(0); path.parent_path() == run.journal) chosen.insert(std::move(path));
  }
  for (auto& path : paths)
    if (chosen.size() < protocol::kMostJournals) chosen.insert(std::move(path));
  return std::vector<Path>(chosen.begin(), chosen.end());
}

Result<Pass> Ingest::take_journals(Run& run) {
  Pass all;
  const auto attempt = run.dir.attempt();
  TRY_ASSIGN(std::vector<Path> paths, readable_journals(run));
  paths.push_back(run.dir.api_lines());
  for (const auto& path : paths) {
    const auto pass = take_file(run, path, false);
    if (!pass && path != run.dir.api_lines() && is_no_journal(pass.error().code)) {
      TRY(note_unread(run, path, pass.error().message));
      continue;
    }
    TRY(pass);
    all.grew |= pass->grew;
    all.more |= pass->more;
  }
  TRY_ASSIGN(const Pass log, take_file(run, attempt.log(), true));
  all.grew |= log.grew;
  all.more |= log.more;
  return all;
}

}  // namespace store
