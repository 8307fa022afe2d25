// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/artifacts.h"
#include "daemon/store/queries/artifact_names.h"

namespace store {

using base::Result;

namespace {

ArtifactRow artifact_of_row(const Query& row) {
  return {row.text(0), row.text(1), static_cast<std::uint64_t>(row.integer(2)), row.text(3), row.integer(4)};
}

}  // namespace

Result<std::vector<ArtifactRow>> artifacts(Database& database, RunKey run) {
  std::vector<ArtifactRow> rows;
  Query query = database.query("SELECT name, path, size, sha256, time FROM artifact WHERE run = ? ORDER BY name");
  query.bind(run);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return rows;
    rows.push_back(artifact_of_row(query));
  }
}

Result<std::vector<ArtifactRow>> listed_artifacts(Database& database, RunKey run) {
  TRY_ASSIGN(auto files, artifacts(database, run));
  TRY_ASSIGN(const bool logs, has_logs(database, run));
  tell_apart(files, logs);
  return files;
}

namespace {

Result<std::optional<ArtifactRow>> artifact_as_named(Database& database, RunKey run, const std::string& name) {
  Query query = database.query("SELECT name, path, size, sha256, time FROM artifact WHERE run = ? AND name = ?");
  TRY_ASSIGN(const bool found, query.bind(run).bind(name).step());
  return found ? std::optional(artifact_of_row(query)) : std::nullopt;
}

}  // namespace

Result<std::optional<ArtifactRow>> artifact(Database& database, RunKey run, const std::string& name) {
  if (is_name_of_log(name)) {
    TRY_ASSIGN(const bool logs, has_logs(database, run));
    if (logs) return std::optional<ArtifactRow>();
  }
  TRY_ASSIGN(auto file, artifact_as_named(database, run, name));
  for (std::string given = name; !file && given.ends_with(kApart);) {
    given.resize(given.size() - kApart.size());
    TRY_ASSIGN(file, artifact_as_named(database, run, given));
  }
  return file;
}

}  // namespace store
