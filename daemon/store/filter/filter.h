// SPDX-License-Identifier: Apache-2.0
// The filter language of lists of runs (docs/formats/http-api.md): text in, a tree out. A pure function of its text and
// the time; untrusted input.
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

/// What is known of a run under a name: `status`, `tag.K`, `metric.NAME.min`.
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
  enum class Part { kLast, kMin, kMax };

  Kind kind = Kind::kCreated;
  std::string name;  ///< of the tag, property, argument or metric
  Part part = Part::kLast;
};

/// What a key's values are: free text may be a number.
enum class KeyType { kText, kNumber, kTime, kStatus, kFree };
KeyType type_of(const Key& key);

struct Literal {
  std::string text;
  std::optional<double> number;                            ///< NaN only of a metric, compared with = or !=
  base::Micros time = 0;                                   ///< of a time key
  protocol::RunState state = protocol::RunState::kQueued;  ///< of `status`
};

enum class Comparison { kEqual, kUnequal, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kContains };

struct Filter {
  enum class Kind { kAnd, kOr, kNot, kHas, kCompare };
  Kind kind = Kind::kHas;
  std::vector<Filter> parts;  ///< and, or: two or more; not: one
  Key key;                    ///< has, compare
  Comparison comparison = Comparison::kEqual;
  Literal value;
};

/// What is wrong, and at which character, from 0.
struct Mistake {
  std::string sentence;
  std::size_t at = 0;
};

inline constexpr std::size_t kLongestFilter = 10'000;  ///< bytes
inline constexpr int kDeepestFilter = 20;

/// Ages (-7d) count back from `now`.
std::variant<Filter, Mistake> parse_filter(std::string_view text, base::Micros now);
std::variant<Key, Mistake> parse_key(std::string_view text);

}  // namespace store
