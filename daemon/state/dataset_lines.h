// SPDX-License-Identifier: Apache-2.0
// The datasets that the lines of datasets.jsonl describe (docs/formats/run-directory.md). Passive: a registry reads the
// lines, and asks here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/state/workspace_lines.h"
#include "protocol/json.h"

namespace state {

class DatasetLines {
 public:
  explicit DatasetLines(Lines lines);

  /// The line of a version, also of one whose name was removed, or of a dataset without a name. Null: there is none.
  const nlohmann::json* by_id(const std::string& id) const;
  /// The versions of a name that were not removed, the newest first.
  std::vector<const nlohmann::json*> versions(const std::string& name) const;
  /// The newest version of each name, by name.
  std::vector<const nlohmann::json*> newest() const;
  /// The next version number; numbers are never used twice.
  std::int64_t next_version(const std::string& name) const;
  /// The version that an output of a run became. Null: none.
  const nlohmann::json* made_by(const std::string& run, const std::string& output) const;
  /// The newest version with the same definition, or the line itself.
  const nlohmann::json& named_alike(const nlohmann::json& line) const;
  /// The ids of all datasets with the same definition.
  std::vector<std::string> ids_alike(const nlohmann::json& line) const;

 private:
  struct Entry {
    nlohmann::json line;
    bool removed;  ///< its name was removed after it
  };

  /// Removes the versions of a name so far.
  void remove(const std::string& name);

  std::vector<Entry> entries_;  ///< one for each id, in the order of the first lines
};

/// {"id", "name", "version", "type", "paths", "description", "tags", "created"}; absolute paths, addresses without
/// their query. `folder` is that of the workspace.
nlohmann::json shown_dataset(const base::Path& folder, const nlohmann::json& line);

}  // namespace state
