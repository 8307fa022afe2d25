// SPDX-License-Identifier: Apache-2.0
#include "cli/workspace.h"

#include "cli/words.h"
#include "protocol/json_field.h"
#include "protocol/names.h"

namespace cli {

using nlohmann::json;
using protocol::text_at;

base::Result<json> workspace_named(const Client& client, const std::string& name) {
  const json usual = {
      {"subscription_id", "local"}, {"resource_group", "local"}, {"name", name.empty() ? "default" : name}};
  if (name.empty()) return usual;
  TRY(protocol::check_name("workspace", name));
  TRY_ASSIGN(const json known, client.workspaces());
  json found;
  for (const json& workspace : protocol::list_at(known, "items")) {
    if (text_at(workspace, "name") != name) continue;
    if (!found.is_null())
      return base::error("several workspaces have the name '" + printable(name) +
                         "', in different subscriptions or resource groups; use the SDK for one of them");
    found = {{"subscription_id", text_at(workspace, "subscription_id")},
             {"resource_group", text_at(workspace, "resource_group")},
             {"name", name}};
  }
  return found.is_null() ? usual : found;
}

Option workspace_option(std::string& name) { return {"--workspace", &name, "workspace (default)", "WORKSPACE"}; }

}  // namespace cli
