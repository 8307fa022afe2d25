// SPDX-License-Identifier: Apache-2.0
// What git knows about a source folder: repository, branch, commit, and whether it has changes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/file.h"

namespace source {

/// Properties of a run, by the names that Azure ML gave them; only those that are known.
using GitFacts = std::map<std::string, std::string>;
inline constexpr std::string_view kGitRepository = "azureml.git.repository_uri", kGitBranch = "azureml.git.branch",
                                  kGitCommit = "azureml.git.commit", kGitDirty = "azureml.git.dirty";

/// Looks for the repository that `folder` (absolute) lies in. Uri, branch and commit are parsed from its files, never
/// more than a few megabytes of them; git itself runs only to tell whether there are changes ("True", "False"), for
/// two seconds at most, on the folders that were read here, and not in a repository whose own settings name programs. A
/// repository of another user, one whose folders git may look for elsewhere, or a broken one, has no facts. Blocks: for
/// a pool thread.
GitFacts git_facts(const base::Path& folder);
/// The day (UTC) of the commit that is checked out, as "2021-06-01"; empty if it is not known. git itself runs for it,
/// where it does for git_facts(). Blocks, too.
std::string commit_day(const base::Path& folder);

/// `url` without user, password and query, as far as they are not part of an address ("git@host:path" stays).
std::string without_credentials(std::string_view url);

}  // namespace source
