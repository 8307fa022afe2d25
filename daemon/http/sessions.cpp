// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/sessions.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "daemon/http/error_page.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace http {

namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kDigestLength = 64;
constexpr std::uint64_t kLargestFile = 1 << 20;

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

void Sessions::keep_in(base::Path file) {
  file_ = std::move(file);
  const auto text = base::read_file(file_, kLargestFile);
  const auto kept = nlohmann::json::parse(text ? *text : "[]", nullptr, false);
  if (!kept.is_array()) return;
  for (const auto& entry : kept) {
    if (!entry.is_object()) continue;
    Secret session{protocol::text_at(entry, "sha256"),
                   Time(std::chrono::seconds(protocol::value_at(entry, "until", std::int64_t{0})))};
    if (session.digest.size() == kDigestLength && session.until > clock_() && sessions_.size() < kMaxSessions)
      sessions_.push_back(std::move(session));
  }
}

void Sessions::save() const {
  if (file_.empty()) return;
  auto kept = nlohmann::json::array();
  for (const auto& session : sessions_)
    kept.push_back(
        {{"sha256", session.digest},
         {"until", std::chrono::duration_cast<std::chrono::seconds>(session.until.time_since_epoch()).count()}});
  const auto saved = base::write_file_atomic(file_, kept.dump() + "\n");
  if (!saved) spdlog::warn("Browsers have to log in again after the daemon's next start: {}", saved.error().message);
}

std::string Sessions::cookie_name() const { return "runyard_" + std::to_string(port_); }

std::string Sessions::add(std::vector<Secret>& secrets, std::size_t most, std::chrono::seconds life) {
  std::erase_if(secrets, [now = clock_()](const Secret& secret) { return secret.until <= now; });
  if (secrets.size() >= most) secrets.erase(secrets.begin());
  std::string secret = base::random_hex(kSecretBytes);
  secrets.push_back({base::sha256_hex(secret), clock_() + life});
  return secret;
}

std::vector<Sessions::Secret>::iterator Sessions::find(std::vector<Secret>& secrets, std::string_view text) {
  // How long this takes depends on digests, from which no secret can be found.
  return std::find_if(secrets.begin(), secrets.end(),
                      [digest = base::sha256_hex(text), now = clock_()](const Secret& secret) {
                        return secret.digest == digest && secret.until > now;
                      });
}

std::string Sessions::make_link() { return url_ + "/login?token=" + add(links_, kMaxLinks, kLinkLife); }

bool Sessions::use_up(std::string_view token) {
  const auto found = find(links_, token);
  if (found == links_.end()) return false;
  links_.erase(found);
  return true;
}

std::size_t Sessions::end_all() {
  const auto ended = sessions_.size();
  links_.clear();
  sessions_.clear();
  save();
  return ended;
}

std::optional<std::string> Sessions::redeem(std::string_view token) {
  if (!use_up(token)) return std::nullopt;
  const auto session = add(sessions_, kMaxSessions, kSessionLife);
  save();
  // No path: the browser uses the folder in which it sees /login, so behind a proxy the cookie stays below our prefix.
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

Task<base::Result<Response>> Sessions::answer_link(const Request& request) {
  if (request.caller.way != Caller::Way::kUid)
    co_return base::error("cannot make a login link for a browser session: run \"runyard open\" on the machine",
                          std::errc::permission_denied);
  nlohmann::json answer;
  answer["url"] = make_link();
  co_return Response::json(answer);
}

namespace {

/// The path of a page of ours to go on to: never another host ("//evil", "/\\evil").
std::string next_page(const Request& request) {
  const std::string next = request.value("next").value_or("/");
  const bool ours = next.starts_with('/') && !next.starts_with("//") && next.find('\\') == std::string::npos &&
                    !base::has_control(next);
  return ours ? base::percent_encode(next, "/?=&") : "/";
}

}  // namespace

Task<base::Result<Response>> Sessions::answer_login(const Request& request) {
  if (request.head) co_return Response::text("");  // looking at a link does not use it up
  const std::string token = request.value("token").value_or("");
  const bool is_named = request.caller.way == Caller::Way::kUid;
  if (is_named) use_up(token);
  const auto cookie = is_named ? std::nullopt : redeem(token);
  const bool let_in = request.caller.way != Caller::Way::kStranger;
  if (!cookie && !let_in)
    co_return error_page(
        403, "This link is used up or too old",
        "A login link is good once, for five minutes. Make another with \"runyard open\" on the machine.");
  auto answer = Response::redirect("." + next_page(request));  // relative, so that it stays below a proxy's prefix
  // The cookie names no path: the browser takes the folder in which it sees /login, so behind a proxy no neighbor
  // gets it, and nothing has to be configured.
  if (cookie) answer.headers.emplace_back("Set-Cookie", *cookie);
  // Another server on this port may have left something in the browser under our name.
  answer.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
  co_return answer;
}

std::vector<Route> Sessions::routes() {
  const auto link = [this](Request& request) { return answer_link(request); };
  const auto open = [this](Request& request) -> Task<base::Result<Response>> {
    co_return Response::redirect(url_ + next_page(request));
  };
  const auto end = [this](Request&) -> Task<base::Result<Response>> {
    co_return Response::json({{"ended", end_all()}});
  };
  const auto login = [this](Request& request) { return answer_login(request); };
  return {
      {Method::kPost, "/api/v1/login-links", Body::kJson, link},
      {Method::kDelete, "/api/v1/sessions", Body::kNone, end},
      {Method::kGet, "/open", Body::kNone, open},
      {Method::kGet, "/login", Body::kNone, login, false, Access::kAnyone},
  };
}

}  // namespace http
