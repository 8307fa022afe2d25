// SPDX-License-Identifier: Apache-2.0
// runyard dataset show: a dataset, its versions, and the runs that made and used it.
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/field_list.h"
#include "cli/table.h"
#include "cli/words.h"
#include "cli/workspace.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;

namespace {

struct ShowDatasetOptions {
  std::string name, workspace;
  std::optional<std::int64_t> version;
};

/// The id of the newest version of that name; a name that no dataset has may be an id itself.
base::Result<std::string> id_of_dataset(const Client& client, const json& workspace, const std::string& name) {
  TRY_ASSIGN(const json datasets, client.datasets(workspace));
  for (const json& dataset : list_at(datasets, "items"))
    if (text_at(dataset, "name") == name) return text_at(dataset, "id");
  return name;
}

base::Result<json> find_dataset(const Client& client, const ShowDatasetOptions& options) {
  TRY_ASSIGN(const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN(const std::string id, id_of_dataset(client, workspace, options.name));
  TRY_ASSIGN(json dataset, client.dataset(workspace, id));
  if (!options.version) return dataset;
  for (const json& version : list_at(dataset, "versions"))
    if (number_at(version, "version") == *options.version) return client.dataset(workspace, text_at(version, "id"));
  return base::error("there is no version " + std::to_string(*options.version) + " of the dataset '" +
                     printable(options.name) + "'");
}

/// Texts as they are, other values as JSON.
std::string joined(const json& values, const char* separator = ", ") {
  std::string text;
  for (const json& value : values)
    text += (text.empty() ? "" : separator) + (value.is_string() ? value.get<std::string>() : protocol::to_text(value));
  return text;
}

std::string pairs_of(const json& object) {
  json pairs = json::array();
  for (const auto& [name, value] : object.items()) pairs.push_back(name + "=" + joined(json::array({value})));
  return joined(pairs);
}

std::string versions_of(const json& dataset) {
  json numbers = json::array();
  for (const json& version : list_at(dataset, "versions")) numbers.push_back(member_at(version, "version"));
  return joined(numbers);
}

std::string created_of(const json& dataset) {
  const json& seconds = member_at(dataset, "created");
  if (!seconds.is_number()) return "";
  const std::string iso = base::iso_time(base::from_seconds(seconds.get<double>()));
  return iso.substr(0, 19) + "Z (" + age(iso, base::now()) + ")";
}

std::string fields_of(const json& dataset, bool color) {
  FieldList fields(color);
  fields.add("dataset", text_at(dataset, "name"));
  if (member_at(dataset, "version").is_number()) fields.add("version", std::to_string(number_at(dataset, "version")));
  fields.add("versions", versions_of(dataset));
  fields.add("id", text_at(dataset, "id"));
  fields.add("type", text_at(dataset, "type"));
  fields.add("created", created_of(dataset));
  fields.sentence("description", text_at(dataset, "description"));
  fields.add("tags", pairs_of(member_at(dataset, "tags")));
  fields.sentence("paths", joined(list_at(dataset, "paths"), "\n"));
  fields.add("read with", pairs_of(member_at(dataset, "options")));
  fields.sentence("steps", joined(list_at(dataset, "steps"), "\n"));
  return fields.text();
}

void add_runs(Table& table, const json& uses, const std::string& kind) {
  for (const json& use : uses) {
    const std::string status = text_at(use, "status");
    table.add({printable(text_at(use, "run")),
               {printable(status), color_of(status)},
               kind + " " + printable(text_at(use, "name")),
               printable(text_at(use, "mode")),
               age(text_at(use, "created"), base::now())});
  }
}

base::Result<int> show_dataset(const Context& context, const ShowDatasetOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json dataset, find_dataset(client, options));
  const bool color = context.terminal().color;
  Table runs({{"RUN"}, {"STATUS"}, {"HAS IT AS"}, {"MODE"}, {"CREATED"}});
  add_runs(runs, list_at(dataset, "made_by"), "output");
  add_runs(runs, list_at(dataset, "used_by"), "input");
  return context.show(dataset, fields_of(dataset, color) + (runs.empty() ? "" : "\n" + runs.text(color, 0)));
}

}  // namespace

Command dataset_show_command() {
  const auto o = std::make_shared<ShowDatasetOptions>();
  return {"dataset show",
          "a dataset, and the runs that made and used it",
          "  runyard dataset show titanic\n"
          "  runyard dataset show titanic --version 1 --json\n",
          {{"DATASET", &o->name, "the dataset, or the id of one", "", true},
           {"--version", &o->version, "a version of it (the newest)", "N"},
           workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return show_dataset(context, *o); }};
}

}  // namespace cli
