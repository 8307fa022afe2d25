// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/models.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/text.h"
#include "daemon/state/blobs.h"
#include "protocol/json_field.h"
#include "protocol/labels.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;
using protocol::read_field;

namespace {

constexpr std::int64_t kUnusedSeconds = 24 * 3600;
constexpr std::size_t kMostFiles = 100'000;
constexpr std::size_t kLongestText = 100'000;
constexpr const char* kNeeds = "a model needs 'run' and 'path', or 'files' that were sent before";

/// A download puts the model into a folder of that name.
Result<void> check_model_name(const std::string& name) {
  TRY(protocol::check_name("model", name));
  if (name.find('/') == std::string::npos && name != "." && name != "..") return {};
  return base::error("the model's name '" + name + "' cannot be a folder's: it must not contain '/'");
}

Result<void> read_text(const json& body, const char* key, json& into) {
  std::string text;
  TRY(read_field(body, key, text));
  if (text.size() > kLongestText) return base::error("'" + std::string(key) + "' is longer than 100,000 bytes");
  into[key] = text.empty() ? json(nullptr) : json(text);
  return {};
}

Result<json> sent_files(const json& body) {
  json files = json::array();
  const auto it = body.find("files");
  if (it == body.end() || !it->is_array() || it->empty() || it->size() > kMostFiles) return base::error(kNeeds);
  std::set<std::string> paths;
  for (const auto& file : *it) {
    const std::string path = file.is_object() ? protocol::text_at(file, "path") : "",
                      sha256 = file.is_object() ? protocol::text_at(file, "sha256") : "";
    TRY(protocol::check_artifact_name(path));
    if (sha256.size() != 64 || sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
      return base::error("'sha256' of '" + path + "' is not 64 hexadecimal digits");
    if (!paths.insert(path).second) return base::error("the path '" + path + "' comes twice in 'files'");
    files.push_back({{"path", path}, {"sha256", sha256}});
  }
  return files;
}

Result<json> model_fact(Database& database, std::int64_t number) {
  Query query = database.query("SELECT fact FROM model WHERE number = ? AND NOT removed");
  TRY_ASSIGN(const bool found, query.bind(number).step());
  if (!found)
    return base::error("there is no model of number " + std::to_string(number), std::errc::no_such_file_or_directory);
  return json::parse(query.text(0), nullptr, false);
}

/// The files of a new model with their sizes. Called on the thread that also removes blobs, so none can go in between.
Result<json> files_with_sizes(const protocol::StateDir& state, const NewModel& model) {
  json files = model.files;
  for (auto& file : files) {
    struct stat status {};
    const Path blob = state.blobs() / file["sha256"].get<std::string>();
    if (::lstat(blob.c_str(), &status) != 0)
      return base::error("the content of '" + file["path"].get<std::string>() + "' has not been sent",
                         std::errc::no_such_file_or_directory);
    file["size"] = static_cast<std::uint64_t>(status.st_size);
  }
  return files;
}

}  // namespace

Result<NewModel> model_from_json(const json& body) {
  NewModel model;
  TRY_ASSIGN(model.workspace, protocol::workspace_from_json(body.value("workspace", json())));
  TRY(read_field(body, "name", model.name));
  TRY(check_model_name(model.name));
  TRY(read_field(body, "run", model.run));
  TRY(read_field(body, "path", model.path));
  TRY_ASSIGN(model.about["tags"], protocol::labels_from_json(body, "tags", true));
  TRY_ASSIGN(model.about["properties"], protocol::labels_from_json(body, "properties", false));
  for (const char* key : {"description", "framework", "framework_version"}) TRY(read_text(body, key, model.about));
  const bool sent = body.contains("files") && !body["files"].is_null();
  if (sent) {
    TRY_ASSIGN(model.files, sent_files(body));
  }
  if (!model.of_run()) return sent ? Result<NewModel>(std::move(model)) : base::error(kNeeds);
  model.path = Path(model.path).lexically_normal().string();
  while (model.path.ends_with('/')) model.path.pop_back();
  return model;
}

Result<json> model_change_from_json(const json& body) {
  json change = json::object();
  TRY_ASSIGN(change["tags"], protocol::labels_from_json(body, "tags", true));
  TRY_ASSIGN(change["properties"], protocol::labels_from_json(body, "properties", false));
  if (body.contains("description")) TRY(read_text(body, "description", change));
  TRY_ASSIGN(change["untag"], protocol::names_from_json(body, "untag"));
  return change;
}

Result<std::vector<ArtifactRow>> model_files_of(Database& database, RunKey run, const std::string& path) {
  TRY_ASSIGN(const auto all, listed_artifacts(database, run));
  std::vector<ArtifactRow> chosen;
  for (const auto& file : all)
    if (file.name == path || file.name.starts_with(path + "/") || path == ".") chosen.push_back(file);
  if (chosen.empty())
    return base::error("the run has no file or folder '" + path + "'", std::errc::no_such_file_or_directory);
  return chosen;
}

std::string name_in_model(const std::string& file, const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

Result<json> keep_model_file(const protocol::StateDir& state, const protocol::RunDir& dir, const ArtifactRow& file,
                             const std::string& path) {
  const Path inside = (dir.root.filename() / file.path).lexically_normal();
  TRY_ASSIGN(const base::Fd fd, base::open_beneath(state.runs(), inside, O_RDONLY | O_NONBLOCK));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return base::error("'" + file.name + "' is not a file");
  // Artifacts do not change any more; a process may still write to a file in its journal.
  TRY_ASSIGN_FOR("cannot keep '" + file.name + "'", const state::Blob blob,
                 state::keep_blob(state.blobs(), fd, file.path.starts_with("artifacts/")));
  return json{{"path", name_in_model(file.name, path)}, {"sha256", blob.sha256}, {"size", blob.size}};
}

Result<std::int64_t> add_model(Ingest& ingest, const protocol::StateDir& state, const NewModel& model) {
  TRY_ASSIGN(const auto files, files_with_sizes(state, model));
  Database& database = ingest.database();
  std::int64_t number = 1, version = 1;
  {
    Query query = database.query(
        "SELECT (SELECT coalesce(max(number), 0) FROM model), (SELECT coalesce(max(m.version), 0) FROM model m JOIN "
        "workspace w ON w.key = m.workspace"
        " WHERE w.subscription = ? AND w.resource_group = ? AND w.name = ? AND m.name = ?)");
    query.bind(model.workspace.subscription_id)
        .bind(model.workspace.resource_group)
        .bind(model.workspace.name)
        .bind(model.name);
    TRY(query.step());
    number += query.integer(0);
    version += query.integer(1);
  }
  json fact = model.about;
  fact["k"] = "model";
  fact["number"] = number;
  fact["version"] = version;
  fact["workspace"] = protocol::to_json(model.workspace);
  fact["name"] = model.name;
  fact["run"] = model.run.empty() ? json(nullptr) : json(model.run);
  fact["path"] = model.path;
  fact["files"] = files;
  TRY(ingest.append_state_fact(fact));
  return number;
}

Result<void> change_model(Ingest& ingest, std::int64_t number, json change) {
  TRY_ASSIGN(const json known, model_fact(ingest.database(), number));
  const json properties = protocol::object_at(known, "properties");
  for (const auto& [name, value] : change["properties"].items())
    if (properties.contains(name) && properties[name] != value)
      return base::error(
          "the property '" + name + "' of the model is " + properties[name].dump() + ": a property cannot be changed",
          std::errc::file_exists);
  change["k"] = "model_changed";
  change["number"] = number;
  return ingest.append_state_fact(change);
}

Result<std::map<std::string, std::string>> used_blobs(Database& database) {
  std::map<std::string, std::string> used;
  Query query = database.query(
      "SELECT f.value ->> 'sha256', m.name || ':' || m.version FROM model m, json_each(m.fact, '$.files') f WHERE NOT "
      "m.removed");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return used;
    used.emplace(query.text(0), query.text(1));
  }
}

Result<void> remove_model(Ingest& ingest, const protocol::StateDir& state, std::int64_t number) {
  TRY_ASSIGN(const json known, model_fact(ingest.database(), number));
  TRY(ingest.append_state_fact({{"k", "model_removed"}, {"number", number}}));
  TRY_ASSIGN(const auto used, used_blobs(ingest.database()));
  for (const auto& file : known["files"])
    if (const std::string sha256 = protocol::text_at(file, "sha256"); !sha256.empty() && !used.contains(sha256))
      (void)::unlink((state.blobs() / sha256).c_str());
  return {};
}

void remove_unused_blobs(Database& database, const protocol::StateDir& state) {
  const auto used = used_blobs(database);
  if (!used) return;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(state.blobs(), code), end; !code && entry != end;
       entry.increment(code)) {
    struct stat status {};
    if (used->contains(entry->path().filename()) || ::lstat(entry->path().c_str(), &status) != 0) continue;
    if (status.st_ctim.tv_sec + kUnusedSeconds < base::now() / 1'000'000) (void)::unlink(entry->path().c_str());
  }
}

}  // namespace store
