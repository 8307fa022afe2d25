// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/line_applier.h"

#include "base/overloaded.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/slot.h"

namespace store {

using base::Micros;
using base::Result;
using nlohmann::json;
using protocol::LineKind;
using protocol::MetricLine;
using protocol::RunEvent;

namespace {

constexpr std::string_view kDaemonFile = "record/daemon.jsonl", kLauncherFile = "attempt-1/launcher.jsonl";

/// Why a line was refused; nothing when it is valid.
using Refusal = std::optional<std::string>;
using Properties = std::map<std::string, std::string>;

/// Nothing for a line that is not a JSON object (torn by a crash).
std::optional<json> parse_fact(std::string_view line) {
  auto parsed = protocol::parse_json(line, "a fact");
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(*parsed);
}

Micros time_of(const json& fact) { return base::from_seconds(protocol::fact_time(fact)); }

std::optional<std::string> text_of(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text ? std::optional(*text) : std::nullopt;
}

Cell row_cell(const std::vector<protocol::Column>& columns, std::size_t row) {
  std::string text = "{";
  for (const auto& column : columns) {
    if (text.size() > 1) text += ',';
    text += protocol::cell_json(Cell(column.name)) + ":" + protocol::cell_json(column.cells[row]);
  }
  return text + "}";
}

unsigned changes_of(LineKind kind) {
  switch (kind) {
    case LineKind::kScalar:
    case LineKind::kList:
    case LineKind::kRow:
    case LineKind::kTable:
    case LineKind::kImage:
    case LineKind::kDocument:
      return kMetricsChanged;
    case LineKind::kTag:
    case LineKind::kUntag:
    case LineKind::kProperty:
      return kTagsChanged;
    case LineKind::kFile:
      return kFilesChanged;
    case LineKind::kDisplayName:
    case LineKind::kDescription:
    case LineKind::kWarning:
      return kRunChanged;
    default:
      return 0;
  }
}

bool counts_in_log(LineKind kind) {
  return kind == LineKind::kScalar || kind == LineKind::kList || kind == LineKind::kRow || kind == LineKind::kTable;
}

/// The time that a line says, else the time of its reading.
Result<Micros> time_of(const MetricLine& line, const LineOrigin& origin) {
  return line.time ? Result<Micros>(*line.time) : origin.arrival();
}

}  // namespace

Result<void> LineApplier::warn(std::string_view sentence, Micros time, Effects& effects) {
  effects.changes |= kRunChanged;
  return rows_.warning(run_, sentence, time);
}

/// For lines that cannot be refused: the run has more names than it may have. The warning is the same for all further
/// lines.
Result<void> LineApplier::warn_of_limit(const Result<void>& applied, Effects& effects) {
  if (applied || applied.error().code != std::errc::value_too_large) return applied;
  return warn("some lines were not applied: " + applied.error().message, 0, effects);
}

Result<void> LineApplier::apply_event(RunEvent event, Micros time, Effects& effects) {
  TRY_ASSIGN(const auto state, rows_.apply_event(run_, event, time));
  if (!state) return {};
  effects.changes |= kStateChanged | kRunChanged;
  effects.states.push_back(*state);
  return {};
}

/// The database keeps `line` itself, with fields that this program does not know.
Result<void> LineApplier::apply_created(const protocol::Created& created, const json& line, Effects& effects) {
  TRY(rows_.created(run_, created.submission_id, line.dump()));
  const Stamp at{.time = time_of(line), .file = kDaemonFile};
  for (const auto& [name, value] : created.tags) TRY(warn_of_limit(rows_.tag(run_, name, value, false, at), effects));
  for (const auto& pairs : {created.properties, created.snapshot.git.value_or(Properties())})
    for (const auto& [name, value] : pairs) TRY(warn_of_limit(rows_.property(run_, name, value, at), effects));
  if (!created.display_name.empty()) TRY(rows_.label(run_, "display_name", created.display_name, at));
  if (created.description && !created.description->empty())
    TRY(rows_.label(run_, "description", created.description, at));
  for (const auto& warning : created.warnings.value_or(std::vector<std::string>()))
    TRY(rows_.warning(run_, warning, at.time));
  effects.changes |= kRunChanged | kTagsChanged;
  return apply_event(created.interactive ? RunEvent::kOpened : RunEvent::kSubmitted, at.time, effects);
}

Result<void> LineApplier::apply_stop_request(const protocol::StopRequest& request, Micros time, Effects& effects) {
  TRY(rows_.stop_requested(run_, request.cancel ? "cancel" : "fail"));
  effects.changes |= kRunChanged;
  return request.cancel ? apply_event(RunEvent::kCancelRequested, time, effects) : Result<void>();
}

Result<void> LineApplier::apply_daemon_fact(std::string_view text, Effects& effects) {
  const auto line = parse_fact(text);
  auto fact = line ? protocol::daemon_fact_from_json(*line) : std::nullopt;
  if (!fact) return {};
  const Micros time = time_of(*line);
  const base::Overloaded apply{
      [&](protocol::Created& created) { return apply_created(created, *line, effects); },
      [&](protocol::Starting&) { return apply_event(RunEvent::kStarting, time, effects); },
      [&](protocol::StopRequested& stop) { return apply_stop_request(stop.request, time, effects); },
      [&](protocol::Warning& warning) { return warn(warning.sentence, time, effects); },
      [&](protocol::LinesRead& read) {
        effects.reads.push_back({std::move(read), protocol::fact_time(*line)});
        return Result<void>();
      },
      [&](protocol::Ended& ended) {
        if (!effects.ending) effects.ending = std::move(ended.record);
        return Result<void>();
      },
      [&](protocol::SnapshotTaken& taken) {
        effects.changes |= kRunChanged;
        return rows_.snapshot(run_, taken.digest, line->dump());
      }};
  return std::visit(apply, *fact);
}

Result<void> LineApplier::apply_collected(const protocol::Collected& collected, Micros time, Effects& effects) {
  effects.changes |= kFilesChanged;
  const Micros changed = collected.changed > 0 ? base::from_seconds(collected.changed) : time;
  const Artifact artifact{.name = collected.name, .path = collected.path, .size = collected.size, .sha256 = ""};
  return warn_of_limit(rows_.artifact(run_, artifact, {.time = changed, .file = kLauncherFile}), effects);
}

Result<void> LineApplier::apply_launcher_fact(std::string_view text, Effects& effects) {
  const auto line = parse_fact(text);
  if (!line) return {};
  effects.changes |= kRunChanged;
  const auto fact = protocol::launcher_fact_from_json(*line);
  if (!fact) return {};
  const Micros time = time_of(*line);
  const base::Overloaded apply{
      [&](const protocol::Preparing& preparing) {
        if (preparing.stage == protocol::kBuildStage) effects.slot = SlotNews::kYields;
        if (preparing.stage == protocol::kSlotStage) effects.slot = SlotNews::kAsks;
        return Result<void>();
      },
      [&](const protocol::Prepared&) { return rows_.prepared(run_, line->dump()); },
      [&](const protocol::InterpreterFound&) { return rows_.interpreter(run_, line->dump()); },
      [&](const protocol::Started&) { return apply_event(RunEvent::kStarted, time, effects); },
      [&](const protocol::Finished&) { return apply_event(RunEvent::kFinished, time, effects); },
      [&](const protocol::Collected& collected) { return apply_collected(collected, time, effects); },
      [&](const protocol::Skipped& skipped) {
        return rows_.warning(run_, skipped.name + " was not collected: " + skipped.why, time);
      },
      [&](const protocol::Warning& warning) { return rows_.warning(run_, warning.sentence, time); }};
  return std::visit(apply, *fact);
}

Result<Refusal> LineApplier::apply_metric_line(std::string_view line, const LineOrigin& origin, Effects& effects) {
  const auto parsed = parser_.parse(line);
  if (!parsed) return Refusal(parsed.error().message);
  TRY_ASSIGN(const Micros time, time_of(**parsed, origin));
  if ((*parsed)->kind == LineKind::kChild || (*parsed)->kind == LineKind::kEnding) {
    if (origin.folder.empty()) return Refusal("only a process of the run can say that");
    return apply_child_line(**parsed, line, time, effects);
  }
  const auto applied = apply(**parsed, origin, time, effects);
  if (applied) return Refusal();
  if (applied.error().code != std::errc::value_too_large) return applied.error();
  return Refusal(applied.error().message);
}

/// Lines by which a process of the run creates and ends child runs.
Result<Refusal> LineApplier::apply_child_line(const MetricLine& line, std::string_view text, Micros time,
                                              Effects& effects) {
  const auto parsed = protocol::parse_json(text, "it");
  if (!parsed) return Refusal(parsed.error().message);
  if (line.kind == LineKind::kChild) {
    effects.children.push_back({protocol::child_run_from_json(*parsed), base::to_seconds(time)});
    return Refusal();
  }
  auto record = protocol::reported_ending_from_json(*parsed);
  if (!record) return Refusal(record.error().message);
  record->ended = base::to_seconds(time);
  if (!effects.reported_ending) effects.reported_ending = std::move(*record);
  return Refusal();
}

Result<void> LineApplier::apply_log_line(std::string_view line, const LineOrigin& origin, Effects& effects) {
  const auto parsed = parser_.parse(line);
  if (!parsed || !counts_in_log((*parsed)->kind)) return {};
  TRY_ASSIGN(const Micros time, time_of(**parsed, origin));
  return warn_of_limit(apply(**parsed, origin, time, effects), effects);
}

Result<void> LineApplier::apply_match(const Match& match, std::string_view file, Micros time, Effects& effects) {
  effects.changes |= kMetricsChanged;
  const SeriesBook::Place place{
      .run = run_, .file = file, .name = match.metric, .kind = MetricKind::kScalar, .schema = kDerived};
  return warn_of_limit(book_.add(place, time, match.step.value_or(kNoStep), match.value), effects);
}

Result<void> LineApplier::apply(const MetricLine& line, const LineOrigin& origin, Micros time, Effects& effects) {
  const Stamp at{.time = time, .file = origin.file};
  effects.changes |= changes_of(line.kind);
  switch (line.kind) {
    case LineKind::kScalar:
    case LineKind::kList:
      return apply_values(line, origin.file, time);
    case LineKind::kRow:
    case LineKind::kTable:
      return apply_rows(line, origin.file, time);
    case LineKind::kImage:
      return apply_path(line, MetricKind::kImage, origin.file, time);
    case LineKind::kDocument:
      return apply_path(line, MetricKind::kDocument, origin.file, time);
    case LineKind::kTag:
      return rows_.tag(run_, line.name, text_of(line.cells[0]), false, at);
    case LineKind::kUntag:
      return rows_.tag(run_, line.name, std::nullopt, true, at);
    case LineKind::kProperty:
      return rows_.property(run_, line.name, text_of(line.cells[0]).value_or(""), at);
    case LineKind::kFile: {
      const std::string path = origin.folder.empty() ? line.path : std::string(origin.folder) + "/" + line.path;
      return rows_.artifact(run_, {.name = line.name, .path = path, .size = line.size, .sha256 = line.sha256}, at);
    }
    case LineKind::kDisplayName:
      return rows_.label(run_, "display_name", text_of(line.cells[0]), at);
    case LineKind::kDescription:
      return rows_.label(run_, "description", text_of(line.cells[0]), at);
    case LineKind::kWarning:
      return rows_.warning(run_, text_of(line.cells[0]).value_or(""), time);
    case LineKind::kEnd:
      if (line.lost == 0) return {};
      return rows_.warning(
          run_, std::to_string(line.lost) + " lines of this run's record were lost: they could not be written", time);
    case LineKind::kHello:
      return line.version == protocol::kLineVersion ? Result<void>() : apply_hello(line.version, time, effects);
    case LineKind::kChild:
    case LineKind::kEnding:
    case LineKind::kUnknown:
      return {};
  }
  return {};
}

Result<void> LineApplier::apply_hello(std::uint64_t version, Micros time, Effects& effects) {
  return warn("a process reports in version " + std::to_string(version) +
                  " of the metric line protocol, this daemon knows " + std::to_string(protocol::kLineVersion) +
                  ": lines that it does not know are kept, and not shown",
              time, effects);
}

Result<void> LineApplier::apply_values(const MetricLine& line, std::string_view file, Micros time) {
  const SeriesBook::Place place{
      .run = run_, .file = file, .name = line.name, .kind = MetricKind::kScalar, .schema = ""};
  for (const auto& cell : line.cells) TRY(book_.add(place, time, line.step.value_or(kNoStep), cell));
  return {};
}

Result<void> LineApplier::apply_rows(const MetricLine& line, std::string_view file, Micros time) {
  const SeriesBook::Place place{.run = run_, .file = file, .name = line.name, .kind = MetricKind::kTable, .schema = ""};
  const std::size_t rows = line.columns.front().cells.size();
  for (std::size_t row = 0; row < rows; ++row)
    TRY(book_.add(place, time, line.step.value_or(kNoStep), row_cell(line.columns, row)));
  return {};
}

/// An image or a document: its value is the path of a file.
Result<void> LineApplier::apply_path(const MetricLine& line, MetricKind kind, std::string_view file, Micros time) {
  const std::string_view schema = kind == MetricKind::kDocument ? std::string_view(line.schema) : "";
  return book_.add({.run = run_, .file = file, .name = line.name, .kind = kind, .schema = schema}, time,
                   line.step.value_or(kNoStep), line.path);
}

Result<void> LineApplier::apply_ending(const protocol::ExitRecord& record, Effects& effects) {
  if (record.version != protocol::kExitVersion)
    TRY(rows_.warning(run_,
                      "the record of the ending is of version " + std::to_string(record.version) +
                          ", this daemon knows " + std::to_string(protocol::kExitVersion) +
                          ": it is shown as far as it was understood",
                      base::from_seconds(record.ended)));
  TRY(rows_.ending(run_, protocol::to_json(record).dump()));
  effects.changes |= kRunChanged | kFilesChanged;
  return apply_event(record.outcome, base::from_seconds(record.ended), effects);
}

}  // namespace store
