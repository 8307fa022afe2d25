// SPDX-License-Identifier: Apache-2.0
// A run as the API shows it (docs/formats/http-api.md).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/ingest/rows.h"
#include "daemon/store/queries/place.h"
#include "protocol/exit_record.h"
#include "protocol/facts.h"
#include "protocol/json.h"

namespace store {

/// Where the process that reports an interactive run does so.
struct Reporting {
  std::string journal, alive, nonce_file, nonce;
};

struct RunView {
  RunKey key = 0;
  bool whole = false;      ///< shown with packages, traceback and configuration
  protocol::RunSpec spec;  ///< redacted
  std::string name, submitter;
  std::optional<std::string> display_name, description;
  protocol::RunState state = protocol::RunState::kNotStarted;
  std::string stop_request;  ///< cancel or fail, when that was requested; else run
  base::Micros created = 0;
  std::optional<base::Micros> started, ended;
  std::optional<protocol::ExitRecord> ending;
  nlohmann::json interpreter, prepared;  ///< facts of the launcher as it wrote them; null: not yet, or none
  protocol::SnapshotFacts snapshot;      ///< of spec.snapshot
  protocol::Tags tags;
  std::map<std::string, std::string> properties;
  std::vector<std::string> warnings;
  std::int64_t log_bytes = 0;
  std::string directory, url;

  // What the database does not know; run_view() leaves it empty.
  std::optional<std::string> waiting;    ///< why a queued run waits
  std::optional<Reporting> interactive;  ///< while an interactive run goes on
  nlohmann::json columns;                ///< of a list, by name; null: none were asked for

  /// The sentence of a failed run; empty: it has not failed.
  std::string failure() const;
};

/// In the order of `runs`, without those that are gone. As many statements as for one run.
base::Result<std::vector<RunView>> run_views(Database& database, const Place& place, const std::vector<RunKey>& runs,
                                             bool whole);
/// `no_such_file_or_directory` when the run is gone.
base::Result<RunView> run_view(Database& database, const Place& place, RunKey run, bool whole);
nlohmann::json to_json(const RunView& run);

}  // namespace store
