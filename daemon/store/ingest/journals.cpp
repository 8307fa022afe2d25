// SPDX-License-Identifier: Apache-2.0
// Lines of metrics, tags, files and child runs: those that a run's processes write into its journal, those that the API
// receives for it, and those that its programs print.
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "base/permanent.h"
#include "base/text.h"
#include "daemon/store/ingest/ingest_run.h"
#include "protocol/bytes_json.h"
#include "protocol/facts.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using base::Path;
using base::Result;

namespace {

constexpr std::uint64_t kSameTimeBytes = 64 << 10;  // bounds the lines that a rebuild may date too early
constexpr std::size_t kChildrenAtOnce = 100;        // others wait while the records of child runs are made

/// The name of a file in series: with its generation where there was more than one.
std::string series_file(const std::string& file, const Position& position) {
  return position.generation == 0 ? file : file + "#" + std::to_string(position.generation);
}

}  // namespace

/// A file of lines that is being read.
struct Ingest::LineFile {
  std::string name{};    ///< relative to the run directory
  std::string folder{};  ///< as in LineOrigin
  Source* source = nullptr;
  bool log = false;  ///< what the programs print; else lines of the metric protocol
  bool api = false;  ///< record/api.jsonl
  ReadOptions options{};

  bool has_quota() const { return !api && !log; }
};

Result<std::vector<Path>> journals_in(const Path& folder) {
  std::vector<Path> paths;
  std::error_code code;
  std::filesystem::directory_iterator entry(folder, code), end;
  for (; !code && entry != end && paths.size() <= protocol::kMostJournals; entry.increment(code))
    if (entry->path().extension() == ".jsonl") paths.push_back(entry->path());
  if (code && !base::is_permanent(code)) return base::os_error("cannot list '" + folder.string() + "'", code.value());
  std::sort(paths.begin(), paths.end());
  return paths;
}

Result<bool> Ingest::append_batch(RunKey key, const std::string& client, std::int64_t number, std::string_view lines) {
  Query query = database_.query("SELECT 1 FROM batch WHERE run = ? AND client = ? AND number >= ?");
  TRY_ASSIGN(const bool known, query.bind(key).bind(client).bind(number).step());
  if (known) return false;
  TRY(append_lines(key, protocol::to_line(protocol::Batch{client, number}) + "\n" + std::string(lines)));
  return true;
}

Result<void> Ingest::append_lines(RunKey key, std::string_view lines) {
  TRY_ASSIGN(Run* const run, load(key));
  if (!run->api_file) {
    TRY_ASSIGN(run->api_file, base::Appender::open(run->dir.api_lines()));
  }
  while (lines.ends_with('\n')) lines.remove_suffix(1);
  if (lines.empty()) return {};
  TRY_FOR("cannot write '" + run->dir.api_lines().string() + "'", run->api_file->append(lines));
  run->api_dirty = true;
  for (bool more = true; more;) {
    TRY_ASSIGN(const IngestPass pass, ingest_file(*run, run->dir.api_lines(), false));
    more = pass.more;
  }
  return {};
}

/// For files that are read from their start again: when earlier daemons read their lines.
Result<void> Ingest::load_read_times(Run& run) {
  if (std::exchange(run.read_times_loaded, true)) return {};
  run.read_times.clear();
  const auto facts = base::read_file(run.dir.daemon_facts());
  if (!facts && base::is_permanent(facts.error().code)) return {};
  if (!facts) return facts.error();
  for (const auto& read : protocol::daemon_facts_of<protocol::LinesRead>(*facts))
    run.read_times[read.fact.file].add(read);
  return {};
}

