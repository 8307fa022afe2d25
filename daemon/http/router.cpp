// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/router.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/text.h"

namespace http {

namespace {

bool decode(std::string_view text, std::string& decoded) {
  return base::percent_decode(text, decoded) && decoded.find('\0') == std::string::npos && base::is_utf8(decoded);
}

base::Error bad_target(std::string_view why) {
  return base::error("cannot read the request's target: " + std::string(why));
}

bool decode_query_part(std::string_view text, std::string& decoded) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return decode(spaced, decoded);
}

base::Result<void> read_query(std::string_view query, Target& target) {
  for (const auto& pair : base::split(query, '&')) {
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    std::string name, value;
    if (!decode_query_part(std::string_view(pair).substr(0, equals), name) ||
        !decode_query_part(std::string_view(pair).substr(std::min(equals + 1, pair.size())), value))
      return bad_target("a part of its query is not percent-encoded UTF-8");
    target.query.emplace(std::move(name), std::move(value));
  }
  return {};
}

void allow(Method method, std::string& allowed) {
  const std::string words = method == Method::kGet ? "GET, HEAD" : std::string(word(method));
  if (allowed.find(words) == std::string::npos) allowed += (allowed.empty() ? "" : ", ") + words;
}

std::string join(const std::vector<std::string>& segments, std::size_t from) {
  std::string joined;
  for (std::size_t i = from; i < segments.size(); ++i) joined += (i > from ? "/" : "") + segments[i];
  return joined;
}

}  // namespace

base::Result<Target> read_target(std::string_view text) {
  if (text.empty() || text[0] != '/') return bad_target("it does not begin with '/'");
  if (text.find('#') != std::string_view::npos) return bad_target("it contains '#'");
  Target target;
  const auto question = std::min(text.find('?'), text.size());
  for (const auto& segment : base::split(text.substr(1, question - 1), '/')) {
    if (!decode(segment, target.segments.emplace_back())) return bad_target("its path is not percent-encoded UTF-8");
    target.path += "/" + target.segments.back();
  }
  TRY(read_query(text.substr(std::min(question + 1, text.size())), target));
  return target;
}

std::optional<Method> method_of(std::string_view text) {
  if (text == "HEAD") return Method::kGet;
  for (const auto method : {Method::kGet, Method::kPost, Method::kPut, Method::kDelete})
    if (text == word(method)) return method;
  return std::nullopt;
}

std::vector<Router::Segment> Router::read_pattern(std::string_view pattern) {
  const auto wrong = [&](const char* why) { return std::logic_error("route " + std::string(pattern) + ": " + why); };
  if (pattern.empty() || pattern[0] != '/') throw wrong("does not begin with '/'");
  std::vector<Segment> segments;
  for (auto& text : base::split(pattern.substr(1), '/')) {
    if (!segments.empty() && segments.back().kind == Segment::Kind::kRest) throw wrong("goes on after {name...}");
    if (text.size() < 3 || text.front() != '{' || text.back() != '}') {
      segments.push_back({Segment::Kind::kLiteral, std::move(text)});
      continue;
    }
    const bool rest = text.ends_with("...}");
    const auto name = text.substr(1, text.size() - (rest ? 5 : 2));
    segments.push_back({rest ? Segment::Kind::kRest : Segment::Kind::kOne, name});
  }
  return segments;
}

bool Router::same_requests(const std::vector<Segment>& a, const std::vector<Segment>& b) {
  const auto same = [](const Segment& x, const Segment& y) {
    return x.kind == y.kind && (x.kind != Segment::Kind::kLiteral || x.text == y.text);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

Router::Router(std::vector<Route> routes) {
  std::vector<std::pair<std::vector<Segment>, Route>> table;
  for (auto& route : routes) {
    auto pattern = read_pattern(route.pattern);
    for (const auto& [other, known] : table)
      if (known.method == route.method && same_requests(other, pattern))
        throw std::logic_error("two routes " + std::string(word(route.method)) + " " + std::string(route.pattern));
    table.emplace_back(std::move(pattern), std::move(route));
  }
  std::stable_sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [pattern, route] : table) {
    patterns_.push_back(std::move(pattern));
    routes_.push_back(std::move(route));
  }
}

bool Router::matches(const std::vector<Segment>& pattern, const std::vector<std::string>& segments, Match& match) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= segments.size()) return false;
    if (pattern[i].kind == Segment::Kind::kRest) {
      const auto rest = join(segments, i);
      match.parameters[pattern[i].text] = rest;
      return base::is_safe_relative(rest);
    }
    if (pattern[i].kind == Segment::Kind::kLiteral && pattern[i].text != segments[i]) return false;
    if (pattern[i].kind == Segment::Kind::kLiteral) continue;
    if (segments[i].empty() || segments[i] == "." || segments[i] == "..") return false;
    match.parameters[pattern[i].text] = segments[i];
  }
  return segments.size() == pattern.size();
}

std::variant<Router::Match, Router::Miss> Router::match(Method method, const Target& target) const {
  Miss miss;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    Match match;
    if (!matches(patterns_[i], target.segments, match)) continue;
    match.route = &routes_[i];
    if (routes_[i].method == method || routes_[i].method == Method::kAny) return match;
    allow(routes_[i].method, miss.allow);
  }
  return miss;
}

}  // namespace http
