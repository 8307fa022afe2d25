// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/sessions.h"

#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace {

struct Fixture {
  http::Sessions::Time now{std::chrono::hours(24 * 365 * 50)};
  http::Sessions sessions{[this] { return now; }};
  Fixture() { sessions.serve_at("http://127.0.0.1:7471", 7471); }
  std::string token() { return sessions.make_link().substr(std::string("http://127.0.0.1:7471/login?token=").size()); }
  static std::string cookie(const std::string& set_cookie) { return set_cookie.substr(0, set_cookie.find(';')); }
};

}  // namespace

TEST_CASE("sessions: a link is good once and makes a cookie that is known") {
  Fixture f;
  const auto token = f.token();
  CHECK(token.size() == 64);
  CHECK(token != f.token());
  const auto set_cookie = f.sessions.redeem(token);
  REQUIRE(set_cookie);
  CHECK(set_cookie->starts_with("runyard_7471="));
  CHECK(set_cookie->ends_with("; HttpOnly; SameSite=Strict"));
  CHECK_FALSE(f.sessions.redeem(token));
  const auto cookie = Fixture::cookie(*set_cookie);
  CHECK(f.sessions.knows(cookie));
  CHECK(f.sessions.knows("a=b; " + cookie + "; c=d"));
  for (const std::string& wrong : {std::string(), cookie.substr(0, cookie.size() - 1), cookie + "0",
                                   std::string("runyard_7471="), "x" + cookie, "runyard_7471=" + token})
    CHECK_FALSE(f.sessions.knows(wrong));
}

TEST_CASE("sessions: links and cookies grow old") {
  Fixture f;
  const auto late = f.token();
  f.now += http::kLinkLife;
  CHECK_FALSE(f.sessions.redeem(late));
  const auto in_time = f.token();
  f.now += http::kLinkLife - std::chrono::seconds(1);
  const auto cookie = f.sessions.redeem(in_time);
  REQUIRE(cookie);
  f.now += http::kSessionLife;
  CHECK_FALSE(f.sessions.knows(Fixture::cookie(*cookie)));
}

TEST_CASE("sessions: another daemon knows a cookie, and finds no secret in its file") {
  const support::Folder folder;
  Fixture f;
  const auto file = folder / "sessions.json";
  f.sessions.keep_in(file);
  const auto cookie = Fixture::cookie(*f.sessions.redeem(f.token()));
  http::Sessions next{[&f] { return f.now; }};
  next.serve_at("http://127.0.0.1:7471", 7471);
  CHECK_FALSE(next.knows(cookie));
  next.keep_in(file);
  CHECK(next.knows(cookie));
  CHECK(base::read_file(file)->find(cookie.substr(cookie.find('=') + 1)) == std::string::npos);
  REQUIRE(base::replace_file(file, "[{\"sha256\": 1, \"until\": \"x\"}, 2, {"));
  http::Sessions hurt;
  hurt.keep_in(file);
  CHECK_FALSE(hurt.knows(cookie));
}

TEST_CASE("sessions: as many links as anybody likes keep a fixed number") {
  Fixture f;
  const auto first = f.token();
  std::string last;
  for (std::size_t i = 0; i < http::kMaxLinks; ++i) last = f.token();
  CHECK_FALSE(f.sessions.redeem(first));
  CHECK(f.sessions.redeem(last));
  CHECK_FALSE(f.sessions.redeem(""));
}
