// SPDX-License-Identifier: Apache-2.0
// What `runyardd --check` finds: a sentence about a thing, and what would fix it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/store/sqlite.h"
#include "protocol/names.h"

namespace doctor {

struct Finding {
  std::string about;                        ///< "run ridge_17_2f", "snapshot 3f2a...", "the database"
  std::string what;                         ///< what is wrong
  std::string remedy;                       ///< what to do; with `fix`: what that does
  std::function<base::Result<void>()> fix;  ///< null: nothing that a program should do by itself
};

/// What the checks look at.
struct CheckContext {
  protocol::StateDir state;
  bool alive = false;                ///< a daemon serves it meanwhile
  store::Database* index = nullptr;  ///< made of the files a moment ago; with a daemon, the one that it uses
};

/// Each check adds what it finds and returns a line that says what it looked at.
using Check = base::Result<std::string> (*)(const CheckContext&, std::vector<Finding>&);

base::Result<std::string> check_database(const CheckContext& context, std::vector<Finding>& found);
/// Folders that are no runs, ends that are missing, files that are shorter than they were or not there.
base::Result<std::string> check_runs(const CheckContext& context, std::vector<Finding>& found);
/// Runs without a launcher, processes that outlived their run.
base::Result<std::string> check_processes(const CheckContext& context, std::vector<Finding>& found);
base::Result<std::string> check_snapshots(const CheckContext& context, std::vector<Finding>& found);
base::Result<std::string> check_blobs(const CheckContext& context, std::vector<Finding>& found);
/// What processes that were killed have left, and what others could read.
base::Result<std::string> check_leftovers(const CheckContext& context, std::vector<Finding>& found);

/// "1 run", "2 runs".
std::string count_of(std::size_t count, const char* noun);

}  // namespace doctor
