// SPDX-License-Identifier: Apache-2.0
// What is known of a web service: a file of its own in the state directory, 0600, because it holds keys and the
// variables of its user (docs/formats/run-directory.md). Values only; the functions that read and write are for
// threads.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "protocol/json.h"
#include "protocol/names.h"
#include "protocol/spec.h"

namespace services {

/// What a service answers with. Each start of it is a run.
struct Version {
  std::int64_t number = 0;
  base::Micros created = 0;
  nlohmann::json models = nlohmann::json::array();  ///< [{"name", "version", "run"}], as the client gave them
  nlohmann::json submit;  ///< the body that submits its host; its source is the last run once there is one
  int starts = 0;
  std::string run;        ///< of the last start; empty: it is being submitted
  std::string socket;     ///< where the host of that run listens
  bool answered = false;  ///< once, in any of its runs
  bool failed = false;    ///< a run ended before any had answered
};

struct Record {
  std::string id;  ///< the name of its folder
  std::string name;
  protocol::WorkspaceId workspace;
  std::string address;  ///< the segment after /services/; no other service has it
  base::Micros created = 0, updated = 0;
  bool auth = false;
  double timeout = 60;  ///< seconds of a request
  std::string primary, secondary;
  std::string compute_type, description;
  nlohmann::json tags = nlohmann::json::object(), properties = nlohmann::json::object();
  std::map<std::int64_t, Version> versions;
  int starts = 0;            ///< of all versions: each start has a socket of its own
  std::int64_t current = 0;  ///< the version that is to answer; 0: the first one is being submitted
  std::string failure;       ///< why the last new version failed; empty: it did not
  bool removed = false;      ///< its processes are to end, then it is forgotten
};

nlohmann::json to_json(const Record& record);
/// Errors name the field.
base::Result<Record> record_from_json(const nlohmann::json& json);

base::Result<void> write_record(const protocol::StateDir& state, const Record& record);
/// Of all services. A record that cannot be read is skipped, with a sentence in `problems`.
std::vector<Record> read_records(const protocol::StateDir& state, std::vector<std::string>& problems);

/// A key as Azure has them: 32 letters and digits.
std::string new_key();

}  // namespace services
