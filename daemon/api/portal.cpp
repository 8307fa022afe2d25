// SPDX-License-Identifier: Apache-2.0
// The portal: one document for the pages at the top, one for those a folder below, and the files that they load.
#include "base/permanent.h"
#include "daemon/api/api.h"
#include "daemon/api/portal_files.h"
#include "daemon/http/error_page.h"

namespace api {

namespace {

Task<Result<Response>> portal_answer(Api& api, Request& request, std::string name, std::string missing) {
  const bool gzip = request.header("accept-encoding").find("gzip") != std::string::npos;
  auto read = [portal = api.settings.portal, name, etag = request.header("if-none-match"), gzip] {
    return std::make_shared<Result<Response>>(portal_file(portal, name, etag, gzip));
  };
  const auto found = co_await async::run_on(api.threads.quick, std::move(read));
  if (*found) co_return std::move(**found);
  const base::Error& why = found->error();
  if (base::is_permanent(why.code)) co_return http::error_page(404, "The portal is not here", missing);
  co_return http::error_page(500, "The portal cannot be read", why.message);
}

constexpr const char* kNotBuilt =
    "This installation has no portal. scripts/portal builds it. The command line (runyard --help) and the API work "
    "without it.";

}  // namespace

Task<Result<Response>> get_portal_page(Api& api, Request& request) {
  return portal_answer(api, request, "index.html", kNotBuilt);
}

Task<Result<Response>> get_portal_page_below(Api& api, Request& request) {
  // It differs from index.html in its <base> alone: every address in the portal is relative to it, so a proxy may put
  // any prefix before them.
  return portal_answer(api, request, "below.html", kNotBuilt);
}

Task<Result<Response>> get_portal_asset(Api& api, Request& request) {
  const std::string name = "assets/" + request.parameter("name");
  return portal_answer(api, request, name, "The portal has no file '" + name + "'.");
}

}  // namespace api
