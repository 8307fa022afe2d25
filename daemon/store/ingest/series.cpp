// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/series.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace store {

static_assert(std::endian::native == std::endian::little, "columns are little-endian");

namespace {

// First byte of the cells' column: all doubles, all integers, or tagged one by one.
constexpr char kDoubles = 'd', kIntegers = 'i', kMixed = 'm';
constexpr char kNull = 'n', kFalse = 'f', kTrue = 't', kInteger = 'i', kDouble = 'd', kText = 's';  // their tags

template <class T>
void append(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
bool read(std::string_view& in, T& value) {
  if (in.size() < sizeof value) return false;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return true;
}

template <class T>
bool all_are(const std::vector<Cell>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const Cell& cell) { return std::holds_alternative<T>(cell); });
}

template <class T>
std::string column_of(char mark, const std::vector<Cell>& cells) {
  std::string out(1, mark);
  out.reserve(1 + cells.size() * sizeof(T));
  for (const auto& cell : cells) append(out, std::get<T>(cell));
  return out;
}

void append_tagged(std::string& out, const Cell& cell) {
  if (const auto* b = std::get_if<bool>(&cell)) out += *b ? kTrue : kFalse;
  else if (const auto* i = std::get_if<std::int64_t>(&cell)) append(out += kInteger, *i);
  else if (const auto* d = std::get_if<double>(&cell)) append(out += kDouble, *d);
  else if (const auto* s = std::get_if<std::string>(&cell)) {
    append(out += kText, static_cast<std::uint32_t>(s->size()));
    out += *s;
  } else {
    out += kNull;
  }
}

std::string cells_column(const std::vector<Cell>& cells) {
  if (all_are<double>(cells)) return column_of<double>(kDoubles, cells);
  if (all_are<std::int64_t>(cells)) return column_of<std::int64_t>(kIntegers, cells);
  std::string out(1, kMixed);
  for (const auto& cell : cells) append_tagged(out, cell);
  return out;
}

bool read_tagged(std::string_view& in, Cell& cell) {
  char tag = 0;
  if (!read(in, tag)) return false;
  if (tag == kNull) cell = std::monostate{};
  else if (tag == kFalse || tag == kTrue) cell = tag == kTrue;
  else if (tag == kInteger) return read(in, cell.emplace<std::int64_t>());
  else if (tag == kDouble) return read(in, cell.emplace<double>());
  else if (tag == kText) {
    std::uint32_t size = 0;
    if (!read(in, size) || in.size() < size) return false;
    cell = std::string(in.substr(0, size));
    in.remove_prefix(size);
  } else {
    return false;
  }
  return true;
}

template <class T>
bool read_all(std::string_view in, std::size_t count, std::vector<Cell>& cells) {
  if (in.size() != count * sizeof(T)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, in.data() + i * sizeof(T), sizeof value);
    cells.emplace_back(value);
  }
  return true;
}

bool read_cells(std::string_view in, std::size_t count, std::vector<Cell>& cells) {
  char mark = 0;
  if (!read(in, mark)) return false;
  if (mark == kDoubles) return read_all<double>(in, count, cells);
  if (mark == kIntegers) return read_all<std::int64_t>(in, count, cells);
  if (mark != kMixed) return false;
  for (std::size_t i = 0; i < count; ++i)
    if (!read_tagged(in, cells.emplace_back())) return false;
  return in.empty();
}

}  // namespace

void Series::add(base::Micros time, std::int64_t step, Cell cell) {
  times.push_back(time);
  steps.push_back(step);
  cells.push_back(std::move(cell));
}

void Series::clear() {
  times.clear();
  steps.clear();
  cells.clear();
}

SeriesBytes encode(const Series& series) {
  SeriesBytes bytes;
  bytes.times.assign(reinterpret_cast<const char*>(series.times.data()), series.times.size() * sizeof(base::Micros));
  const bool any = std::any_of(series.steps.begin(), series.steps.end(), [](auto step) { return step != kNoStep; });
  if (any)
    bytes.steps.assign(reinterpret_cast<const char*>(series.steps.data()), series.steps.size() * sizeof(std::int64_t));
  bytes.cells = cells_column(series.cells);
  return bytes;
}

base::Result<void> decode(std::string_view times, std::string_view steps, std::string_view cells, Series& series) {
  const std::size_t count = times.size() / sizeof(base::Micros), before = series.size();
  const bool sound = times.size() % sizeof(base::Micros) == 0 && (steps.empty() || steps.size() == times.size());
  if (!sound) return base::error("a chunk's columns have different lengths", std::errc::bad_message);
  series.times.resize(before + count);
  if (count > 0) std::memcpy(series.times.data() + before, times.data(), times.size());
  series.steps.resize(before + count, kNoStep);
  if (!steps.empty()) std::memcpy(series.steps.data() + before, steps.data(), steps.size());
  if (!read_cells(cells, count, series.cells)) return base::error("a chunk's cells are broken", std::errc::bad_message);
  return {};
}

}  // namespace store
