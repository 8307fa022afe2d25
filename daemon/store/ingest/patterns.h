// SPDX-License-Identifier: Apache-2.0
// Finds values of metrics in the lines of a log by patterns, for scripts that report nothing themselves.
// RE2, because a pattern that a user typed must not be able to stop the writer. The values are marked as derived,
// because a log is less reliable than a report.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/metric_line.h"
#include "protocol/spec.h"

namespace store {

/// The compiled patterns of a run. RE2 needs time and memory in proportion to a line, whatever the pattern.
class Patterns {
 public:
  /// Fails for too many patterns, and for one that is too long, is not a regular expression of RE2, has no group or has
  /// no name for its metric; the error then names the pattern.
  static base::Result<Patterns> compile(const std::vector<protocol::Pattern>& patterns);
  Patterns();
  ~Patterns();
  Patterns(Patterns&&) noexcept;
  Patterns& operator=(Patterns&&) noexcept;

  bool empty() const { return all_.empty(); }
  using OnMatch = std::function<base::Result<void>(std::string_view metric, const protocol::Cell& value,
                                                   std::optional<std::int64_t> step)>;
  /// Calls `on_match` for every value in a line of a log, pattern by pattern. Text before a carriage return, which a
  /// terminal would overwrite, counts too.
  base::Result<void> match(std::string_view line, const OnMatch& on_match) const;

 private:
  struct Compiled;
  std::vector<std::unique_ptr<Compiled>> all_;
};

}  // namespace store
