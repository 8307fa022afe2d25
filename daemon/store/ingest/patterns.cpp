// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/patterns.h"

#include <re2/re2.h>

#include <charconv>

#include "base/text.h"
#include "protocol/names.h"

namespace store {

using base::Result;
using protocol::Cell;

namespace {

constexpr std::size_t kMostPatterns = 50, kLongestPattern = 1000;
constexpr std::int64_t kMemory = 4 << 20;

re2::RE2::Options quiet() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  return options;
}

/// A whole number, a number (with the words nan and inf), else the text itself.
Cell cell_of(std::string_view text) {
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  if (const auto [stop, error] = std::from_chars(text.data(), end, whole); error == std::errc() && stop == end)
    return whole;
  double number = 0;
  const char* const digits = text.data() + (text.starts_with('+') ? 1 : 0);
  if (const auto [stop, error] = std::from_chars(digits, end, number); error == std::errc() && stop == end)
    return number;
  return base::to_utf8(std::string(text));
}

std::optional<std::int64_t> step_of(std::string_view text) {
  std::int64_t step = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), step);
  return error == std::errc() && stop == text.data() + text.size() ? std::optional(step) : std::nullopt;
}

}  // namespace

struct Patterns::Compiled {
  std::string metric;
  re2::RE2 expression;
  int name = 0, value = 1, step = 0;  ///< numbers of groups; 0: none

  explicit Compiled(const protocol::Pattern& given) : metric(given.metric), expression(given.pattern, quiet()) {
    for (const auto& [word, number] : expression.NamedCapturingGroups()) {
      if (word == "name") name = number;
      if (word == "value") value = number;
      if (word == "step") step = number;
    }
  }
};

Patterns::Patterns() = default;
Patterns::~Patterns() = default;
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;

Result<Patterns> Patterns::compile(const std::vector<protocol::Pattern>& given) {
  if (given.size() > kMostPatterns) return base::error("a run has at most 50 patterns");
  Patterns patterns;
  for (const auto& pattern : given) {
    const std::string which = "the pattern '" + base::to_utf8(pattern.pattern.substr(0, 200)) + "' ";
    if (pattern.pattern.size() > kLongestPattern) return base::error(which + "is longer than 1000 bytes");
    auto one = std::make_unique<Compiled>(pattern);
    if (!one->expression.ok())
      return base::error(which + "is no regular expression of RE2: " + one->expression.error());
    if (one->expression.NumberOfCapturingGroups() < 1)
      return base::error(which + "has no group for the value, such as (?P<value>[0-9.]+)");
    if (pattern.metric.empty() && one->name == 0)
      return base::error(which + "names no metric, and has no group (?P<name>...) that does");
    if (!pattern.metric.empty()) TRY(protocol::check_name("metric", pattern.metric));
    patterns.all_.push_back(std::move(one));
  }
  return patterns;
}

Result<void> Patterns::match(std::string_view line, const OnMatch& on_match) const {
  for (const auto& one : all_) {
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(one->expression.NumberOfCapturingGroups()) + 1);
    const auto group = [&](int number) {
      const auto& piece = groups[static_cast<std::size_t>(number)];
      return std::string_view(piece.data() ? piece.data() : "", piece.size());
    };
    const re2::StringPiece text(line.data(), line.size());
    std::size_t at = 0;  // the text before it still counts for ^ and \b
    while (at < text.size() && one->expression.Match(text, at, text.size(), re2::RE2::UNANCHORED, groups.data(),
                                                     static_cast<int>(groups.size()))) {
      const std::string_view value = group(one->value);
      const std::string metric = one->metric.empty() ? base::to_utf8(std::string(group(one->name))) : one->metric;
      if (!value.empty() && protocol::check_name("metric", metric))
        TRY(on_match(metric, cell_of(value), one->step ? step_of(group(one->step)) : std::nullopt));
      at = static_cast<std::size_t>(groups[0].data() - text.data()) + std::max<std::size_t>(groups[0].size(), 1);
    }
  }
  return {};
}

}  // namespace store
