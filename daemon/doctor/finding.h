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
  std::string what;                         ///< the problem
  std::string remedy;                       ///< what to do; if there is a `fix`, what it does
  std::function<base::Result<void>()> fix;  ///< null: a person has to decide what to do
};

/// What the checks look at.
struct CheckContext {
  protocol::StateDir state;
  bool alive = false;                ///< a daemon is running on the state directory
  store::Database* index = nullptr;  ///< just made from the files; if `alive`, the daemon's own
};

/// A check adds its findings and returns a line that says what it looked at.
using Check = base::Result<std::string> (*)(const CheckContext&, std::vector<Finding>&);

/// Finds a database that is missing or damaged, and rows that differ from the files.
base::Result<std::string> check_database(const CheckContext& context, std::vector<Finding>& found);
/// Finds folders that are not runs, endings that cannot be read, and files of ended runs that are missing, cut or
/// changed.
base::Result<std::string> check_runs(const CheckContext& context, std::vector<Finding>& found);
/// Finds unfinished runs without a launcher, and processes that outlived their run.
base::Result<std::string> check_processes(const CheckContext& context, std::vector<Finding>& found);
base::Result<std::string> check_snapshots(const CheckContext& context, std::vector<Finding>& found);
base::Result<std::string> check_blobs(const CheckContext& context, std::vector<Finding>& found);
/// Finds what killed processes have left half-made, and files that other users could read.
base::Result<std::string> check_leftovers(const CheckContext& context, std::vector<Finding>& found);

/// Adds that a folder could not be listed to its end; nothing where there was no error, or is no such folder.
void note_unlisted(const protocol::Path& folder, const std::error_code& error, std::vector<Finding>& found);
/// "1 run", "2 runs".
std::string count_of(std::size_t count, const char* noun);

}  // namespace doctor
