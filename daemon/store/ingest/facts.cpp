// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/facts.h"

#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Micros;
using base::Result;
using nlohmann::json;
using protocol::text_at;
using protocol::LineKind;
using protocol::MetricLine;
using protocol::RunEvent;

namespace {

constexpr std::string_view kDaemonFile = "record/daemon.jsonl", kLauncherFile = "attempt-1/launcher.jsonl";

Micros time_of(const json& fact) {
  const auto it = fact.find("t");
  return it != fact.end() && it->is_number() ? base::from_seconds(it->get<double>()) : 0;
}

/// Nothing for a line that is not a JSON object (torn by a crash).
std::optional<json> parse_fact(std::string_view line) {
  auto parsed = protocol::parse_json(line, "a fact");
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(*parsed);
}

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

}  // namespace

Result<void> Facts::event(RunEvent what, Micros time) {
  TRY_ASSIGN(const auto state, rows_.apply(run_, what, time));
  if (!state) return {};
  changes |= kStateChanged | kRunChanged;
  states.push_back(*state);
  final |= protocol::is_final(*state);
  return {};
}

Result<void> Facts::created(const json& fact, Micros time) {
  TRY(rows_.created(run_, text_at(fact, "submission_id"), fact.dump()));
  const Stamp at{time, kDaemonFile};
  // Named first: a temporary would be gone before the loop begins.
  const json tags = fact.value("tags", json::object()), properties = fact.value("properties", json::object()),
             git = fact.value("git", json::object()), warnings = fact.value("warnings", json::array());
  for (const auto& [name, value] : tags.items())
    TRY(warn_of_limit(rows_.tag(run_, name, value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt, false, at)));
  for (const auto* const pairs : {&properties, &git})
    for (const auto& [name, value] : pairs->items())
      if (value.is_string()) TRY(warn_of_limit(rows_.property(run_, name, value.get<std::string>(), at)));
  for (const char* label : {"display_name", "description"})
    if (const auto text = text_at(fact, label); !text.empty()) TRY(rows_.label(run_, label, text, at));
  for (const auto& warning : warnings)
    if (warning.is_string()) TRY(rows_.warning(run_, warning.get<std::string>(), time));
  changes |= kRunChanged | kTagsChanged;
  return event(protocol::value_at(fact, "interactive", false) ? RunEvent::kOpened : RunEvent::kSubmitted, time);
}

void Facts::note_read(const json& fact, Micros time) {
  if (!fact.contains("upto") || !fact["upto"].is_number_unsigned()) return;
  auto& known = arrivals[text_at(fact, "file")];
  const auto upto = fact["upto"].get<std::uint64_t>();
  const auto from = protocol::value_at(fact, "from", known.empty() ? std::uint64_t{0} : known.back().upto);
  if (upto <= from) return;
  if (!known.empty() && from < known.back().from) known.clear();  // the file was begun anew
  known.push_back({from, upto, time, false});
}

void Facts::recall(std::string_view line) {
  const auto fact = parse_fact(line);
  if (fact && text_at(*fact, "k") == "read") note_read(*fact, time_of(*fact));
}

Result<void> Facts::daemon_fact(std::string_view line) {
  const auto fact = parse_fact(line);
  if (!fact) return {};
  const std::string kind = text_at(*fact, "k");
  const Micros time = time_of(*fact);
  if (kind == "created") return created(*fact, time);
  if (kind == "starting") return event(RunEvent::kStarting, time);
  if (kind == "wished") {
    const std::string wish = text_at(*fact, "wish");
    TRY(rows_.wanted(run_, wish));
    changes |= kRunChanged;
    return wish == "cancel" ? event(RunEvent::kCancelRequested, time) : Result<void>();
  }
  if (kind == "read") note_read(*fact, time);
  if (kind == "warning") {
    changes |= kRunChanged;
    return rows_.warning(run_, text_at(*fact, "v"), time);
  }
  if (kind == "ended") {
    auto record = protocol::exit_record_from_json(*fact);
    if (record && !ended) ended = std::move(*record);
  }
  if (kind == "snapshot") {
    changes |= kRunChanged;
    return rows_.snapshot(run_, text_at(*fact, "digest"), fact->dump());
  }
  return {};
}

