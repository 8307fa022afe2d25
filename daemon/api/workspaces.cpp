// SPDX-License-Identifier: Apache-2.0
// Routes of workspaces.

#include "daemon/store/queries/workspaces.h"
#include "daemon/api/api.h"
#include "protocol/json.h"

namespace api {

using nlohmann::json;

namespace {

/// True when it was made.
Task<Result<bool>> create_workspace(Api& api, protocol::WorkspaceId id) {
  auto known = [id](store::Database& database) -> Result<bool> {
    TRY_ASSIGN(const auto found, store::workspace_json(database, id));
    return found.has_value();
  };
  protocol::WorkspaceMade made{id};
  co_return co_await append_once(api, std::move(made), std::move(known));
}

}  // namespace

Task<Result<Response>> post_workspace(Api& api, Request& request) {
  CO_TRY_ASSIGN(const json body, request.json());
  CO_TRY_ASSIGN(const protocol::WorkspaceId id, protocol::workspace_from_json(body));
  bool create = false, is_new = false;
  CO_TRY(read_field(body, "create", create));
  CO_TRY(check_workspace(id));
  if (create) {
    AWAIT_TRY_ASSIGN(is_new, create_workspace(api, id));
  }
  AWAIT_TRY_ASSIGN(auto workspace,
                   api.readers.read([id](store::Database& database) { return store::workspace_json(database, id); }));
  if (!workspace)
    co_return base::error("there is no workspace '" + id.name + "'", std::errc::no_such_file_or_directory);
  (*workspace)["is_new"] = is_new;
  co_return Response::json(*workspace, is_new ? 201 : 200);
}

Task<Result<Response>> get_workspaces(Api& api, Request&) {
  AWAIT_TRY_ASSIGN(const json list,
                   api.readers.read([](store::Database& database) { return store::list_workspaces(database); }));
  co_return Response::json(list);
}

}  // namespace api
