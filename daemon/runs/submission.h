// SPDX-License-Identifier: Apache-2.0
// What a client submits: the body of POST /api/v1/runs, read and checked.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/source/scan.h"
#include "protocol/json.h"
#include "protocol/spec.h"

namespace runs {

struct Submission {
  std::string id;               ///< made by the client, unique
  protocol::RunSpec run;        ///< id may be empty: the daemon makes one; number, snapshot and submitted are not set
  protocol::StringMap environ;  ///< of the submitting process
  bool has_source = false;
  std::uint64_t device = 0, inode = 0;  ///< of the source folder, as the client sees it
  bool take_snapshot = true;
  bool large = false;
  std::string upload;  ///< sources sent before; empty: the daemon reads the folder
  std::string submitter;
  std::int64_t process_pid = 0;          ///< interactive: who reports
  std::uint64_t process_start_time = 0;  ///< in clock ticks since boot
  std::map<std::string, std::optional<std::string>> tags;
  std::map<std::string, std::string> properties;
  std::string name, display_name;
  std::vector<source::LargeEntry> largest;          ///< out: what is large, when the snapshot was refused for size
  nlohmann::json facts = nlohmann::json::object();  ///< out: what the `created` fact says of the snapshot
};

struct Submitted {
  std::string run;     ///< id
  bool again = false;  ///< this submission had been answered before
};

/// Shared by the thread that takes the snapshot and those who ask.
struct SubmitProgress {
  std::atomic<bool> reading = false;
  std::atomic<std::uint64_t> files = 0, bytes = 0, total_bytes = 0;

  SubmitProgress() = default;
  SubmitProgress(const SubmitProgress& other)
      : reading(other.reading.load()), files(other.files.load()), bytes(other.bytes.load()),
        total_bytes(other.total_bytes.load()) {}
};

/// A submission of nothing but a source, for a run that is there: the body's "source".
base::Result<Submission> source_from_json(const nlohmann::json& body);

/// The same run once more, as its record has it: `spec`, the first fact, and what is left of its environment.
Submission again(std::string id, protocol::RunSpec spec, const nlohmann::json& created, protocol::StringMap environ);

/// Refuses what is missing, has the wrong type or a value that cannot be, by name. `quotas`: where the body names none.
base::Result<Submission> submission_from_json(const nlohmann::json& body, const protocol::Quotas& quotas);

}  // namespace runs
