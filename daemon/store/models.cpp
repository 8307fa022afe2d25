// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/models.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/text.h"
#include "daemon/state/blobs.h"
#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/labels.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;
using protocol::ModelRegistered;
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

Result<std::string> text_in(const json& body, const char* key) {
  std::string text;
  TRY(read_field(body, key, text));
  if (text.size() > kLongestText) return base::error("'" + std::string(key) + "' is longer than 100,000 bytes");
  return text;
}

Result<std::vector<ModelRegistered::File>> sent_files(const json& body) {
  std::vector<ModelRegistered::File> files;
  const auto it = body.find("files");
  if (it == body.end() || !it->is_array() || it->empty() || it->size() > kMostFiles) return base::error(kNeeds);
  std::set<std::string> paths;
  for (const auto& file : *it) {
    const std::string path = protocol::text_at(file, "path"), sha256 = protocol::text_at(file, "sha256");
    TRY(protocol::check_artifact_name(path));
    if (sha256.size() != 64 || sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
      return base::error("'sha256' of '" + path + "' is not 64 hexadecimal digits");
    if (!paths.insert(path).second) return base::error("the path '" + path + "' comes twice in 'files'");
    files.push_back({.path = path, .sha256 = sha256});
  }
  return files;
}

Result<ModelRegistered> find_model(Database& database, std::int64_t number) {
  Query query = database.query("SELECT fact FROM model WHERE number = ? AND NOT removed");
  TRY_ASSIGN(const bool found, query.bind(number).step());
  const auto fact = found ? protocol::state_fact_from_json(json::parse(query.text(0), nullptr, false)) : std::nullopt;
  if (fact) return std::get<ModelRegistered>(*fact);
  return base::error("there is no model of number " + std::to_string(number), std::errc::no_such_file_or_directory);
}

/// Sets the sizes of a model's files. Called on the thread that also removes blobs, so none can go in between.
Result<void> set_sizes(const protocol::StateDir& state, std::vector<ModelRegistered::File>& files) {
  for (auto& file : files) {
    struct stat status {};
    const Path blob = state.blobs() / file.sha256;
    if (::lstat(blob.c_str(), &status) != 0)
      return base::error("the content of '" + file.path + "' has not been sent", std::errc::no_such_file_or_directory);
    file.size = static_cast<std::uint64_t>(status.st_size);
  }
  return {};
}

/// Gives the model the next number, and the next version of its name.
Result<void> set_number(Database& database, ModelRegistered& model) {
  Query query = database.query(
      "SELECT (SELECT coalesce(max(number), 0) FROM model), (SELECT coalesce(max(m.version), 0) FROM model m JOIN "
      "workspace w ON w.key = m.workspace"
      " WHERE w.subscription = ? AND w.resource_group = ? AND w.name = ? AND m.name = ?)");
  query.bind(model.workspace.subscription_id)
      .bind(model.workspace.resource_group)
      .bind(model.workspace.name)
      .bind(model.name);
  TRY(query.step());
  model.number = query.integer(0) + 1;
  model.version = query.integer(1) + 1;
  return {};
}

}  // namespace

Result<ModelRegistered> model_from_json(const json& body) {
  ModelRegistered model;
  TRY_ASSIGN(model.workspace, protocol::workspace_from_json(body.value("workspace", json())));
  TRY(read_field(body, "name", model.name));
  TRY(check_model_name(model.name));
  TRY(read_field(body, "run", model.run));
  TRY(read_field(body, "path", model.path));
  TRY_ASSIGN(model.tags, protocol::tags_from_json(body));
  TRY_ASSIGN(model.properties, protocol::properties_from_json(body));
  TRY_ASSIGN(model.description, text_in(body, "description"));
  TRY_ASSIGN(model.framework, text_in(body, "framework"));
  TRY_ASSIGN(model.framework_version, text_in(body, "framework_version"));
  const bool sent = body.contains("files") && !body["files"].is_null();
  if (sent) {
    TRY_ASSIGN(model.files, sent_files(body));
  }
  if (!has_files_of_run(model)) return sent ? Result<ModelRegistered>(std::move(model)) : base::error(kNeeds);
  model.path = Path(model.path).lexically_normal().string();
  while (model.path.ends_with('/')) model.path.pop_back();
  return model;
}

Result<protocol::ModelChanged> model_change_from_json(const json& body) {
  protocol::ModelChanged change;
  TRY_ASSIGN(change.tags, protocol::tags_from_json(body));
  TRY_ASSIGN(change.properties, protocol::properties_from_json(body));
  if (body.contains("description")) {
    TRY_ASSIGN(change.description, text_in(body, "description"));
  }
  TRY_ASSIGN(change.untag, protocol::names_from_json(body, "untag"));
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

Result<ModelRegistered::File> keep_model_file(const protocol::StateDir& state, const protocol::RunDir& dir,
                                              const ArtifactRow& file, const std::string& path) {
  const Path inside = (dir.root.filename() / file.path).lexically_normal();
  TRY_ASSIGN(const base::Fd fd, base::open_beneath(state.runs(), inside, O_RDONLY | O_NONBLOCK));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return base::error("'" + file.name + "' is not a file");
  // Artifacts do not change any more; a process may still write to a file in its journal.
  TRY_ASSIGN_FOR("cannot keep '" + file.name + "'", const state::Blob blob,
                 state::keep_blob(state.blobs(), fd, file.path.starts_with("artifacts/")));
  return ModelRegistered::File{.path = name_in_model(file.name, path), .sha256 = blob.sha256, .size = blob.size};
}

Result<std::int64_t> add_model(Ingest& ingest, const protocol::StateDir& state, ModelRegistered model) {
  TRY(set_sizes(state, model.files));
  TRY(set_number(ingest.database(), model));
  TRY(ingest.append_state_fact(model));
  return model.number;
}

Result<void> change_model(Ingest& ingest, const protocol::ModelChanged& change) {
  TRY_ASSIGN(const ModelRegistered known, find_model(ingest.database(), change.number));
  for (const auto& [name, value] : change.properties)
    if (const auto before = known.properties.find(name); before != known.properties.end() && before->second != value)
      return base::error("the property '" + name + "' of the model is " + protocol::to_text(json(before->second)) +
                             ": a property cannot be changed",
                         std::errc::file_exists);
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
  TRY_ASSIGN(const ModelRegistered known, find_model(ingest.database(), number));
  TRY(ingest.append_state_fact(protocol::ModelRemoved{number}));
  TRY_ASSIGN(const auto used, used_blobs(ingest.database()));
  for (const auto& file : known.files)
    if (!file.sha256.empty() && !used.contains(file.sha256)) (void)::unlink((state.blobs() / file.sha256).c_str());
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