Result<void> Facts::launcher_fact(std::string_view line) {
  const auto fact = parse_fact(line);
  if (!fact) return {};
  const std::string kind = text_at(*fact, "k");
  const Micros time = time_of(*fact);
  changes |= kRunChanged;
  if (kind == "started") return event(RunEvent::kStarted, time);
  if (kind == "finished") return event(RunEvent::kFinished, time);
  if (kind == "prepared") return rows_.prepared(run_, fact->dump());
  if (kind == "interpreter") return rows_.interpreter(run_, fact->dump());
  if (kind == "warning") return rows_.warning(run_, text_at(*fact, "v"), time);
  if (kind == "skipped") return rows_.warning(run_, text_at(*fact, "n") + " was not collected: " + text_at(*fact, "why"), time);
  if (kind == "collected") {
    const std::string name = text_at(*fact, "n");
    const double changed = protocol::value_at(*fact, "changed", 0.0);  // an early launcher wrote none
    changes |= kFilesChanged;
    return warn_of_limit(rows_.artifact(run_, {name, text_at(*fact, "p"), protocol::value_at(*fact, "size", std::uint64_t{0}), ""},
                                        {changed > 0 ? base::from_seconds(changed) : time, kLauncherFile}));
  }
  return {};
}

Result<bool> Facts::metric_line(std::string_view line, std::string_view file, std::string_view folder,
                                const Arrival& arrival, std::string* why) {
  const auto parsed = parser_.parse(line);
  if (!parsed) {
    *why = parsed.error().message;
    return false;
  }
  Micros time = (*parsed)->time.value_or(0);
  if (!(*parsed)->time) { TRY_ASSIGN(time, arrival()); }
  if ((*parsed)->kind == LineKind::kChild || (*parsed)->kind == LineKind::kEnding)
    return family_line(**parsed, line, folder, time, why);
  const auto taken = take(**parsed, file, folder, time);
  if (taken) return true;
  if (taken.error().code != std::errc::value_too_large) return taken.error();
  *why = taken.error().message;
  return false;
}

/// Where a line cannot be refused: the limit is told once, and the next ones say the same.
Result<void> Facts::warn_of_limit(const Result<void>& taken) {
  if (taken || taken.error().code != std::errc::value_too_large) return taken;
  changes |= kRunChanged;
  return rows_.warning(run_, "something was not taken in: " + taken.error().message, 0);
}

/// Lines by which a process of the run makes and ends runs inside of it.
Result<bool> Facts::family_line(const MetricLine& line, std::string_view text, std::string_view folder, Micros time, std::string* why) {
  *why = "only a process of the run can say that";
  if (folder.empty()) return false;
  auto parsed = protocol::parse_json(text, "it");
  if (!parsed) {
    *why = parsed.error().message;
    return false;
  }
  json fact = std::move(*parsed);
  fact["t"] = base::to_seconds(time);
  if (line.kind == LineKind::kChild) {
    children.push_back(std::move(fact));
    return true;
  }
  auto record = protocol::reported_ending_from_json(fact);
  if (!record) {
    *why = record.error().message;
    return false;
  }
  record->ended = base::to_seconds(time);
  if (!closing) closing = std::move(*record);
  return true;
}

Result<void> Facts::marked_line(std::string_view line, std::string_view file, const Arrival& arrival) {
  const auto parsed = parser_.parse(line);
  if (!parsed) return {};
  const auto kind = (*parsed)->kind;
  const bool metric = kind == LineKind::kScalar || kind == LineKind::kList || kind == LineKind::kRow || kind == LineKind::kTable;
  if (!metric) return {};
  Micros time = (*parsed)->time.value_or(0);
  if (!(*parsed)->time) { TRY_ASSIGN(time, arrival()); }
  return warn_of_limit(take(**parsed, file, "", time));
}

