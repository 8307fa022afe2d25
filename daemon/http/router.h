// SPDX-License-Identifier: Apache-2.0
// Finds the line of the route table that a request's target means. Pure: no I/O, no state.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/http/http.h"

namespace http {

/// A request's target, decoded once.
struct Target {
  std::vector<std::string> segments;  ///< of the path, decoded
  std::string path;                   ///< decoded
  std::multimap<std::string, std::string, std::less<>> query;
};
/// Refuses a target that does not begin with '/', broken escapes, NUL and bytes that are not UTF-8. '+' is a space in
/// the query only.
base::Result<Target> read_target(std::string_view target);

/// Nothing for every method that the API does not have. HEAD is GET.
std::optional<Method> method_of(std::string_view word);

/// The server owns one. Built once from the whole table; a malformed pattern or two routes for the same requests are
/// programming errors and throw std::logic_error.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;
  };
  /// Why there is none: 404, or 405 with the methods that the path has ("GET, HEAD, PUT").
  struct Miss {
    std::string allow;  ///< empty: no such path
  };
  std::variant<Match, Miss> match(Method method, const Target& target) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Segment {
    enum class Kind : std::uint8_t { kLiteral, kOne, kRest } kind;
    std::string text;  ///< the literal, or the parameter's name
    auto operator<=>(const Segment&) const = default;
  };
  static std::vector<Segment> read_pattern(std::string_view pattern);
  static bool same_requests(const std::vector<Segment>& a, const std::vector<Segment>& b);
  static bool matches(const std::vector<Segment>& pattern, const std::vector<std::string>& segments, Match& match);

  std::vector<Route> routes_;  ///< the most literal first
  std::vector<std::vector<Segment>> patterns_;
};

}  // namespace http
