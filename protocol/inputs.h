// SPDX-License-Identifier: Apache-2.0
// Files that a run gets beside its source. The launcher copies, links or mounts them before the program starts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace protocol {

enum class InputMode {
  kDownload,  ///< a copy that the run may change
  kMount,     ///< the files themselves, read-only for the run where the kernel allows it
  kLink,      ///< the folder itself, to be written to
};

struct Input {
  std::string name;  ///< of the variables that say where it is; unique in a run
  InputMode mode = InputMode::kDownload;
  std::string source;                             ///< absolute path of a folder
  std::optional<std::vector<std::string>> files;  ///< relative to `source`; nothing: all that is in it
  bool single = false;                            ///< the run is given the path of the only file
  std::string place;                              ///< absolute, or relative to the working directory; empty: wherever

  /// Whether the run sees the source as it is, not a folder with a link or a copy for each file.
  bool is_whole() const { return mode != InputMode::kDownload && !files; }
};

nlohmann::json to_json(const std::vector<Input>& inputs);
/// The body's "inputs"; refuses wrong fields by name.
base::Result<std::vector<Input>> inputs_from_json(const nlohmann::json& body);

}  // namespace protocol
