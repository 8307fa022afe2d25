// SPDX-License-Identifier: Apache-2.0
// The few things we ask of a repository's .git/config. A pure function of bytes; what git would refuse is skipped.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace source {

struct GitConfig {
  std::map<std::string, std::string> remotes;        ///< name to url, the first of each
  std::map<std::string, std::string> branch_remote;  ///< branch to the name of its remote
  bool names_programs = false;  ///< filters, or other files that may name some: do not let git act on it
};

GitConfig parse_git_config(std::string_view text);

}  // namespace source
