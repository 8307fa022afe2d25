// SPDX-License-Identifier: Apache-2.0
// runyard model: the models of a workspace, and files of this machine as one.
#include <fcntl.h>

#include <algorithm>
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

struct ModelOptions {
  std::string name, path, workspace;
};

base::Result<int> list_models(const Context& context, const ModelOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN(const json models, client.models(workspace));
  Table table({{"MODEL"}, {"VERSION", Table::Align::kRight}, {"RUN"}, {"CREATED"}});
  for (const json& model : list_at(models, "items"))
    table.add({printable(text_at(model, "name")), std::to_string(number_at(model, "version")),
               printable(text_at(model, "run")), age(text_at(model, "created"), base::now())});
  return context.show(models, table.text(context.terminal().color, 0));
}

/// The files of a model, relative to the folder above it, sorted. Only links to files are followed.
base::Result<std::vector<std::string>> files_of_model(const base::Path& path) {
  std::error_code code;
  if (!std::filesystem::is_directory(path, code)) return std::vector<std::string>{path.filename().string()};
  std::vector<std::string> names;
  for (std::filesystem::recursive_directory_iterator entry(path, code), end; !code && entry != end;
       entry.increment(code))
    if (entry->is_regular_file(code)) names.push_back(entry->path().lexically_relative(path.parent_path()).string());
  if (code) return base::error("cannot read the folder '" + printable(path.string()) + "': " + code.message());
  if (names.empty()) return base::error("the folder '" + printable(path.string()) + "' holds no files");
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<json> send_files(const Client& client, const base::Path& path) {
  TRY_ASSIGN(const auto names, files_of_model(path));
  json sent = json::array();
  for (const std::string& name : names) {
    if (!base::is_utf8(name)) return base::error("the name '" + printable(name) + "' is not UTF-8");
    TRY_ASSIGN(const base::Fd file, base::open_file(path.parent_path() / name, O_RDONLY | O_NONBLOCK));
    TRY_ASSIGN(const std::uint64_t size, base::file_size(file));
    TRY_ASSIGN(const std::string digest, client.send_content(file, size));
    sent.push_back({{"path", name}, {"sha256", digest}});
  }
  return sent;
}

base::Result<int> register_model(const Context& context, const ModelOptions& options) {
  const std::string what =
      "cannot register '" + printable(options.path) + "' as model '" + printable(options.name) + "'";
  std::error_code code;
  const base::Path path = std::filesystem::canonical(options.path, code);
  if (code) return base::error(what + ": " + code.message());
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN_FOR(what, const json workspace, workspace_named(client, options.workspace));
  TRY_ASSIGN_FOR(what, const json files, send_files(client, path));
  TRY_ASSIGN_FOR(what, const json model, client.register_model(workspace, options.name, files, options.path));
  return context.show(model, "model " + printable(text_at(model, "name")) + " version " +
                                 std::to_string(number_at(model, "version")) + ": " + plural(files.size(), "file") +
                                 "\n");
}

}  // namespace

Command model_command() {
  const auto o = std::make_shared<ModelOptions>();
  return {"model",
          "list the registered models of a workspace",
          "  runyard model\n",
          {workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return list_models(context, *o); }};
}

Command model_register_command() {
  const auto o = std::make_shared<ModelOptions>();
  return {"model register",
          "keep a file or folder as the next version of a model",
          "  runyard model register churn outputs/churn.pkl\n",
          {{"MODEL", &o->name, "the model", "", true},
           {"PATH", &o->path, "a file, or a folder with all its files", "", true},
           workspace_option(o->workspace)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return register_model(context, *o); }};
}

}  // namespace cli
