// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/filter/filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace store {

namespace {

using base::Micros;

struct KeyName {
  std::string_view word;
  Key::Kind kind;
};
constexpr std::array kPlainKeys = {
    KeyName{"status", Key::Kind::kStatus},         KeyName{"id", Key::Kind::kId},
    KeyName{"number", Key::Kind::kNumber},         KeyName{"name", Key::Kind::kName},
    KeyName{"experiment", Key::Kind::kExperiment}, KeyName{"kind", Key::Kind::kKind},
    KeyName{"target", Key::Kind::kTarget},         KeyName{"submitter", Key::Kind::kSubmitter},
    KeyName{"script", Key::Kind::kScript},         KeyName{"created", Key::Kind::kCreated},
    KeyName{"started", Key::Kind::kStarted},       KeyName{"ended", Key::Kind::kEnded},
    KeyName{"duration", Key::Kind::kDuration},
};
constexpr std::array kNamedKeys = {
    KeyName{"tag", Key::Kind::kTag},
    KeyName{"property", Key::Kind::kProperty},
    KeyName{"argument", Key::Kind::kArgument},
    KeyName{"metric", Key::Kind::kMetric},
};

struct Sign {
  std::string_view text;
  Comparison comparison;
};
// Longer signs come first: "<=" before "<".
constexpr std::array kSigns = {
    Sign{"!=", Comparison::kUnequal}, Sign{"<=", Comparison::kLessOrEqual}, Sign{">=", Comparison::kGreaterOrEqual},
    Sign{"=", Comparison::kEqual},    Sign{"<", Comparison::kLess},         Sign{">", Comparison::kGreater},
    Sign{"~", Comparison::kContains},
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_quote(char c) { return c == '"' || c == '\''; }
bool ends_word(char c) {
  return is_space(c) || c == '(' || c == ')' || c == '"' || c == '=' || c == '!' || c == '<' || c == '>' || c == '~';
}

std::optional<double> number_from(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !std::isnan(value) ? std::optional(value)
                                                                                        : std::nullopt;
}

/// "-7d": seven days before `now`.
std::optional<Micros> age_from(std::string_view text, Micros now) {
  constexpr std::array<std::pair<char, double>, 5> kUnits = {
      {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}}};
  if (text.size() < 3 || text[0] != '-') return std::nullopt;
  const auto count = number_from(text.substr(1, text.size() - 2));
  for (const auto& [unit, seconds] : kUnits)
    if (count && *count >= 0 && *count < 1e9 && text.back() == unit) return now - base::from_seconds(*count * seconds);
  return std::nullopt;
}

/// A day, or a time in UTC, with or without 'Z' and seconds.
std::optional<Micros> time_from(std::string_view text) {
  std::string whole(text);
  if (whole.ends_with('Z')) whole.pop_back();
  if (whole.size() == 10) whole += "T00:00:00";
  if (whole.size() == 16) whole += ":00";
  return base::parse_iso_time(whole + "Z");
}

/// Recursive descent. Keeps the first mistake, and stops there.
class Parser {
 public:
  Parser(std::string_view text, Micros now) : text_(text), now_(now) {}

  std::variant<Filter, Mistake> whole() {
    if (text_.size() > kLongestFilter) return Mistake{"the filter is longer than 10,000 bytes", 0};
    if (!base::is_utf8(text_)) return Mistake{"the filter is not UTF-8", 0};
    auto filter = any_of(0);
    skip_spaces();
    if (!mistake_ && at_ < text_.size())
      fail(text_[at_] == ')' ? "there is no '(' for this ')'" : "expected 'and', 'or' or the end", at_);
    if (mistake_) return located(*mistake_);
    return filter;
  }

  std::variant<Key, Mistake> lone_key() {
    const Key found = key();
    if (!mistake_ && at_ < text_.size()) fail("expected the end of the name", at_);
    if (mistake_) return located(*mistake_);
    return found;
  }

 private:
  void fail(std::string sentence, std::size_t at) {
    if (!mistake_) mistake_ = Mistake{std::move(sentence), at};
  }

