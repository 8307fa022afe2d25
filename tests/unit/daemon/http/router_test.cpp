// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/router.h"

#include <stdexcept>

#include "protocol/json.h"
#include "tests/support/catch.h"

using http::Method;

namespace {

http::Route route(Method method, std::string_view pattern) { return {method, pattern, http::Body::kNone, {}}; }

http::Router table() {
  return http::Router(
      {route(Method::kGet, "/"), route(Method::kGet, "/api/v1/runs/{id}"), route(Method::kDelete, "/api/v1/runs/{id}"),
       route(Method::kGet, "/api/v1/runs/{id}/files/{name...}"),
       route(Method::kPut, "/api/v1/runs/{id}/files/{name...}"), route(Method::kGet, "/api/v1/runs/latest"),
       route(Method::kGet, "/experiments/{name}"), route(Method::kGet, "/services/{name}"),
       route(Method::kAny, "/services/{name}/"), route(Method::kAny, "/services/{name}/{path...}")});
}

std::string where(Method method, std::string_view text) {
  static const auto router = table();
  const auto target = http::read_target(text);
  if (!target) return "bad";
  const auto found = router.match(method, *target);
  if (const auto* miss = std::get_if<http::Router::Miss>(&found))
    return miss->allow.empty() ? "404" : "405 " + miss->allow;
  const auto& match = std::get<http::Router::Match>(found);
  std::string words(match.route->pattern);
  for (const auto& [name, value] : match.parameters) words += " " + name + "=" + value;
  return words;
}

}  // namespace

TEST_CASE("router: parameters are decoded once, literals win, the rest of a path is one name") {
  CHECK(where(Method::kGet, "/") == "/");
  CHECK(where(Method::kGet, "/api/v1/runs/a%20b?x=1") == "/api/v1/runs/{id} id=a b");
  CHECK(where(Method::kGet, "/api/v1/runs/a%252Fb") == "/api/v1/runs/{id} id=a%2Fb");
  CHECK(where(Method::kGet, "/api/v1/runs/latest") == "/api/v1/runs/latest");
  CHECK(where(Method::kDelete, "/api/v1/runs/latest") == "/api/v1/runs/{id} id=latest");
  CHECK(where(Method::kGet, "/api/v1/runs/r/files/outputs/%E7%B2%BE.pkl") ==
        "/api/v1/runs/{id}/files/{name...} id=r name=outputs/\xE7\xB2\xBE.pkl");
  CHECK(where(Method::kPut, "/api/v1/runs/r/files/a%2Fb") == "/api/v1/runs/{id}/files/{name...} id=r name=a/b");
}

TEST_CASE("router: what is not there is 404, what has other methods names them") {
  CHECK(where(Method::kGet, "/api/v1/runs") == "404");
  CHECK(where(Method::kGet, "/api/v1/runs/") == "404");
  CHECK(where(Method::kGet, "//") == "404");
  CHECK(where(Method::kPost, "/api/v1/runs/x") == "405 GET, HEAD, DELETE");
  CHECK(where(Method::kDelete, "/api/v1/runs/r/files/x") == "405 GET, HEAD, PUT");
}

TEST_CASE("router: a route that passes requests on takes every method below its name") {
  for (const auto method : {Method::kGet, Method::kDelete, Method::kAny}) {
    CHECK(where(method, "/services/a/") == "/services/{name}/ name=a");
    CHECK(where(method, "/services/a/v1/score?x") == "/services/{name}/{path...} name=a path=v1/score");
    for (const char* bad : {"/services/../api/v1/runs", "/services/a/../b", "/services/a//b", "/services//score"})
      CHECK(where(method, bad) == "404");
  }
  CHECK(where(Method::kGet, "/services/a") == "/services/{name} name=a");
  CHECK(where(Method::kAny, "/api/v1/runs/x") == "405 GET, HEAD, DELETE");
}

TEST_CASE("router: no name leads out of where it belongs") {
  for (const char* name :
       {"..", ".", "%2e%2e", "../x", "x/../y", "x//y", "", "/etc/passwd", "%2Fetc/passwd", "x/%2e%2e/%2e%2e/y", "x/"})
    CHECK(where(Method::kGet, "/api/v1/runs/r/files/" + std::string(name)) == "404");
  CHECK(where(Method::kGet, "/api/v1/runs/%2e%2e") == "404");
  for (const char* target :
       {"/%00", "/%", "/%4", "/%zz", "/%ff", "/%c0%ae", "*", "", "http://localhost/", "/a#b", "/?a=%ff", "/?%"})
    CHECK(where(Method::kGet, target) == "bad");
}

TEST_CASE("router: the query is a multimap in the order of the text") {
  const auto target = http::read_target("/?tag=a%3Db&tag=c+d&tag=e%2Bf&empty&x=1=2&&limit=12&bad=1x&yes=1");
  REQUIRE(target);
  http::Request request;
  request.query = target->query;
  CHECK(request.values("tag") == std::vector<std::string>{"a=b", "c d", "e+f"});
  CHECK(request.value("empty") == "");
  CHECK(request.value("x") == "1=2");
  CHECK_FALSE(request.value("absent"));
  CHECK(*request.number("limit", 100, 1, 1000) == 12);
  CHECK(*request.number("absent", 100, 1, 1000) == 100);
  CHECK(request.number("limit", 100, 1, 11).error().message ==
        "cannot read 'limit=12' of the query: it is not an integer from 1 to 11");
  CHECK_FALSE(request.number("bad", 1, 0, 9));
  CHECK(*request.flag("yes", false));
  CHECK_FALSE(request.flag("limit", false));
}

TEST_CASE("router: a wrong table is a programming error") {
  CHECK_THROWS_AS(http::Router({route(Method::kGet, "x")}), std::logic_error);
  CHECK_THROWS_AS(http::Router({route(Method::kGet, "/{a...}/b")}), std::logic_error);
  CHECK_THROWS_AS(http::Router({route(Method::kGet, "/{a}"), route(Method::kGet, "/{b}")}), std::logic_error);
}

TEST_CASE("a response: errors have their code, hostile file names stay inside their header") {
  const auto refused = http::Response::error(base::error("cannot do X: no", std::errc::file_exists));
  CHECK(refused.status == 409);
  const auto body = nlohmann::json::parse(std::get<std::string>(refused.body));
  CHECK(body["error"]["code"] == "conflict");
  CHECK(body["error"]["message"] == "cannot do X: no");
  CHECK(body["error"]["details"].is_object());
  CHECK(http::Response::error(base::error("x", std::errc::io_error)).status == 500);
  const auto file = http::Response::file({}, "outputs/\xE7\xB2\xBE \"a\"\r\nX: y.pkl");
  CHECK(file.headers[0].second ==
        "attachment; filename=\"___ _a___X: y.pkl\"; filename*=UTF-8''%E7%B2%BE%20%22a%22%0D%0AX%3A%20y.pkl");
}