/// The time of a line that lies between two offsets and says none. A fact that says it holds for a moment and some
/// bytes more, so that a program that prints without a pause does not cost a synced fact for each pass.
Result<Micros> Ingest::read_time(Run& run, const std::string& file, Source& source, std::uint64_t before,
                                 std::uint64_t after) {
  if (!source.continued) TRY(load_read_times(run));
  struct stat status {};
  const std::uint64_t size =
      ::stat(source.path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : after;
  const Micros now = base::now();
  if (source.since == 0) source.since = now;
  ReadTimes& times = run.read_times[file];
  if (const auto known =
          times.find({.after = after, .now = now, .age = now - source.since, .continued = source.continued}))
    return *known;
  const protocol::LinesRead read{file, before, std::max(size, after) + kSameTimeBytes};
  TRY_ASSIGN(const bool recorded, append_if_possible(run.key, read, base::to_seconds(now)));
  if (recorded) times.mark_last_as_own();
  return now;
}

/// Nothing for a file that does not belong to the run: its ending does not vouch for it.
Result<std::optional<Ingest::LineFile>> Ingest::open_line_file(Run& run, const Path& path, bool log) {
  LineFile file{.name = relative(run.dir, path), .log = log, .api = path == run.dir.api_lines()};
  // Lines of the API name files by their path in the run directory, those of a process by theirs in its journal.
  if (!file.api) file.folder = relative(run.dir, path.parent_path());
  TRY_ASSIGN(file.source, source(run.key, run.sources, file.name));
  file.source->path = path;
  file.options.rebooted = rebooted_;
  if (log || path.filename() == protocol::kSharedMetrics) file.options.longest_line = protocol::kSharedLineLimit;
  if (run.ending) {
    const auto sealed = run.ending->seal.find(file.name);
    if (sealed != run.ending->seal.end()) file.options.end = sealed->second;
    else if (!file.api) return std::optional<LineFile>();
  }
  // A quota is a point in a file: docs/decisions/06-quota-is-a-point-in-a-file.md.
  if (file.has_quota()) file.options.end = std::min(file.options.end.value_or(run.journal_quota), run.journal_quota);
  return std::optional(std::move(file));
}

Result<IngestPass> Ingest::ingest_file(Run& run, const Path& path, bool log) {
  TRY_ASSIGN(auto opened, open_line_file(run, path, log));
  if (!opened) return IngestPass{};
  LineFile& file = *opened;
  Source& from = *file.source;
  Effects effects;
  std::uint64_t begin = 0, end = 0;  // of the line that is being applied
  const std::function<Result<Micros>()> arrival = [&] { return read_time(run, file.name, from, begin, end); };
  std::string series = series_file(file.name, from.position);
  const auto on_line = [&](std::string_view text, std::uint64_t after) {
    begin = after - text.size() - 1;
    end = after;
    if (from.position.generation > 0) series = series_file(file.name, from.position);
    return apply_line(run, file, text, begin, {.file = series, .folder = file.folder, .arrival = arrival}, effects);
  };
  const auto on_overlong = [&](std::uint64_t offset) -> Result<void> {
    if (log) return {};
    return reject_line(run, file.name, from, offset,
                       "it is longer than " + std::to_string(file.options.longest_line >> 10) + " KiB");
  };
  file.options.enough = [&] { return effects.children.size() >= kChildrenAtOnce; };
  TRY_ASSIGN(const auto report, read_lines(path, from.position, file.options, on_line, on_overlong));
  TRY(warn_of_unreadable_file(run, file.name, report.unreadable));
  TRY(warn_of_changed_file(run, file.name, report));
  if (file.has_quota() && !report.more) TRY(warn_of_full_journal(run, file.name, from));
  TRY(carry_out(run, std::move(effects)));
  if (report.bytes == 0 && !report.restarted && !report.cut_from) return IngestPass{};
  if (log) run.changes |= kLogGrew;
  else from.dirty = true;
  TRY(save_position(run.key, file.name, from));
  return IngestPass{.grew = report.bytes > 0, .more = report.more};
}

Result<void> Ingest::apply_line(Run& run, const LineFile& file, std::string_view text, std::uint64_t begin,
                                const LineOrigin& origin, Effects& effects) {
  if (file.log && text.starts_with(protocol::kLogMark))
    return run.applier.apply_log_line(text.substr(protocol::kLogMark.size()), origin, effects);
  if (file.log) return apply_patterns(run, text, origin, effects);
  if (file.api && text.starts_with(protocol::kBatchMark)) return apply_batch(run.key, text);
  TRY_ASSIGN(const auto refusal, run.applier.apply_metric_line(text, origin, effects));
  return refusal ? reject_line(run, file.name, *file.source, begin, *refusal) : Result<void>();
}

Result<void> Ingest::apply_patterns(Run& run, std::string_view line, const LineOrigin& origin, Effects& effects) {
  if (run.patterns.empty()) return {};
  std::optional<Micros> time;
  return run.patterns.match(
      line,
      [&](std::string_view metric, const protocol::Cell& value, std::optional<std::int64_t> step) -> Result<void> {
        if (!time) {
          TRY_ASSIGN(time, origin.arrival());
        }
        return run.applier.apply_match({.metric = metric, .value = value, .step = step}, origin.file, *time, effects);
      });
}

/// Warns once: a warning of the same words is the same warning.
Result<void> Ingest::warn_of_full_journal(Run& run, const std::string& file, const Source& source) {
  struct stat status {};
  if (source.position.offset + protocol::kLineLimit < run.journal_quota || ::lstat(source.path.c_str(), &status) != 0)
    return {};
  if (static_cast<std::uint64_t>(status.st_size) <= run.journal_quota) return {};
  run.changes |= kRunChanged;
  return rows_.warning(run.key,
                       "the file " + file + " has reached the quota of " + base::format_bytes(run.journal_quota) +
                           ": the lines after that stay in it and are not shown",
                       0);
}

Result<void> Ingest::apply_batch(RunKey run, std::string_view line) {
  const auto batch = protocol::batch_from_line(line);
  return batch ? rows_.batch(run, batch->client, batch->number) : Result<void>();
}

/// Of too many files those that were read before, filled up to the number that a run may have.
Result<std::vector<Path>> Ingest::readable_journals(Run& run) {
  TRY_ASSIGN(std::vector<Path> paths, journals_in(run.journal));
  if (paths.size() <= protocol::kMostJournals) return paths;
  run.changes |= kRunChanged;
  TRY(rows_.warning(run.key,
                    "the run's processes have made more than " + std::to_string(protocol::kMostJournals) +
                        " files of lines: what is in the others stays there and is not shown",
                    0));
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

Result<IngestPass> Ingest::ingest_journals(Run& run) {
  IngestPass all;
  TRY_ASSIGN(std::vector<Path> paths, readable_journals(run));
  paths.push_back(run.dir.api_lines());
  for (const auto& path : paths) {
    TRY_ASSIGN(const IngestPass pass, ingest_file(run, path, false));
    all.add(pass);
  }
  TRY_ASSIGN(const IngestPass log, ingest_file(run, run.dir.attempt().log(), true));
  all.add(log);
  return all;
}

}  // namespace store
