// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/gate.h"

#include "tests/support/catch.h"

namespace {

constexpr std::uint16_t kPort = 7471;
constexpr const char* kName = "runyard-0123456789abcdef0123.localhost";
const http::OwnAddress kAddress{kName, kPort};

http::Asked plain(std::string_view method) {
  http::Asked asked;
  asked.method = method;
  asked.target = "/api/v1/status";
  asked.host = {"localhost:7471"};
  if (method != "GET" && method != "HEAD") asked.content_type = {"application/json"};
  return asked;
}

int status(const http::Asked& asked) {
  const auto refused = http::refuse(asked, kAddress);
  return refused ? refused->status : 200;
}

const std::vector<std::string_view> kMethods = {"GET", "HEAD", "POST", "PUT", "DELETE"};

}  // namespace

TEST_CASE("gate: only names of this machine are answered, with every method") {
  for (const auto method : kMethods) {
    auto asked = plain(method);
    for (const char* host :
         {"localhost", "localhost:1", "LocalHost:7471", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:80",
          "runyard-0123456789abcdef0123.localhost", "Runyard-0123456789ABCDEF0123.localhost:7471"}) {
      asked.host = {host};
      CHECK(status(asked) == 200);
    }
    for (const char* host : {"",
                             "evil.example",
                             "evil.example:7471",
                             "localhost.evil.example",
                             "127.0.0.1.evil.example",
                             "localhost.",
                             "::1",
                             "127.0.0.2",
                             "0.0.0.0",
                             "[::1",
                             "[::1]x",
                             "localhost:",
                             "localhost:x",
                             "localhost:0",
                             "localhost:65536",
                             "localhost:80:80",
                             "user@localhost",
                             "2130706433",
                             "[::ffff:127.0.0.1]",
                             "runyard-0123456789abcdef0124.localhost",
                             "runyard.localhost",
                             "x.localhost",
                             ".localhost"}) {
      INFO(host);
      asked.host = {host};
      CHECK(status(asked) == 403);
    }
    asked.host = {};
    CHECK(status(asked) == 403);
    asked.host = {"localhost", "localhost"};
    CHECK(status(asked) == 403);
  }
}

TEST_CASE("gate: an origin is absent or our own, with every method") {
  for (const auto method : kMethods) {
    auto asked = plain(method);
    for (const char* origin : {"http://localhost:7471", "http://127.0.0.1:7471", "http://[::1]:7471",
                               "http://runyard-0123456789abcdef0123.localhost:7471"}) {
      asked.origin = {origin};
      CHECK(status(asked) == 200);
    }
    for (const char* origin :
         {"null", "", "http://localhost", "http://localhost:8888", "https://localhost:7471", "http://evil.example",
          "http://evil.example:7471", "http://localhost:7471.evil.example", "http://localhost:7471/", "file://"}) {
      INFO(origin);
      asked.origin = {origin};
      CHECK(status(asked) == 403);
    }
    asked.origin = {"http://localhost:7471", "http://evil.example"};
    CHECK(status(asked) == 403);
  }
}

TEST_CASE("gate: a forwarded port is an origin of ours for requests to that very host and port") {
  for (const auto method : kMethods) {
    auto asked = plain(method);
    asked.host = {"localhost:8000"};
    asked.origin = {"http://localhost:8000"};
    CHECK(status(asked) == 200);
    for (const char* origin : {"http://localhost:8001", "http://127.0.0.1:8000", "http://localhost",
                               "https://localhost:8000", "http://evil.example:8000"}) {
      INFO(origin);
      asked.origin = {origin};
      CHECK(status(asked) == 403);
    }
    asked.host = {"localhost"};
    asked.origin = {"http://localhost"};
    CHECK(status(asked) == 200);
  }
}

TEST_CASE("gate: a page of another site may not ask, but a person may follow its link to a page") {
  for (const auto method : kMethods) {
    auto asked = plain(method);
    for (const char* site : {"same-origin", "none"}) {
      asked.fetch_site = {site};
      CHECK(status(asked) == 200);
    }
    for (const char* site : {"cross-site", "same-site", "", "unheard-of"}) {
      asked.fetch_site = {site};
      CHECK(status(asked) == 403);
    }
    const bool reads = method == "GET" || method == "HEAD";
    asked.fetch_site = {"cross-site"};
    asked.target = "/runs/r";
    CHECK(status(asked) == 403);
    asked.fetch_mode = {"navigate"};
    asked.fetch_dest = {"document"};
    CHECK(status(asked) == (reads ? 200 : 403));
    asked.fetch_dest = {"iframe"};
    CHECK(status(asked) == 403);
    asked.fetch_dest = {"document"};
    for (const char* target : {"/api/v1/runs/r", "/%61pi/v1/runs/r", "/a%70%69/v1/status?x", "/%zz", "api"}) {
      asked.target = target;
      CHECK(status(asked) == 403);
    }
  }
}

TEST_CASE("gate: what changes something has a type that no form of another page can send") {
  for (const auto method : {"POST", "PUT", "DELETE"}) {
    auto asked = plain(method);
    for (const char* type : {"application/json", "Application/JSON; charset=utf-8", "application/json ;x",
                             "application/x-ndjson", "application/octet-stream"}) {
      asked.content_type = {type};
      CHECK(status(asked) == 200);
    }
    for (const char* type :
         {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=application/json",
          "text/plain; application/json", "application/jsonp"}) {
      INFO(type);
      asked.content_type = {type};
      CHECK(status(asked) == 415);
    }
    asked.content_type = {};
    CHECK(status(asked) == 415);
    asked.content_type = {"application/json", "text/plain"};
    CHECK(status(asked) == 415);
  }
}

TEST_CASE("gate: methods that no route has are refused") {
  for (const auto method : {"OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "PROPFIND", "FOO", ""})
    CHECK(status(plain(method)) == 405);
}

TEST_CASE("gate: below a service's name any type passes, and another site is named") {
  for (const char* target : {"/services/a/", "/services/a/score", "/services/a/score?x=/", "/services/a//"})
    CHECK(http::is_forwarded(target));
  for (const char* target : {"/services", "/services/", "/services/a", "/services/a?x=/y", "/api/v1/services/a/keys"})
    CHECK_FALSE(http::is_forwarded(target));
  for (const auto method : {"POST", "PATCH", "OPTIONS"}) {
    auto asked = plain(method);
    asked.target = "/services/a/score";
    asked.content_type = {"image/png"};
    CHECK(status(asked) == 200);
    CHECK_FALSE(http::is_from_other_site(asked, kAddress));
    asked.origin = {"http://evil.example"};
    CHECK(status(asked) == 200);
    CHECK(http::is_from_other_site(asked, kAddress));
    asked.origin = {};
    asked.fetch_site = {"cross-site"};
    asked.fetch_mode = {"navigate"};
    asked.fetch_dest = {"document"};
    CHECK(http::is_from_other_site(asked, kAddress));
    asked.fetch_site = {"same-origin"};
    CHECK_FALSE(http::is_from_other_site(asked, kAddress));
    asked.host = {"evil.example"};
    CHECK(status(asked) == 403);
  }
  auto followed = plain("GET");
  followed.target = "/services/a/score";
  followed.fetch_site = {"cross-site"};
  followed.fetch_mode = {"navigate"};
  followed.fetch_dest = {"document"};
  CHECK(http::is_from_other_site(followed, kAddress));
  for (const auto method : {"TRACE", "CONNECT", "get", ""}) {
    auto asked = plain(method);
    asked.target = "/services/a/score";
    CHECK(status(asked) == 405);
  }
}
