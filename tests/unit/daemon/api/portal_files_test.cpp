// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/portal_files.h"

#include <cstdlib>

#include "tests/support/catch.h"

namespace {

struct Portal {
  base::Path root;

  Portal() {
    char name[] = "/tmp/runyard-test-XXXXXX";
    root = base::Path(::mkdtemp(name)) / "dist";
    REQUIRE(base::make_directories(root / "assets"));
    put("index.html", "<html>");
    put("assets/app-1.js", "app");
    put("assets/app-1.js.gz", "packed");
    put("../secret", "no");
  }
  ~Portal() { std::filesystem::remove_all(root.parent_path()); }
  void put(const std::string& name, const std::string& content) const {
    REQUIRE(base::write_file_atomic(root / name, content));
  }
  base::Result<http::Response> get(const std::string& name, const std::string& etag = "", bool gzip = false) const {
    return api::portal_file(root, name, etag, gzip);
  }
};

std::string header(const http::Response& response, const std::string& asked) {
  for (const auto& [name, value] : response.headers)
    if (name == asked) return value;
  return "";
}

}  // namespace

TEST_CASE("the portal's files are served as they are, and not again to who has them", "[portal]") {
  const Portal portal;
  const auto page = portal.get("index.html");
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->content_type == "text/html; charset=utf-8");
  CHECK(std::get<std::string>(page->body) == "<html>");
  CHECK(header(*page, "Cache-Control") == "no-cache");
  CHECK(header(*page, "Content-Security-Policy").starts_with("default-src 'self'"));
  CHECK(header(*page, "Content-Security-Policy").find("unsafe") == std::string::npos);
  const auto again = portal.get("index.html", header(*page, "ETag"));
  REQUIRE(again);
  CHECK(again->status == 304);
  CHECK(std::get<std::string>(again->body).empty());
  CHECK(portal.get("index.html", "\"other\"")->status == 200);
}

TEST_CASE("what is named by its content is kept for good, packed for who takes it", "[portal]") {
  const Portal portal;
  CHECK(std::get<std::string>(portal.get("assets/app-1.js")->body) == "app");
  CHECK(header(*portal.get("assets/app-1.js"), "Cache-Control").find("immutable") != std::string::npos);
  const auto packed = portal.get("assets/app-1.js", "", true);
  CHECK(std::get<std::string>(packed->body) == "packed");
  CHECK(header(*packed, "Content-Encoding") == "gzip");
  CHECK(packed->content_type == "text/javascript; charset=utf-8");
  CHECK(header(*portal.get("index.html", "", true), "Content-Encoding").empty());
}

TEST_CASE("nothing else is served", "[portal]") {
  const Portal portal;
  CHECK_FALSE(portal.get("none.js"));
  CHECK_FALSE(portal.get("../secret"));
  CHECK_FALSE(portal.get("assets"));
  std::filesystem::create_symlink(portal.root.parent_path() / "secret", portal.root / "link");
  CHECK_FALSE(portal.get("link"));
  CHECK_FALSE(api::portal_file(portal.root / "none", "index.html", "", false));
}

TEST_CASE("a file of the portal is sent whole or refused, never cut", "[portal]") {
  const Portal portal;
  portal.put("assets/large.js", "");
  std::filesystem::resize_file(portal.root / "assets/large.js", 16 << 20);
  CHECK(std::get<std::string>(portal.get("assets/large.js")->body).size() == 16 << 20);
  std::filesystem::resize_file(portal.root / "assets/large.js", (16 << 20) + 1);
  const auto refused = portal.get("assets/large.js");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "cannot read 'assets/large.js': larger than 16777216 bytes");
}