  /// The mistake with its position in characters in place of bytes.
  Mistake located(Mistake mistake) const {
    const auto before = text_.substr(0, mistake.at);
    mistake.at = static_cast<std::size_t>(std::count_if(
        before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    return mistake;
  }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  /// Skips the keyword `expected` (and, or, not), if it comes next.
  bool word(std::string_view expected) {
    skip_spaces();
    const auto rest = text_.substr(at_);
    const bool here = base::lower(rest.substr(0, expected.size())) == expected &&
                      (rest.size() == expected.size() || ends_word(rest[expected.size()]));
    if (here) at_ += expected.size();
    return here;
  }

  Filter joined(Filter::Kind kind, std::string_view by, int depth, Filter (Parser::*operand)(int)) {
    std::vector<Filter> operands;
    do operands.push_back((this->*operand)(depth));
    while (!mistake_ && word(by));
    if (operands.size() == 1) return std::move(operands[0]);
    Filter filter;
    filter.kind = kind;
    filter.operands = std::move(operands);
    return filter;
  }

  Filter any_of(int depth) { return joined(Filter::Kind::kOr, "or", depth, &Parser::all_of); }
  Filter all_of(int depth) { return joined(Filter::Kind::kAnd, "and", depth, &Parser::operand); }

  Filter operand(int depth) {
    if (depth >= kDeepestFilter) {
      fail("it is nested more than 20 deep", at_);
      return {};
    }
    if (word("not")) {
      Filter filter;
      filter.kind = Filter::Kind::kNot;
      filter.operands.push_back(operand(depth + 1));
      return filter;
    }
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != '(') return compare();
    const std::size_t opened = at_++;
    Filter inside = any_of(depth + 1);
    skip_spaces();
    if (!mistake_ && (at_ == text_.size() || text_[at_] != ')')) fail("there is no ')' for this '('", opened);
    ++at_;
    return inside;
  }

  /// Skips text to search names for, if it comes next: quoted text or a word that begins no key, with no sign after it.
  std::optional<std::string> bare_word() {
    const std::size_t start = at_;
    if (at_ == text_.size()) return std::nullopt;
    const bool is_quoted = is_quote(text_[at_]);
    std::string found;
    if (is_quoted) found = quoted();
    else
      while (at_ < text_.size() && !ends_word(text_[at_])) found += text_[at_++];
    const bool alone = at_ == text_.size() || is_space(text_[at_]) || text_[at_] == ')';
    skip_spaces();
    const auto rest = text_.substr(at_);
    const bool compared =
        std::any_of(kSigns.begin(), kSigns.end(), [&](const Sign& known) { return rest.starts_with(known.text); });
    if (mistake_ || (alone && !compared && !found.empty() && (is_quoted || !begins_key(found)))) return found;
    at_ = start;
    return std::nullopt;
  }

  /// Whether the word is a key, the beginning of one, or a keyword.
  static bool begins_key(std::string_view word) {
    const std::string first = base::lower(word.substr(0, word.find('.')));
    const auto is_first = [&](const KeyName& name) { return name.word == first; };
    return first == "and" || first == "or" || first == "not" ||
           std::any_of(kNamedKeys.begin(), kNamedKeys.end(), is_first) ||
           (first.size() == word.size() && std::any_of(kPlainKeys.begin(), kPlainKeys.end(), is_first));
  }

  static Filter in_names(std::string text) {
    Filter filter;
    filter.kind = Filter::Kind::kCompare;
    filter.key.kind = Key::Kind::kName;
    filter.comparison = Comparison::kContains;
    filter.value.text = std::move(text);
    return filter;
  }

  Filter compare() {
    if (auto text = bare_word()) return in_names(std::move(*text));
    Filter filter;
    const std::size_t start = at_;
    filter.key = key();
    skip_spaces();
    const auto sign = std::find_if(kSigns.begin(), kSigns.end(),
                                   [&](const Sign& known) { return text_.substr(at_).starts_with(known.text); });
    if (mistake_ || sign == kSigns.end()) return filter;
    filter.kind = Filter::Kind::kCompare;
    filter.comparison = sign->comparison;
    const bool equality = sign->comparison == Comparison::kEqual || sign->comparison == Comparison::kUnequal;
    if (type_of(filter.key) == KeyType::kStatus && !equality) fail("a status is compared with = or !=", at_);
    if (sign->comparison == Comparison::kContains &&
        (type_of(filter.key) == KeyType::kNumber || type_of(filter.key) == KeyType::kTime))
      fail("'" + std::string(text_.substr(start, at_ - start)) + "' is no text: ~ looks for a text in another", at_);
    at_ += sign->text.size();
    skip_spaces();
    const std::size_t value_at = at_;
    filter.value = value(filter.key);
    if (!equality && filter.value.number && std::isnan(*filter.value.number))
      fail("nan is compared with = or !=", value_at);
    return filter;
  }

  Key key() {
    const std::size_t start = at_;
    std::vector<std::pair<std::string, bool>> words;  // text, quoted
    do {
      if (!words.empty()) ++at_;
      const bool is_quoted = at_ < text_.size() && is_quote(text_[at_]);
      words.emplace_back(is_quoted ? quoted() : name(), is_quoted);
    } while (!mistake_ && at_ < text_.size() && text_[at_] == '.');
    if (mistake_) return {};
    const std::string first = base::lower(words[0].first);
    for (const auto& [word, kind] : kPlainKeys)
      if (first == word && words.size() == 1 && !words[0].second) return {kind, {}, {}};
    for (const auto& [word, kind] : kNamedKeys)
      if (first == word && words.size() > 1 && !words[0].second) return named(kind, words);
    fail("there is no '" + std::string(text_.substr(start, std::min<std::size_t>(at_ - start, 80))) +
             "': a run has status, id, number, name, experiment, kind, target, submitter, script, created, started, "
             "ended, duration, tag.K, "
             "property.K, argument.K and metric.K",
         start);
    return {};
  }

  static Key named(Key::Kind kind, std::vector<std::pair<std::string, bool>> words) {
    Key key{kind, {}, Key::Statistic::kLast};
    const std::string last = words.size() > 2 && !words.back().second ? words.back().first : "";
    if (kind == Key::Kind::kMetric && (last == "last" || last == "min" || last == "max")) {
      key.statistic = last == "min"   ? Key::Statistic::kMin
                      : last == "max" ? Key::Statistic::kMax
                                      : Key::Statistic::kLast;
      words.pop_back();
    }
    for (std::size_t i = 1; i < words.size(); ++i) key.name += (i > 1 ? "." : "") + words[i].first;
    return key;
  }

  std::string name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    if (at_ == start) fail(start == text_.size() ? "something is missing at the end" : "expected a name", start);
    return std::string(text_.substr(start, at_ - start));
  }

