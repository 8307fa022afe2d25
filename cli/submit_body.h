// SPDX-License-Identifier: Apache-2.0
// The body of POST /runs that `runyard submit` sends, made of its options and the invocation.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace cli {

struct SubmitOptions {
  std::string experiment, source, python, target, display_name, id, workspace, parent;
  std::vector<std::string> environment, tags, links, patterns;  ///< "K=V", "K=V" or "K", folders, "METRIC=REGEX"
  bool follow = false, raw = false, clean_env = false, in_place = false, large = false;
  std::optional<double> grace, max_time;
  std::vector<std::string> words;  ///< script and arguments, or a command
  bool is_command = false;
};

/// How the program was called: what a run inherits.
struct Invocation {
  base::Path directory;                  ///< working directory
  std::vector<std::string> environment;  ///< NAME=value, bytes
  mode_t umask = 022;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> limits;  ///< as in spec.json
  std::string sdk_path;                                                 ///< empty: there is none
};
/// Of this process. Not for two threads at once: the umask can only be read by setting it.
Invocation current_invocation();

/// The folder that is captured: absolute, an existing folder, readable.
base::Result<base::Path> source_folder(const SubmitOptions& options, const Invocation& here);
/// The script relative to `source`: the path that was typed is looked for there, then in the working directory.
base::Result<std::string> script_in(const base::Path& source, const std::string& typed, const base::Path& directory);
/// The experiment where none is named: the folder's name, with '-' for characters that an id should not have.
std::string experiment_of(const base::Path& source);

/// The body, with a new submission id. `interpreter` may be empty for a command.
base::Result<nlohmann::json> submit_body(const SubmitOptions& options, const Invocation& here,
                                         const std::string& interpreter);

}  // namespace cli
