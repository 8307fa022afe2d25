// SPDX-License-Identifier: Apache-2.0
// The metric line protocol (docs/formats/metric-line.md): one line in, one value out. Untrusted bytes; fuzzed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace protocol {

inline constexpr std::uint64_t kLineVersion = 1;
inline constexpr std::size_t kLineLimit = 1 << 20;          ///< bytes of a line in a process's own file
inline constexpr std::size_t kSharedLineLimit = 64 << 10;   ///< in the shared file, where writers must not tear
inline constexpr std::string_view kLogMark = "##runyard ";  ///< a log line that counts as a metric begins so

/// null, bool, integer, float (may be NaN or infinite) or text.
using Cell = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

enum class LineKind {
  kScalar,
  kList,
  kRow,
  kTable,
  kImage,
  kDocument,
  kTag,
  kUntag,
  kProperty,
  kFile,
  kDisplayName,
  kDescription,
  kHello,
  kEnd,
  kWarning,
  kChild,    ///< a run made inside of this one; the other fields are for the store to read
  kEnding,   ///< how such a run ended
  kUnknown,  ///< kept in the file, means nothing to us
};

struct Column {
  std::string name;
  std::vector<Cell> cells;
};

/// One parsed line; which fields are set depends on the kind.
struct MetricLine {
  LineKind kind = LineKind::kUnknown;
  std::string name;
  std::optional<base::Micros> time;
  std::optional<std::int64_t> step;
  std::string description;
  std::vector<Cell> cells;      ///< scalar: one; list: all; tag, property, display_name, description, warning: one
  std::vector<Column> columns;  ///< row: one cell each; table: equally many each
  std::string path;             ///< file: `p`; image, document: `f`
  std::string schema;           ///< document
  std::uint64_t size = 0;       ///< file; end: lines
  std::string sha256;           ///< file
  std::uint64_t lost = 0;       ///< end
  std::uint64_t version = kLineVersion;  ///< hello
};

/// Parses lines with buffers that are reused from line to line. Not for two threads at once.
class LineParser {
 public:
  LineParser();
  ~LineParser();
  LineParser(LineParser&&) noexcept;
  LineParser& operator=(LineParser&&) noexcept;

  /// `line` without its '\n'. The result is valid until the next call; the error says why it is refused.
  base::Result<MetricLine*> parse(std::string_view line);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A line without its '\n', for programs that report (`runyard log`).
std::string scalar_line(std::string_view name, const Cell& value, std::optional<std::int64_t> step,
                        std::optional<base::Micros> time, std::string_view description = "");
std::string tag_line(std::string_view name, const std::optional<std::string>& value, base::Micros time);
std::string untag_line(std::string_view name, base::Micros time);
/// A cell as protocol JSON: {"$":"nan"} where JSON has no word.
std::string cell_json(const Cell& cell);

}  // namespace protocol
