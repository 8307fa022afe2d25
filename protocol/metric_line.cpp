// SPDX-License-Identifier: Apache-2.0
#include "protocol/metric_line.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/text.h"
#include "protocol/names.h"

namespace protocol {

namespace dom = simdjson::dom;

namespace {

struct KindName {
  std::string_view word;
  LineKind kind;
};
constexpr std::array kKinds = {
    KindName{"scalar", LineKind::kScalar},
    KindName{"list", LineKind::kList},
    KindName{"row", LineKind::kRow},
    KindName{"table", LineKind::kTable},
    KindName{"image", LineKind::kImage},
    KindName{"document", LineKind::kDocument},
    KindName{"tag", LineKind::kTag},
    KindName{"untag", LineKind::kUntag},
    KindName{"property", LineKind::kProperty},
    KindName{"file", LineKind::kFile},
    KindName{"display_name", LineKind::kDisplayName},
    KindName{"description", LineKind::kDescription},
    KindName{"hello", LineKind::kHello},
    KindName{"end", LineKind::kEnd},
    KindName{"warning", LineKind::kWarning},
    KindName{"child", LineKind::kChild},
    KindName{"ending", LineKind::kEnding},
};

LineKind kind_of(std::string_view word) {
  for (const auto& entry : kKinds)
    if (entry.word == word) return entry.kind;
  return LineKind::kUnknown;
}

bool needs_name(LineKind kind) {
  switch (kind) {
    case LineKind::kHello:
    case LineKind::kEnd:
    case LineKind::kWarning:
    case LineKind::kDisplayName:
    case LineKind::kDescription:
    case LineKind::kEnding:
    case LineKind::kUnknown:
      return false;
    default:
      return true;
  }
}

base::Error bad(std::string why) { return base::error(std::move(why)); }

base::Result<Cell> cell_of(dom::element value) {
  switch (value.type()) {
    case dom::element_type::NULL_VALUE:
      return Cell{};
    case dom::element_type::BOOL:
      return Cell{bool(value)};
    case dom::element_type::INT64:
      return Cell{std::int64_t(value)};
    case dom::element_type::UINT64:
      return Cell{static_cast<double>(std::uint64_t(value))};
    case dom::element_type::DOUBLE:
      return Cell{double(value)};
    case dom::element_type::STRING:
      return Cell{std::string(std::string_view(value))};
    case dom::element_type::OBJECT:
      break;
    case dom::element_type::ARRAY:
      return bad("a value is an array where a single value is expected");
  }
  std::string_view special;
  if (dom::object(value).size() == 1 && value["$"].get(special) == simdjson::SUCCESS) {
    if (special == "nan") return Cell{std::numeric_limits<double>::quiet_NaN()};
    if (special == "inf") return Cell{std::numeric_limits<double>::infinity()};
    if (special == "-inf") return Cell{-std::numeric_limits<double>::infinity()};
  }
  return bad("a value is an object where a single value is expected");
}

/// What a line's fields point at, gathered in one pass over the object.
struct Fields {
  dom::element value;
  bool has_value = false;
  std::string_view kind, file, path, schema, sha256;
};

base::Result<void> read_member(std::string_view key, dom::element value, Fields& fields, MetricLine& line) {
  const auto text = [&](std::string_view& out) -> base::Result<void> {
    if (value.get(out) != simdjson::SUCCESS) return bad("'" + std::string(key) + "' is not a string");
    return {};
  };
  if (key == "k") return text(fields.kind);
  if (key == "v") {
    fields.value = value;
    fields.has_value = true;
  } else if (key == "n") {
    std::string_view name;
    TRY(text(name));
    line.name = name;
  } else if (key == "t") {
    double seconds = 0;
    if (value.get(seconds) != simdjson::SUCCESS) return bad("'t' is not a number of seconds");
    line.time = base::from_seconds(seconds);
  } else if (key == "s") {
    std::int64_t step = 0;
    if (value.is_null()) return {};
    if (value.get(step) != simdjson::SUCCESS) return bad("'s' is not a 64-bit integer");
    line.step = step;
  } else if (key == "d") {
    if (value.is_null()) return {};
    std::string_view description;
    TRY(text(description));
    line.description = description;
  } else if (key == "f") {
    return text(fields.file);
  } else if (key == "p") {
    return text(fields.path);
  } else if (key == "schema") {
    return text(fields.schema);
  } else if (key == "sha256") {
    if (!value.is_null()) return text(fields.sha256);
  } else if (key == "size" || key == "lines") {
    if (value.get(line.size) != simdjson::SUCCESS) return bad("'" + std::string(key) + "' is not a whole number");
  } else if (key == "version") {
    if (std::uint64_t version = 0; value.get(version) == simdjson::SUCCESS)
      line.version = version;  // of a hello; others may call something so
  } else if (key == "lost") {
    if (value.get(line.lost) != simdjson::SUCCESS) return bad("'lost' is not a whole number");
  }
  return {};
}

base::Result<void> read_list(dom::element value, std::vector<Cell>& cells) {
  dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return bad("'v' of a list is not an array");
  for (const auto element : array) {
    TRY_ASSIGN(Cell cell, cell_of(element));
    cells.push_back(std::move(cell));
  }
  return {};
}

/// Each row is kept with the names of its columns: bytes of them that one line may make.
constexpr std::size_t kNamesInTable = 16 << 20;

base::Result<void> read_columns(dom::element value, bool table, MetricLine& line) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return bad("'v' is not an object of columns");
  std::optional<std::size_t> rows;
  for (const auto field : object) {
    Column column;
    column.name = field.key;
    TRY(check_name("column", column.name));
    if (table && field.value.is_array()) {
      TRY(read_list(field.value, column.cells));
    } else {
      TRY_ASSIGN_FOR("column '" + column.name + "'", Cell cell, cell_of(field.value));
      column.cells.push_back(std::move(cell));
    }
    if (rows && *rows != column.cells.size())
      return bad("columns have different lengths: '" + line.columns.front().name + "' has " + std::to_string(*rows) +
                 ", '" + column.name + "' has " + std::to_string(column.cells.size()));
    rows = column.cells.size();
    line.columns.push_back(std::move(column));
  }
  if (line.columns.empty()) return bad("'v' has no columns");
  std::size_t names = 0;
  for (const auto& column : line.columns) names += column.name.size();
  if (names * *rows > kNamesInTable)
    return bad("the table has too many rows for names as long as those of its columns: send it in parts");
  return {};
}

base::Result<void> read_text_value(const Fields& fields, bool null_allowed, MetricLine& line) {
  if (!fields.has_value || fields.value.is_null()) {
    if (!null_allowed) return bad("'v' is missing");
    line.cells.emplace_back();
    return {};
  }
  std::string_view text;
  if (fields.value.get(text) != simdjson::SUCCESS) return bad("'v' is not a string");
  line.cells.emplace_back(std::string(text));
  return {};
}

base::Result<void> read_value(const Fields& fields, MetricLine& line) {
  switch (line.kind) {
    case LineKind::kScalar: {
      if (!fields.has_value) return bad("'v' is missing");
      TRY_ASSIGN(Cell cell, cell_of(fields.value));
      line.cells.push_back(std::move(cell));
      return {};
    }
    case LineKind::kList:
      if (!fields.has_value) return bad("'v' is missing");
      return read_list(fields.value, line.cells);
    case LineKind::kRow:
    case LineKind::kTable:
      if (!fields.has_value) return bad("'v' is missing");
      return read_columns(fields.value, line.kind == LineKind::kTable, line);
    case LineKind::kTag:
      return read_text_value(fields, true, line);
    case LineKind::kDisplayName:
    case LineKind::kDescription:
      return read_text_value(fields, true, line);
    case LineKind::kProperty:
    case LineKind::kWarning:
      return read_text_value(fields, false, line);
    case LineKind::kImage:
    case LineKind::kDocument:
      TRY(check_artifact_name(fields.file));
      line.path = fields.file;
      line.schema = fields.schema;
      return {};
    case LineKind::kFile:
      TRY(check_artifact_name(line.name));
      if (!base::is_safe_relative(fields.path)) return bad("'p' is not a path inside the journal directory");
      line.path = fields.path;
      line.sha256 = fields.sha256;
      return {};
    case LineKind::kChild:
      return check_run_id(line.name);
    default:
      return {};
  }
}

/// Python's json.dumps writes these bare words, so they are read; what we write is valid JSON.
/// `NaN`, `Infinity`, `-Infinity` outside strings as the protocol's objects; nothing when there are none.
std::optional<std::string> with_special_numbers(std::string_view line) {
  std::string text;
  bool found = false, in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      text += c;
      if (c == '\\' && i + 1 < line.size()) text += line[++i];
      else if (c == '"') in_string = false;
      continue;
    }
    const auto rest = line.substr(i);
    const auto replace = [&](std::string_view word, std::string_view by) {
      if (!rest.starts_with(word)) return false;
      text += by;
      i += word.size() - 1;
      return found = true;
    };
    if (replace("NaN", R"({"$":"nan"})") || replace("-Infinity", R"({"$":"-inf"})") ||
        replace("Infinity", R"({"$":"inf"})"))
      continue;
    in_string = c == '"';
    text += c;
  }
  return found ? std::optional(std::move(text)) : std::nullopt;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20) {
      out += "\\u00";
      out += kDigits[u >> 4];
      out += kDigits[u & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_number(std::string& out, double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_common(std::string& out, std::optional<std::int64_t> step, std::optional<base::Micros> time,
                   std::string_view description) {
  if (step) out += ",\"s\":" + std::to_string(*step);
  if (time) {
    char text[48];
    std::snprintf(text, sizeof text, ",\"t\":%.6f", base::to_seconds(*time));
    out += text;
  }
  if (!description.empty()) {
    out += ",\"d\":";
    append_json_string(out, description);
  }
  out += '}';
}

}  // namespace

struct LineParser::State {
  dom::parser parser;
  simdjson::padded_string repaired;
  std::string padded;
  MetricLine line;
};

LineParser::LineParser() : state_(std::make_unique<State>()) {}
LineParser::~LineParser() = default;
LineParser::LineParser(LineParser&&) noexcept = default;
LineParser& LineParser::operator=(LineParser&&) noexcept = default;

base::Result<MetricLine*> LineParser::parse(std::string_view text) {
  if (text.size() > kLineLimit) return bad("the line is longer than 1 MiB");
  // simdjson reads a few bytes past the end: the copy costs less than a reallocation.
  state_->padded.assign(text);
  state_->padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  dom::element root;
  auto problem = state_->parser.parse(state_->padded.data(), text.size(), false).get(root);
  if (problem) {
    const auto repaired = with_special_numbers(text);
    if (repaired) {
      state_->repaired = simdjson::padded_string(*repaired);
      problem = state_->parser.parse(state_->repaired).get(root);
    }
  }
  if (problem) return bad(std::string("it is not JSON: ") + simdjson::error_message(problem));
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return bad("it is not a JSON object");

  MetricLine& line = state_->line;
  line = MetricLine{};
  Fields fields;
  for (const auto field : object) TRY(read_member(field.key, field.value, fields, line));
  if (fields.kind.empty()) return bad("'k' is missing");
  line.kind = kind_of(fields.kind);
  // A file's name is a path: read_value checks it part by part.
  if (needs_name(line.kind) && line.kind != LineKind::kFile) TRY(check_name(fields.kind, line.name));
  TRY(read_value(fields, line));
  return &line;
}

std::string cell_json(const Cell& cell) {
  std::string out;
  if (std::holds_alternative<std::monostate>(cell)) out = "null";
  else if (const auto* b = std::get_if<bool>(&cell)) out = *b ? "true" : "false";
  else if (const auto* i = std::get_if<std::int64_t>(&cell)) out = std::to_string(*i);
  else if (const auto* s = std::get_if<std::string>(&cell)) append_json_string(out, *s);
  else if (const double d = std::get<double>(cell); std::isnan(d)) out = R"({"$":"nan"})";
  else if (std::isinf(d)) out = d > 0 ? R"({"$":"inf"})" : R"({"$":"-inf"})";
  else append_number(out, d);
  return out;
}

std::string scalar_line(std::string_view name, const Cell& value, std::optional<std::int64_t> step,
                        std::optional<base::Micros> time, std::string_view description) {
  std::string out = R"({"k":"scalar","n":)";
  append_json_string(out, name);
  out += ",\"v\":" + cell_json(value);
  append_common(out, step, time, description);
  return out;
}

std::string tag_line(std::string_view name, const std::optional<std::string>& value, base::Micros time) {
  std::string out = R"({"k":"tag","n":)";
  append_json_string(out, name);
  out += ",\"v\":";
  if (value) append_json_string(out, *value);
  else out += "null";
  append_common(out, std::nullopt, time, "");
  return out;
}

std::string untag_line(std::string_view name, base::Micros time) {
  std::string out = R"({"k":"untag","n":)";
  append_json_string(out, name);
  append_common(out, std::nullopt, time, "");
  return out;
}

}  // namespace protocol
