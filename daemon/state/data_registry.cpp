// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/data_registry.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "daemon/state/dataset_lines.h"
#include "daemon/state/workspace_lines.h"
#include "protocol/address.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace state {

using base::Path;
using base::Result;
using nlohmann::json;
using protocol::number_at;
using protocol::text_at;

namespace {

constexpr std::array kBuiltIn = {
    std::pair("workspaceblobstore", "AzureBlob"), std::pair("workspacefilestore", "AzureFile"),
    std::pair("workspaceartifactstore", "AzureBlob"), std::pair("workspaceworkingdirectory", "AzureFile")};
constexpr std::size_t kLongestName = 255;
constexpr std::uint64_t kLongestDefault = 4096;

Path datastores_file(const Path& folder) { return folder / "datastores.jsonl"; }
Path datasets_file(const Path& folder) { return folder / "datasets.jsonl"; }

double seconds_now() { return static_cast<double>(base::now()) / 1e6; }

/// Letters, digits and '_', as in SDK v1; not the name of another folder of older versions.
Result<void> check_datastore_name(const std::string& name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool plain = !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), is_plain);
  if (plain && base::lower(name) != "links" && base::lower(name) != "copies") return {};
  const std::string rule = "has letters, digits and '_', 255 at most, and is neither links nor copies";
  return base::error("the name of a datastore " + rule + "; not '" + base::to_utf8(name) + "'");
}

/// A link of another user could be led somewhere else later.
Result<void> check_owner_of_link(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return base::os_error("cannot look at it");
  if (!S_ISLNK(about.st_mode) || about.st_uid == ::geteuid() || about.st_uid == 0) return {};
  return base::error("it is a symbolic link of another user (uid " + std::to_string(about.st_uid) + ")");
}

Result<void> check_readable_folder(const std::string& path) {
  if (!path.starts_with('/')) return base::error("the path is not absolute");
  TRY(check_owner_of_link(path));
  std::error_code code;
  if (!std::filesystem::is_directory(path, code)) return base::error("it is not a folder");
  if (::access(path.c_str(), R_OK | X_OK) != 0) return base::os_error("it cannot be read");
  return {};
}

/// The datastores by their names in small letters, the built-in ones first.
std::vector<json> datastores_of(const Lines& lines) {
  std::vector<json> found;
  const auto at = [&](const std::string& name) {
    return std::find_if(found.begin(), found.end(),
                        [&](const json& store) { return base::lower(text_at(store, "name")) == base::lower(name); });
  };
  for (const auto& [name, type] : kBuiltIn)
    found.push_back({{"name", name}, {"type", type}, {"settings", json::object()}});
  for (const json& line : lines) {
    const std::string kind = text_at(line, "k"), name = text_at(line, "name");
    if (name.empty()) continue;
    const auto known = at(name);
    if (kind == "registered" && known != found.end()) *known = line;
    else if (kind == "registered") found.push_back(line);
    else if (kind == "unregistered" && known != found.end()) found.erase(known);
  }
  return found;
}

/// The name of the datastore that the SDK takes where none is named, in small letters.
std::string default_datastore(const Path& folder) {
  const auto chosen = base::read_file(folder / "default-datastore", kLongestDefault);
  return chosen ? base::lower(base::trim(*chosen)) : kBuiltIn[0].first;
}

json shown_datastore(const Path& folder, const json& line) {
  const std::string name = text_at(line, "name"), path = text_at(line, "path");
  return {{"name", name},
          {"type", text_at(line, "type")},
          {"path", path.empty() ? (folder / base::lower(name)).string() : path},
          {"linked", !path.empty()},
          {"default", base::lower(name) == default_datastore(folder)},
          {"settings", protocol::object_at(line, "settings")}};
}

bool is_web_address(const std::string& path) { return path.starts_with("http://") || path.starts_with("https://"); }

/// The name of a table's format; empty: by its name, it is no table.
std::string format_of(const std::string& path) {
  std::string name = base::lower(path.substr(0, path.find('?')));
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  if (name.ends_with(".csv") || name.ends_with(".tsv")) return "delimited";
  if (name.ends_with(".parquet")) return "parquet";
  return name.ends_with(".jsonl") ? "json" : "";
}

/// How the SDK reads a table of that format, with its defaults.
json options_of(const std::string& format, const std::string& path) {
  json options = {{"format", format}, {"types", json::object()}, {"include_path", false}};
  if (format != "parquet") options["encoding"] = "utf-8-sig";
  if (format == "json") options["invalid_lines"] = "error";
  if (format == "delimited")
    options.update({{"separator", base::lower(path).find(".tsv") == std::string::npos ? "," : "\t"},
                    {"header", "ALL_FILES_HAVE_SAME_HEADERS"},
                    {"infer", true},
                    {"empty_as_string", false}});
  return options;
}

/// As the SDK, which fetches the file, wants it (python/runyard/_data/addresses.py).
Result<void> check_web_address(std::string_view address) {
  const auto rest = address.substr(address.find("://") + 3);
  if (protocol::host_at(rest) > 0)
    return base::error("it holds a user name or password; download the file and register its path");
  if (rest.empty() || rest.find_first_of("/?#") == 0) return base::error("it names no host");
  if (rest.substr(0, rest.find_first_of("?#")).find('*') != std::string_view::npos)
    return base::error("an address has no patterns, because a web server lists no files; name each file");
  return {};
}

