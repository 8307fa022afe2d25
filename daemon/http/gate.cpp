// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/gate.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "daemon/http/router.h"

namespace http {

namespace {

constexpr std::array<std::string_view, 3> kHosts = {"localhost", "127.0.0.1", "[::1]"};
constexpr std::array<std::string_view, 3> kTypes = {"application/json", "application/x-ndjson",
                                                    "application/octet-stream"};
constexpr std::string_view kScheme = "http://";
constexpr std::uint16_t kHttpPort = 80;
constexpr std::string_view kOnlyOurPages = ": only pages of this daemon may ask";

struct HostPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

/// Nothing when it is not "host" or "host:port".
std::optional<HostPort> split_host(std::string_view text) {
  const auto colon = text.starts_with('[') ? text.find(':', std::min(text.find(']'), text.size())) : text.find(':');
  HostPort result{base::lower(text.substr(0, colon)), std::nullopt};
  if (colon == std::string_view::npos) return result;
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (problem != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  result.port = port;
  return result;
}

bool is_own_host(std::string_view host, const OwnAddress& own) {
  return std::find(kHosts.begin(), kHosts.end(), host) != kHosts.end() || (!own.host.empty() && host == own.host);
}

/// A name of this machine with our port, or with the one that the request itself was sent to: a forwarded port.
bool is_own_origin(std::string_view origin, const HostPort& asked, const OwnAddress& own) {
  if (!origin.starts_with(kScheme)) return false;
  const auto from = split_host(origin.substr(kScheme.size()));
  if (!from || !is_own_host(from->host, own)) return false;
  const auto from_port = from->port.value_or(kHttpPort);
  return from_port == own.port || (from->host == asked.host && from_port == asked.port.value_or(kHttpPort));
}

bool is_known_type(std::string_view content_type) {
  auto type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return std::find(kTypes.begin(), kTypes.end(), base::lower(type)) != kTypes.end();
}

bool only(const std::vector<std::string_view>& values, std::string_view expected) {
  return values.size() == 1 && values[0] == expected;
}

bool changes_something(const Asked& asked) { return asked.method != "GET" && asked.method != "HEAD"; }

/// Asks the API or a service, not for a page. Also when a part of the path is percent-encoded: routes are found by the
/// decoded path.
bool asks_program(const Asked& asked) {
  const auto target = read_target(asked.target);
  if (!target || target->segments.front() == "api") return true;
  return target->segments.front() == "services" && target->segments.size() > 2;
}

/// A person follows a link: the browser shows the answer, the other site never sees it.
bool is_followed_link(const Asked& asked) {
  return !changes_something(asked) && asked.origin.empty() && only(asked.fetch_mode, "navigate") &&
         only(asked.fetch_dest, "document") && !asks_program(asked);
}

bool is_own_site(const Asked& asked) {
  if (asked.fetch_site.empty()) return true;
  if (only(asked.fetch_site, "same-origin") || only(asked.fetch_site, "none")) return true;
  return is_followed_link(asked);
}

Refusal forbidden(std::string message) { return {403, "forbidden", std::move(message)}; }

std::string quoted(const std::vector<std::string_view>& values) {
  std::string text;
  for (const auto value : values) text += (text.empty() ? "'" : ", '") + base::to_utf8(value.substr(0, 100)) + "'";
  return text.empty() ? "nothing" : text;
}

/// Nothing when it is not a name of this machine.
std::optional<HostPort> own_host(std::string_view host, const OwnAddress& own) {
  auto parts = split_host(host);
  if (parts && !is_own_host(parts->host, own)) parts.reset();
  return parts;
}

bool is_known_method(const Asked& asked) {
  if (method_of(asked.method)) return true;
  return is_forwarded(asked.target) && (asked.method == "PATCH" || asked.method == "OPTIONS");
}

}  // namespace

bool is_forwarded(std::string_view target) {
  constexpr std::string_view kBelow = "/services/";
  return target.starts_with(kBelow) && target.substr(0, target.find('?')).find('/', kBelow.size()) != target.npos;
}

bool is_from_other_site(const Asked& asked, const OwnAddress& own) {
  const auto host = asked.host.size() == 1 ? own_host(asked.host[0], own) : std::nullopt;
  const bool own_origin = host && asked.origin.size() == 1 && is_own_origin(asked.origin[0], *host, own);
  return (!asked.origin.empty() && !own_origin) || !is_own_site(asked);
}

std::optional<Refusal> refuse(const Asked& asked, const OwnAddress& own) {
  if (!is_known_method(asked))
    return Refusal{405, "method_not_allowed",
                   "cannot do " + quoted({asked.method}) + ": only GET, HEAD, POST, PUT and DELETE are known"};
  const auto host = asked.host.size() == 1 ? own_host(asked.host[0], own) : std::nullopt;
  if (!host)
    return forbidden("cannot answer for host " + quoted(asked.host) +
                     ": only localhost, 127.0.0.1 and [::1] are answered, so a proxy must send one of these as Host");
  if (is_forwarded(asked.target)) return std::nullopt;
  if (asked.origin.size() > 1 || (asked.origin.size() == 1 && !is_own_origin(asked.origin[0], *host, own)))
    return forbidden("cannot answer a page of " + quoted(asked.origin) + std::string(kOnlyOurPages) +
                     ", so a proxy must send the same name and port as Origin and as Host");
  if (!is_own_site(asked)) return forbidden("cannot answer a page of another site" + std::string(kOnlyOurPages));
  if (changes_something(asked) && (asked.content_type.size() != 1 || !is_known_type(asked.content_type[0])))
    return Refusal{
        415, "content_type",
        "cannot take content of type " + quoted(asked.content_type) +
            ": a request that changes something needs Content-Type: application/json, application/x-ndjson or "
            "application/octet-stream"};
  return std::nullopt;
}

}  // namespace http
