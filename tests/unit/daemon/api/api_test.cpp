// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/api.h"

#include <regex>
#include <set>

#include "base/digest.h"
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
  const std::regex route("`(GET|POST|PUT|DELETE) (/[^`? ]*)");
  for (std::sregex_iterator found(page->begin(), page->end(), route), end; found != end; ++found)
    routes.insert((*found)[1].str() + " " + (*found)[2].str());
  // The pages share a line.
  for (const char* path : {"/experiments/{name}", "/runs/{id}", "/compute", "/models", "/models/{number}", "/environments", "/compare", "/assets/{name}"})
    if (page->find("`" + std::string(path) + "`") != std::string::npos) routes.insert("GET " + std::string(path));
  return routes;
}

Routes served(api::Api& api, http::Sessions& sessions) {
  auto table = api::api_routes(api);
  for (auto& route : sessions.routes()) table.push_back(std::move(route));
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
  const protocol::StateDir state{std::filesystem::temp_directory_path() / ("api_" + base::random_hex(6))};
  boost::asio::io_context loop;
  state::Settings settings;
  settings.state = state;
  settings.launcher = "/bin/true";
  {
    const auto yard = runs::Yard::open(loop, settings);
    REQUIRE(yard);
    http::Sessions sessions;
    api::Api api{**yard, {state, ""}, 0, [] {}, {}};
    CHECK(served(api, sessions) == documented());
  }
  std::error_code ignored;
  std::filesystem::remove_all(state.root, ignored);
}
