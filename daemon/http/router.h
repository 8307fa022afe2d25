// SPDX-License-Identifier: Apache-2.0
// Finds the route that a request asks for. Pure: no I/O, no state.
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
  std::string path;                   ///< '/' and a segment, for each of them
  std::multimap<std::string, std::string, std::less<>> query;
};
/// Refuses a target that does not begin with '/', and '#', broken escapes, NUL and bytes that are not UTF-8 in it. '+'
/// is a space in the query only.
base::Result<Target> read_target(std::string_view target);

/// Nothing for a method that the API does not have. HEAD counts as GET.
/// Routes of Method::kAny take those too.
std::optional<Method> method_of(std::string_view word);

/// Owned by the server, which builds it once from the whole table. A malformed pattern, or two routes for the same
/// requests, is a programming error: std::logic_error.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;  ///< what stands in place of {name} and {name...}
  };
  /// No route matches: the answer is 404, or 405 if the path has other methods.
  struct Miss {
    std::string allow;  ///< those methods ("GET, HEAD, PUT"); empty: no such path
  };
  std::variant<Match, Miss> match(Method method, const Target& target) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Segment {
    enum class Kind : std::uint8_t { kLiteral, kOne, kRest } kind;  ///< text, {name}, {name...}
    std::string text;                                               ///< the literal, or the parameter's name
    auto operator<=>(const Segment&) const = default;
  };
  static std::vector<Segment> read_pattern(std::string_view pattern);
  static bool same_requests(const std::vector<Segment>& a, const std::vector<Segment>& b);
  static bool matches(const std::vector<Segment>& pattern, const std::vector<std::string>& segments, Match& match);

  std::vector<Route> routes_;                   ///< the most literal first
  std::vector<std::vector<Segment>> patterns_;  ///< of the route at the same index
};

}  // namespace http
