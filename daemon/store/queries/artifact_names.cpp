// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/artifact_names.h"

#include <algorithm>
#include <string>

#include "daemon/store/queries/artifacts.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace store {

namespace {

auto first_not_before(const std::vector<ArtifactRow>& files, const std::string& name) {
  return std::lower_bound(files.begin(), files.end(), name,
                          [](const ArtifactRow& file, const std::string& text) { return file.name < text; });
}

bool is_folder(const std::vector<ArtifactRow>& files, const std::string& name) {
  const auto below = first_not_before(files, name + "/");
  return below != files.end() && below->name.starts_with(name + "/");
}

bool is_file(const std::vector<ArtifactRow>& files, const std::string& name) {
  const auto found = first_not_before(files, name);
  return found != files.end() && found->name == name;
}

}  // namespace

bool is_name_of_log(std::string_view name) { return name == protocol::kDriverLog || name == protocol::kEnvironmentLog; }

base::Result<bool> has_logs(Database& database, std::int64_t run) {
  Query query = database.query("SELECT kind <> ? FROM run WHERE key = ?");
  TRY_ASSIGN(const bool found, query.bind(protocol::to_string(protocol::RunKind::kInteractive)).bind(run).step());
  return found && query.integer(0) != 0;
}

void tell_apart(std::vector<ArtifactRow>& files, bool logs) {
  std::vector<std::pair<std::size_t, std::string>> renamed;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!(logs && is_name_of_log(files[i].name)) && !is_folder(files, files[i].name)) continue;
    std::string name = files[i].name + std::string(kApart);
    while (is_file(files, name) || is_folder(files, name)) name += kApart;
    renamed.emplace_back(i, std::move(name));
  }
  for (auto& [i, name] : renamed) files[i].name = std::move(name);
}

}  // namespace store
