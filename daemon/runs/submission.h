// SPDX-License-Identifier: Apache-2.0
// What a client submits: the body of POST /api/v1/runs, read and checked.
#pragma once

#include <atomic>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "daemon/source/scan.h"
#include "protocol/facts.h"
#include "protocol/spec.h"

namespace runs {

struct Submission {
  protocol::RunSpec run;        ///< id may be empty: the daemon makes one; number, snapshot and submitted are not set
  protocol::Created created;    ///< its first fact; the client has made submission_id, which is unique
  protocol::StringMap environ;  ///< of the submitting process
  bool has_source = false;
  std::uint64_t device = 0, inode = 0;  ///< of the source folder, as the client sees it
  bool take_snapshot = true;
  bool large = false;
  std::string upload;      ///< sources sent before; empty: the daemon reads the folder
  std::string source_run;  ///< the run whose snapshot it shares; empty: its source is its own
};

struct Submitted {
  std::string run;     ///< id
  bool again = false;  ///< this submission had been answered before
};

/// Why a run was not submitted, or no snapshot taken.
struct Refusal : base::Error {
  Refusal() = default;
  Refusal(base::Error error, std::vector<source::LargeEntry> entries = {})
      : base::Error(std::move(error)), largest(std::move(entries)) {}
  Refusal with(std::string_view context) const { return {base::Error::with(context), largest}; }

  std::vector<source::LargeEntry> largest;  ///< of a source that is too large
};
template <class T>
using SourceResult = boost::system::result<T, Refusal>;

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
Submission again(std::string id, protocol::RunSpec spec, const protocol::Created& created, protocol::StringMap environ);

/// Refuses what is missing, has the wrong type or a value that cannot be, by name. `quotas`: where the body names none.
base::Result<Submission> submission_from_json(const nlohmann::json& body, const protocol::Quotas& quotas);

}  // namespace runs