Result<void> Facts::derived(std::string_view metric, const Cell& value, std::optional<std::int64_t> step, std::string_view file, Micros time) {
  changes |= kMetricsChanged;
  return warn_of_limit(book_.add({run_, file, metric, MetricKind::kScalar, kDerived}, time, step.value_or(kNoStep), value));
}

Result<void> Facts::take(const MetricLine& line, std::string_view file, std::string_view folder, Micros time) {
  const Stamp at{time, file};
  switch (line.kind) {
    case LineKind::kScalar:
    case LineKind::kList: return take_cells(line, file, time);
    case LineKind::kRow:
    case LineKind::kTable: return take_rows(line, file, time);
    case LineKind::kImage:
      changes |= kMetricsChanged;
      return book_.add({run_, file, line.name, MetricKind::kImage, ""}, time, line.step.value_or(kNoStep), line.path);
    case LineKind::kDocument:
      changes |= kMetricsChanged;
      return book_.add({run_, file, line.name, MetricKind::kDocument, line.schema}, time, line.step.value_or(kNoStep), line.path);
    case LineKind::kTag: changes |= kTagsChanged; return rows_.tag(run_, line.name, text_of(line.cells[0]), false, at);
    case LineKind::kUntag: changes |= kTagsChanged; return rows_.tag(run_, line.name, std::nullopt, true, at);
    case LineKind::kProperty:
      changes |= kTagsChanged;
      return rows_.property(run_, line.name, text_of(line.cells[0]).value_or(""), at);
    case LineKind::kFile: {
      changes |= kFilesChanged;
      const std::string path = folder.empty() ? line.path : std::string(folder) + "/" + line.path;
      return rows_.artifact(run_, {line.name, path, line.size, line.sha256}, at);
    }
    case LineKind::kDisplayName: changes |= kRunChanged; return rows_.label(run_, "display_name", text_of(line.cells[0]), at);
    case LineKind::kDescription: changes |= kRunChanged; return rows_.label(run_, "description", text_of(line.cells[0]), at);
    case LineKind::kWarning: changes |= kRunChanged; return rows_.warning(run_, text_of(line.cells[0]).value_or(""), time);
    case LineKind::kEnd:
      if (line.lost == 0) return {};
      return rows_.warning(run_, std::to_string(line.lost) + " lines of this run's record were lost: they could not be written", time);
    case LineKind::kHello:
      if (line.version == protocol::kLineVersion) return {};
      changes |= kRunChanged;
      return rows_.warning(run_,
                           "a process reports in version " + std::to_string(line.version) +
                               " of the metric line protocol, this daemon knows " +
                               std::to_string(protocol::kLineVersion) +
                               ": lines that it does not know are kept, and not shown",
                           time);
    case LineKind::kChild:
    case LineKind::kEnding:
    case LineKind::kUnknown: return {};
  }
  return {};
}

Result<void> Facts::take_cells(const MetricLine& line, std::string_view file, Micros time) {
  changes |= kMetricsChanged;
  for (const auto& cell : line.cells)
    TRY(book_.add({run_, file, line.name, MetricKind::kScalar, ""}, time, line.step.value_or(kNoStep), cell));
  return {};
}

Result<void> Facts::take_rows(const MetricLine& line, std::string_view file, Micros time) {
  changes |= kMetricsChanged;
  const std::size_t rows = line.columns.front().cells.size();
  for (std::size_t row = 0; row < rows; ++row)
    TRY(book_.add({run_, file, line.name, MetricKind::kTable, ""}, time, line.step.value_or(kNoStep), row_cell(line.columns, row)));
  return {};
}

Result<void> Facts::ending(const protocol::ExitRecord& record) {
  if (record.version != protocol::kExitVersion)
    TRY(rows_.warning(run_,
                      "the record of the ending is of version " + std::to_string(record.version) +
                          ", this daemon knows " + std::to_string(protocol::kExitVersion) +
                          ": it is shown as far as it was understood",
                      base::from_seconds(record.ended)));
  TRY(rows_.ending(run_, protocol::to_json(record).dump()));
  changes |= kRunChanged | kFilesChanged;
  return event(record.outcome, base::from_seconds(record.ended));
}

}  // namespace store
