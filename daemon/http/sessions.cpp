// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/sessions.h"

#include "base/digest.h"
#include "base/text.h"
#include "daemon/pages/html.h"
#include "protocol/json.h"

namespace yard {

namespace {

constexpr std::size_t kSecretBytes = 32;

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  return difference == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Sessions::Sessions(Clock clock) : clock_(std::move(clock)) {}

void Sessions::serve_at(std::string url, std::uint16_t port) {
  url_ = std::move(url);
  port_ = port;
}

std::string Sessions::cookie_name() const { return "runyard_" + std::to_string(port_); }

std::string Sessions::add(std::vector<Secret>& secrets, std::size_t most, std::chrono::seconds life) {
  std::erase_if(secrets, [now = clock_()](const Secret& secret) { return secret.until <= now; });
  if (secrets.size() >= most) secrets.erase(secrets.begin());
  secrets.push_back({base::random_hex(kSecretBytes), clock_() + life});
  return secrets.back().text;
}

std::vector<Sessions::Secret>::iterator Sessions::find(std::vector<Secret>& secrets, std::string_view text) {
  auto found = secrets.end();
  for (auto at = secrets.begin(); at != secrets.end(); ++at)
    if (equal_in_constant_time(at->text, text) && at->until > clock_()) found = at;
  return found;
}

std::string Sessions::make_link() { return url_ + "/login?token=" + add(links_, kMaxLinks, kLinkLife); }

std::optional<std::string> Sessions::redeem(std::string_view token) {
  const auto found = find(links_, token);
  if (found == links_.end()) return std::nullopt;
  links_.erase(found);
  const auto session = add(sessions_, kMaxSessions, kSessionLife);
  // No path: the browser takes the folder that it sees /login in, so behind a proxy the cookie stays below our prefix.
  return cookie_name() + "=" + session + "; HttpOnly; SameSite=Strict";
}

bool Sessions::knows(std::string_view cookie_header) {
  const auto prefix = cookie_name() + "=";
  bool known = false;
  for (const auto& part : base::split(cookie_header, ';')) {
    const auto cookie = trimmed(part);
    if (cookie.starts_with(prefix) && find(sessions_, cookie.substr(prefix.size())) != sessions_.end()) known = true;
  }
  return known;
}

Task<Response> Sessions::answer_link(const Request& request) {
  if (request.caller.way != Caller::Way::kUid)
    co_return Response::error(403, "forbidden",
                              "cannot make a login link for a browser session: run \"runyard open\" on the machine");
  nlohmann::json answer;
  answer["url"] = make_link();
  co_return Response::json(answer);
}

namespace {

/// A page of ours to go on to, relative, so that it stays below a proxy's prefix: never another host ("//evil", "/\\evil").
std::string next_page(const Request& request) {
  const std::string next = request.value("next").value_or("/");
  const bool ours = next.starts_with('/') && !next.starts_with("//") && next.find('\\') == std::string::npos && !base::has_control(next);
  return "." + (ours ? base::percent_encode(next, "/?=&") : "/");
}

}  // namespace

Task<Response> Sessions::answer_login(const Request& request) {
  if (request.head) co_return Response::text("");  // looking at a link does not use it up
  const auto cookie = redeem(request.value("token").value_or(""));
  if (!cookie)
    co_return html::error_page(403, "This link is used up or too old",
                               "A login link is good once, for five minutes. Make another with \"runyard open\" on the machine.");
  auto answer = Response::redirect(next_page(request));
  answer.headers.emplace_back("Set-Cookie", *cookie);
  co_return answer;
}

std::vector<Route> Sessions::routes() {
  const auto link = [this](Request& request) { return answer_link(request); };
  const auto login = [this](Request& request) { return answer_login(request); };
  return {
      {Method::kPost, "/api/v1/login-links", Body::kJson, link},
      {Method::kGet, "/login", Body::kNone, login, false, Access::kAnybody},
  };
}

}  // namespace yard
