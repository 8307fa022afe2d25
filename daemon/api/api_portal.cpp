// SPDX-License-Identifier: Apache-2.0
// The portal: one document for the pages at the top, one for those a folder below, and the files that they load.
#include "daemon/api/api.h"
#include "daemon/api/portal_files.h"
#include "daemon/http/error_page.h"

namespace api {

namespace {

Task<Response> portal_answer(Api& api, Request& request, std::string name, std::string_view otherwise) {
  const bool gzip = request.header("accept-encoding").find("gzip") != std::string::npos;
  auto read = [portal = api.settings.portal, name, etag = request.header("if-none-match"), gzip] {
    return std::make_shared<std::optional<Response>>(portal_file(portal, name, etag, gzip));
  };
  const auto found = co_await async::run_on(api.threads.quick, std::move(read));
  if (*found) co_return std::move(**found);
  co_return http::error_page(404, "The portal is not here", otherwise);
}

constexpr std::string_view kNotBuilt =
    "This installation has no portal. scripts/portal builds it. The command line (runyard --help) and the API work without it.";

}  // namespace

Task<Response> get_portal_page(Api& api, Request& request) { co_return co_await portal_answer(api, request, "index.html", kNotBuilt); }

Task<Response> get_portal_page_below(Api& api, Request& request) {
  co_return co_await portal_answer(api, request, "below.html", kNotBuilt);
}

Task<Response> get_portal_asset(Api& api, Request& request) {
  const std::string name = "assets/" + request.parameter("name"), missing = "The portal has no file '" + name + "'.";
  co_return co_await portal_answer(api, request, name, missing);
}

}  // namespace api