Result<void> check_dataset_path(const std::string& path) {
  if (is_web_address(path)) return check_web_address(path);
  if (!path.starts_with('/')) return base::error("the path is not absolute, and no http or https address");
  TRY(check_owner_of_link(path));
  if (::access(path.c_str(), R_OK) != 0) return base::os_error("it cannot be read");
  return {};
}

Result<json> definition_of(const Path& folder, const std::string& path, std::string type) {
  TRY(check_dataset_path(path));
  const std::string format = format_of(path);
  if (type.empty()) type = format.empty() ? "file" : "tabular";
  if (type != "file" && type != "tabular")
    return base::error("the type of a dataset is file or tabular, not '" + type + "'");
  const std::string inside = folder.string() + "/";
  return json{{"type", type},
              {"paths", {path.starts_with(inside) ? path.substr(inside.size()) : path}},
              {"options", type == "file" ? json::object() : options_of(format.empty() ? "delimited" : format, path)},
              {"steps", json::array()}};
}

std::string new_id() {
  std::string id = base::random_hex(16);
  for (const std::size_t at : {20, 16, 12, 8}) id.insert(at, 1, '-');
  return id;
}

}  // namespace

Result<json> list_datastores(const Path& folder) {
  TRY_ASSIGN(const Lines lines, read_lines(datastores_file(folder)));
  json list = json::array();
  for (const json& line : datastores_of(lines)) list.push_back(shown_datastore(folder, line));
  return list;
}

Result<json> link_datastore(const Path& folder, const std::string& name, const std::string& path) {
  TRY(check_datastore_name(name));
  TRY_FOR("cannot link datastore '" + name + "' to '" + base::to_utf8(path) + "'", check_readable_folder(path));
  json made;
  TRY(append_line(datastores_file(folder), [&](const Lines& lines) -> Result<std::optional<json>> {
    made = {{"name", name}, {"type", "AzureBlob"}, {"settings", json::object()}};
    for (const json& store : datastores_of(lines))
      if (base::lower(text_at(store, "name")) == base::lower(name)) made = store;
    made.update({{"k", "registered"}, {"path", path}, {"created", seconds_now()}});
    return made;
  }));
  return shown_datastore(folder, made);
}

Result<json> list_datasets(const Path& folder) {
  TRY_ASSIGN(Lines lines, read_lines(datasets_file(folder)));
  const DatasetLines known(std::move(lines));
  json list = json::array();
  for (const json* line : known.newest()) list.push_back(shown_dataset(folder, *line));
  return list;
}

Result<json> register_dataset(const Path& folder, const std::string& name, const std::string& path, std::string type) {
  if (name.empty() || !base::is_utf8(name)) return base::error("the name of a dataset is a text that is not empty");
  const std::string shown = base::to_utf8(protocol::without_passwords(path));
  TRY_ASSIGN_FOR("cannot register '" + shown + "' as dataset '" + name + "'", const json definition,
                 definition_of(folder, path, std::move(type)));
  json made;
  TRY(append_line(datasets_file(folder), [&](const Lines& lines) -> Result<std::optional<json>> {
    const DatasetLines known(lines);
    const auto versions = known.versions(name);
    if (!versions.empty() && protocol::member_at(*versions.front(), "definition") == definition) {
      made = *versions.front();
      return std::nullopt;
    }
    made = {{"k", "registered"},
            {"id", new_id()},
            {"name", name},
            {"version", known.next_version(name)},
            {"description", nullptr},
            {"tags", json::object()},
            {"created", seconds_now()},
            {"definition", definition}};
    return made;
  }));
  return shown_dataset(folder, made);
}

Result<FoundDataset> find_dataset(const Path& folder, const std::string& id) {
  TRY_ASSIGN(Lines lines, read_lines(datasets_file(folder)));
  const DatasetLines known(std::move(lines));
  const json* line = known.by_id(id);
  if (!line) return base::error("there is no dataset '" + id + "'", std::errc::no_such_file_or_directory);
  const json definition = protocol::object_at(*line, "definition");
  json shown = shown_dataset(folder, *line), versions = json::array();
  for (const json* version : known.versions(text_at(*line, "name"))) {
    const json one = shown_dataset(folder, *version);
    versions.push_back({{"id", one["id"]}, {"version", one["version"]}, {"created", one["created"]}});
  }
  shown["options"] = protocol::object_at(definition, "options");
  shown["steps"] = protocol::list_at(definition, "steps");
  shown["versions"] = std::move(versions);
  return FoundDataset{std::move(shown), known.ids_alike(*line), text_at(*line, "run"), text_at(*line, "output")};
}

Result<json> list_datasets_of_run(const Path& folder, const std::string& run,
                                  const std::vector<protocol::DatasetUse>& uses) {
  TRY_ASSIGN(Lines lines, read_lines(datasets_file(folder)));
  const DatasetLines known(std::move(lines));
  json inputs = json::array(), outputs = json::array();
  for (const auto& use : uses) {
    const json* line = use.output ? known.made_by(run, use.name) : nullptr;
    if (!line) line = known.by_id(use.dataset);
    json dataset = line ? shown_dataset(folder, known.named_alike(*line)) : json(nullptr);
    (use.output ? outputs : inputs)
        .push_back({{"name", use.name}, {"mode", use.mode}, {"dataset", std::move(dataset)}});
  }
  return json{{"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}};
}

}  // namespace state
