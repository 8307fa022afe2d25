// SPDX-License-Identifier: Apache-2.0
// Parses the filter language for lists of runs (docs/formats/http-api.md) into a tree. A pure function of the text,
// which is not trusted, and the time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "protocol/run_state.h"

namespace store {

/// A key, which names a value of a run: `status`, `tag.K`, `metric.NAME.min`.
struct Key {
  enum class Kind {
    kStatus,
    kId,
    kNumber,
    kName,
    kExperiment,
    kKind,
    kTarget,
    kSubmitter,
    kScript,
    kCreated,
    kStarted,
    kEnded,
    kDuration,
    kTag,
    kProperty,
    kArgument,
    kMetric,
  };
  enum class Statistic { kLast, kMin, kMax };

  Kind kind = Kind::kCreated;
  std::string name;                        ///< of the tag, property, argument or metric
  Statistic statistic = Statistic::kLast;  ///< of the metric's values
};

/// The type of a key's values. kFree: text, which may be a number.
enum class KeyType { kText, kNumber, kTime, kStatus, kFree };
KeyType type_of(const Key& key);

/// The value that a key is compared with.
struct Literal {
  std::string text;
  std::optional<double> number;                            ///< NaN only of a metric, compared with = or !=
  base::Micros time = 0;                                   ///< of a time key
  protocol::RunState state = protocol::RunState::kQueued;  ///< of `status`
};

enum class Comparison { kEqual, kUnequal, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kContains };

/// A node of the tree.
struct Filter {
  enum class Kind { kAnd, kOr, kNot, kHas, kCompare };
  Kind kind = Kind::kHas;
  std::vector<Filter> operands;  ///< and, or: two or more; not: one
  Key key;                       ///< has, compare
  Comparison comparison = Comparison::kEqual;
  Literal value;
};

/// A mistake in a filter, and its character, counted from 0.
struct Mistake {
  std::string sentence;
  std::size_t at = 0;
};

inline constexpr std::size_t kLongestFilter = 10'000;  ///< bytes
inline constexpr int kDeepestFilter = 20;              ///< levels of `not` and parentheses

/// Ages (-7d) count back from `now`.
std::variant<Filter, Mistake> parse_filter(std::string_view text, base::Micros now);
/// Parses a key alone, for sorting and for columns.
std::variant<Key, Mistake> parse_key(std::string_view text);

}  // namespace store
