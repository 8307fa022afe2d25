// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include <regex>
#include <set>

#include "daemon/http/router.h"
#include "daemon/http/sessions.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

namespace {

using Routes = std::set<std::string>;

/// "GET /api/v1/runs/{id}/files/{name}": names of parameters as the page writes them, without a query.
Routes documented() {
  const auto page = base::read_file(base::Path(RUNYARD_SOURCE_DIR) / "docs/formats/http-api.md");
  REQUIRE(page);
  Routes routes;
  const std::regex route("`(GET|POST|PUT|DELETE|ANY) (/[^`? ]*)");
  for (std::sregex_iterator found(page->begin(), page->end(), route), end; found != end; ++found)
    routes.insert((*found)[1].str() + " " + (*found)[2].str());
  // The pages share a line.
  for (const char* path : {"/experiments/{name}", "/runs/{id}", "/compute", "/models", "/models/{number}", "/data",
                           "/data/{id}", "/environments", "/compare", "/assets/{name}"})
    if (page->find("`" + std::string(path) + "`") != std::string::npos) routes.insert("GET " + std::string(path));
  return routes;
}

Routes served(http::Sessions& sessions) {
  auto table = sessions.routes();
  for (const auto& route : api::route_table()) table.push_back({route.method, route.pattern, route.body, {}});
  Routes routes;
  for (const auto& route : table) {
    std::string pattern(route.pattern);
    if (pattern.ends_with("...}")) pattern.replace(pattern.size() - 4, 4, "}");
    routes.insert(std::string(http::word(route.method)) + " " + pattern);
  }
  http::Router router(std::move(table));  // throws when two routes mean the same requests
  return routes;
}

}  // namespace

TEST_CASE("the page on the HTTP API and the route table name the same routes", "[api]") {
  http::Sessions sessions;
  CHECK(served(sessions) == documented());
}
