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

base::Error cannot_measure(const base::Path& path, const std::error_code& why) {
  return base::error("cannot measure '" + path.string() + "': " + why.message(), std::errc::io_error);
}

/// The bytes on disk of each run, and of the folders that runs share.
Result<json> usage_of(const protocol::StateDir& state, const std::atomic<bool>& canceled) {
  json items = json::array();
  std::error_code code;
  for (std::filesystem::directory_iterator entry(state.runs(), code), end; !code && !canceled && entry != end;
       entry.increment(code))
    if (const std::string name = entry->path().filename(); !name.starts_with('.'))
      items.push_back({{"run", name}, {"bytes", base::disk_usage(entry->path())}});
  if (code) return cannot_measure(state.runs(), code);
  const auto database = std::filesystem::file_size(state.database(), code);
  if (code) return cannot_measure(state.database(), code);
  return json{{"items", std::move(items)},
              {"snapshots_bytes", base::disk_usage(state.snapshots())},
              {"environments_bytes", base::disk_usage(state.environments())},
              {"contents_bytes", base::disk_usage(state.blobs())},
              {"fetched_bytes", base::disk_usage(state.fetched())},
              {"datastores_bytes", base::disk_usage(state.datastores())},
              {"database_bytes", database}};
}

/// What a user should know of this daemon, in sentences.
Result<json> warnings_of(store::Database& database, const protocol::StateDir& state) {
  json warnings = json::array();
  TRY_ASSIGN(const std::int64_t skipped, store::skipped_state_lines(database));
  if (skipped > 0)
    warnings.push_back("lines of '" + state.state_facts().string() + "' that cannot be read: " +
                       std::to_string(skipped) + "; what they said of workspaces, targets or models is missing");
  return warnings;
}

}  // namespace

Task<Result<Response>> get_status(Api& api, Request&) {
  auto ask = [state = api.place.state](store::Database& database) -> Result<json> {
    TRY_ASSIGN(json counts, store::count_runs(database));
    TRY_ASSIGN(json warnings, warnings_of(database, state));
    return json{{"runs", std::move(counts)}, {"warnings", std::move(warnings)}};
  };
  AWAIT_TRY_ASSIGN(const json known, api.status_readers.read(std::move(ask)));
  json status = api.addresses;
  status["state_dir"] = api.place.state.root.string();
  status["uid"] = ::getuid();
  status["started"] = base::iso_time(api.started);
  status.update(known);
  co_return Response::json(status);
}

Task<Result<Response>> post_stop(Api& api, Request&) {
  api.stop();
  co_return Response::json({{"stopping", true}}, 202);
}

Task<Result<Response>> get_usage(Api& api, Request&) {
  auto measure = [state = api.place.state](const std::atomic<bool>& canceled) { return usage_of(state, canceled); };
  AWAIT_TRY_ASSIGN(json usage, api.threads.long_answers.run(std::move(measure)));
  co_return co_await long_json(api, std::move(usage));
}

}  // namespace api