  /// A text in single or double quotes. A doubled quote in it stands for the quote itself.
  std::string quoted() {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    std::string out;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote) {
        out += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
        out += quote;
        ++at_;
      } else {
        ++at_;
        return out;
      }
    }
    fail(std::string("there is no ") + (quote == '"' ? "'\"'" : "\"'\"") + " that ends this text", start);
    return out;
  }

  Literal value(const Key& key) {
    skip_spaces();
    const std::size_t start = at_;
    Literal literal;
    const bool is_quoted = at_ < text_.size() && is_quote(text_[at_]);
    if (is_quoted) {
      literal.text = quoted();
    } else {
      while (at_ < text_.size() && !ends_word(text_[at_])) ++at_;
      literal.text = text_.substr(start, at_ - start);
      if (literal.text.empty())
        fail(start == text_.size() ? "a value is missing at the end" : "expected a value", start);
      literal.number = number_from(literal.text);
      if (key.kind == Key::Kind::kMetric && base::lower(literal.text) == "nan")
        literal.number = std::numeric_limits<double>::quiet_NaN();
    }
    if (!mistake_) check(key, literal, start);
    return literal;
  }

  void check(const Key& key, Literal& literal, std::size_t at) {
    const auto wrong = [&](const char* expected) { fail("'" + literal.text + "' is not " + expected, at); };
    switch (type_of(key)) {
      case KeyType::kNumber:
        if (!literal.number) wrong("a number");
        return;
      case KeyType::kTime: {
        const auto age = age_from(literal.text, now_);
        const auto time = age ? age : time_from(literal.text);
        if (!time) return wrong("a time, such as 2026-11-24, 2026-11-24T01:02:03Z or -7d");
        literal.time = *time;
        return;
      }
      case KeyType::kStatus: {
        for (std::size_t i = 0; i < protocol::kStateCount; ++i) {
          const auto state = static_cast<protocol::RunState>(i);
          if (base::lower(protocol::to_string(state)) != base::lower(literal.text)) continue;
          literal.state = state;
          return;
        }
        return wrong(
            "a status: NotStarted, Queued, Preparing, Running, Finalizing, CancelRequested, Completed, Failed or "
            "Canceled");
      }
      case KeyType::kText:
      case KeyType::kFree:
        return;
    }
  }

  std::string_view text_;
  Micros now_;
  std::size_t at_ = 0;
  std::optional<Mistake> mistake_;
};

}  // namespace

KeyType type_of(const Key& key) {
  switch (key.kind) {
    case Key::Kind::kStatus:
      return KeyType::kStatus;
    case Key::Kind::kNumber:
    case Key::Kind::kDuration:
    case Key::Kind::kMetric:
      return KeyType::kNumber;
    case Key::Kind::kCreated:
    case Key::Kind::kStarted:
    case Key::Kind::kEnded:
      return KeyType::kTime;
    case Key::Kind::kTag:
    case Key::Kind::kProperty:
    case Key::Kind::kArgument:
      return KeyType::kFree;
    default:
      return KeyType::kText;
  }
}

std::variant<Filter, Mistake> parse_filter(std::string_view text, Micros now) { return Parser(text, now).whole(); }
std::variant<Key, Mistake> parse_key(std::string_view text) {
  if (text.size() > kLongestFilter || !base::is_utf8(text))
    return Mistake{"the name of a column is no text of at most 10,000 bytes", 0};
  return Parser(text, 0).lone_key();
}

}  // namespace store
