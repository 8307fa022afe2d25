// SPDX-License-Identifier: Apache-2.0
// runyard datastore and runyard dataset: the data of a workspace, and files of this machine as such.
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/table.h"
#include "cli/words.h"
#include "cli/workspace.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::number_at;
using protocol::text_at;

namespace {

struct DataOptions {
  std::string name, path, type, workspace;
};

/// As the daemon needs it: it has another working directory. A web address stays as it is.
std::string whole_path(const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  std::error_code ignored;
  const std::string whole = std::filesystem::absolute(path, ignored).lexically_normal().string();
  return whole.size() > 1 && whole.ends_with('/') ? whole.substr(0, whole.size() - 1) : whole;
}

std::string paths_of(const json& dataset) {
  std::string text;
  for (const json& path : list_at(dataset, "paths"))
    if (path.is_string()) text += (text.empty() ? "" : ", ") + path.get<std::string>();
  return printable(text);
}

base::Result<int> list_datastores(const Context& context, const DataOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN(const json stores, client.datastores(workspace));
  Table table({{"DATASTORE"}, {"TYPE"}, {"LINKED"}, {"FOLDER"}});
  for (const json& store : list_at(stores, "items"))
    table.add({printable(text_at(store, "name")), printable(text_at(store, "type")),
               protocol::value_at(store, "linked", false) ? "yes" : "no", printable(text_at(store, "path"))});
  return context.show(stores, table.text(context.terminal().color, 0));
}

base::Result<int> link_datastore(const Context& context, const DataOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN(const json store, client.link_datastore(workspace, options.name, whole_path(options.path)));
  return context.show(
      store, "datastore " + printable(text_at(store, "name")) + ": " + printable(text_at(store, "path")) + "\n");
}

base::Result<int> list_datasets(const Context& context, const DataOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN(const json datasets, client.datasets(workspace));
  Table table({{"DATASET"}, {"VERSION", Table::Align::kRight}, {"TYPE"}, {"PATHS"}});
  for (const json& dataset : list_at(datasets, "items"))
    table.add({printable(text_at(dataset, "name")), std::to_string(number_at(dataset, "version")),
               printable(text_at(dataset, "type")), paths_of(dataset)});
  return context.show(datasets, table.text(context.terminal().color, 0));
}

base::Result<int> register_dataset(const Context& context, const DataOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN(const json dataset,
             client.register_dataset(workspace, options.name, whole_path(options.path), options.type));
  return context.show(dataset, "dataset " + printable(text_at(dataset, "name")) + " version " +
                                   std::to_string(number_at(dataset, "version")) + ", " +
                                   printable(text_at(dataset, "type")) + ": " + paths_of(dataset) + "\n");
}

base::Result<int> remove_fetched(const Context& context) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json removed, client.remove_fetched());
  return context.show(removed,
                      "removed " + base::format_bytes(static_cast<std::uint64_t>(number_at(removed, "removed_bytes"))) +
                          " that were fetched from web addresses; they are fetched again when they are read\n");
}

}  // namespace

Command datastore_command() {
  const auto o = std::make_shared<DataOptions>();
  return {"datastore",
          "list the datastores of a workspace, and their folders",
          "  runyard datastore\n",
          {workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return list_datastores(context, *o); }};
}

Command datastore_link_command() {
  const auto o = std::make_shared<DataOptions>();
  return {"datastore link",
          "lead a datastore to a folder that you have",
          "  runyard datastore link mydata /data/mydata\n"
          "  runyard datastore link workspaceblobstore ~/blobs --workspace my-workspace\n",
          {{"DATASTORE", &o->name, "the datastore; a new name makes one", "", true},
           {"PATH", &o->path, "the folder", "", true},
           workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return link_datastore(context, *o); }};
}

Command dataset_command() {
  const auto o = std::make_shared<DataOptions>();
  return {"dataset",
          "list the registered datasets of a workspace",
          "  runyard dataset\n",
          {workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return list_datasets(context, *o); }};
}

Command dataset_register_command() {
  const auto o = std::make_shared<DataOptions>();
  return {"dataset register",
          "give files of this machine, or of a web address, a name",
          "  runyard dataset register titanic data/titanic.csv      a table\n"
          "  runyard dataset register mnist data/mnist              files\n"
          "  runyard dataset register iris https://host/iris.csv --workspace my-workspace\n",
          {{"DATASET", &o->name, "the dataset; a name that exists gets a new version", "", true},
           {"PATH", &o->path, "a file, a folder or a web address", "", true},
           {"--type", &o->type, "file or tabular (by the name: .csv, .tsv, .parquet and .jsonl are tables)", "TYPE"},
           workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return register_dataset(context, *o); }};
}

Command dataset_gc_command() {
  return {"dataset gc",
          "remove what was fetched from web addresses",
          "  runyard dataset gc      it is fetched again when it is read\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return remove_fetched(context); }};
}

}  // namespace cli
