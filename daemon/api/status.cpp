// SPDX-License-Identifier: Apache-2.0
// Routes of the daemon itself.
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

/// The bytes on disk of each run, and of the folders that runs share.
json usage_of(const protocol::StateDir& state, const std::atomic<bool>& canceled) {
  json items = json::array();
  std::error_code code;
  for (std::filesystem::directory_iterator entry(state.runs(), code), end; !code && !canceled && entry != end;
       entry.increment(code))
    if (const std::string name = entry->path().filename(); !name.starts_with('.'))
      items.push_back({{"run", name}, {"bytes", base::disk_usage(entry->path())}});
  const auto database = std::filesystem::file_size(state.database(), code);
  return {{"items", std::move(items)},
          {"snapshots_bytes", base::disk_usage(state.snapshots())},
          {"environments_bytes", base::disk_usage(state.environments())},
          {"contents_bytes", base::disk_usage(state.blobs())},
          {"fetched_bytes", base::disk_usage(state.fetched())},
          {"datastores_bytes", base::disk_usage(state.datastores())},
          {"database_bytes", code ? 0 : database}};
}

}  // namespace

Task<Result<Response>> get_status(Api& api, Request&) {
  AWAIT_TRY_ASSIGN(json counts,
                   api.status_readers.read([](store::Database& database) { return store::count_runs(database); }));
  json status = api.addresses;
  status["state_dir"] = api.place.state.root.string();
  status["uid"] = ::getuid();
  status["started"] = base::iso_time(api.started);
  status["runs"] = std::move(counts);
  status["warnings"] = json::array();
  co_return Response::json(status);
}

Task<Result<Response>> post_stop(Api& api, Request&) {
  api.stop();
  co_return Response::json({{"stopping", true}}, 202);
}

Task<Result<Response>> get_usage(Api& api, Request&) {
  auto measure = [state = api.place.state](const std::atomic<bool>& canceled) -> Result<json> {
    return usage_of(state, canceled);
  };
  AWAIT_TRY_ASSIGN(json usage, api.threads.long_answers.run(std::move(measure)));
  co_return co_await long_json(api, std::move(usage));
}

}  // namespace api
