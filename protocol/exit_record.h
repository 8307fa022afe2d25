// SPDX-License-Identifier: Apache-2.0
// How an attempt ended: attempt-1/exit.json, created once by the first of worker, guard and --finalize. And requests to
// end one.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/run_state.h"

namespace protocol {

/// An exception that ended the user's program, or that was given to fail().
struct ProgramError {
  std::string type;
  std::string message;
  std::string traceback;
};

inline constexpr int kExitVersion = 1;

struct ExitRecord {
  std::int64_t version = kExitVersion;   ///< of the writer; fields that a newer one adds are ignored
  RunEvent outcome = RunEvent::kFailed;  ///< kCompleted, kFailed or kCanceled
  std::string reason;                    ///< exited, "signalled", out_of_memory, ... (run-directory.md)
  std::string stage;                     ///< where a start failed; else empty
  std::optional<int> code;
  std::optional<int> signal;
  std::string message;     ///< the sentence shown everywhere; empty for a completed run
  std::string error_code;  ///< "UserError" unless fail() was given another
  std::optional<ProgramError> error;
  double started = 0;  ///< seconds since 1970; 0: it never ran
  double ended = 0;
  double cpu_seconds = 0;
  std::uint64_t peak_bytes = 0;
  std::string by;                       ///< worker, guard, "bury" (finalized), daemon, client
  std::vector<std::string> unkillable;  ///< "pid 4711 (state D)"
  /// Journal files of the attempt and their length, by path inside the run directory.
  std::map<std::string, std::uint64_t> seal;
};

nlohmann::json to_json(const ExitRecord& record);
base::Result<ExitRecord> exit_record_from_json(const nlohmann::json& j);

/// The ending of a run as the process that reports it writes it: {"outcome","message","code","error"}, code being a
/// word.
base::Result<ExitRecord> reported_ending_from_json(const nlohmann::json& j);

/// {"type","message","traceback"}, as the SDK's hook writes it.
base::Result<ProgramError> program_error_from_json(const nlohmann::json& j);

/// A line of record/wishes.jsonl: a request to cancel the run, or to fail it.
struct StopRequest {
  bool cancel = true;  ///< false: fail
  std::string by;
  std::string message;  ///< for fail
  std::string error_code;
  std::optional<ProgramError> error;
  std::optional<double> grace_seconds;
  double t = 0;
};
nlohmann::json to_json(const StopRequest& request);
base::Result<StopRequest> stop_request_from_json(const nlohmann::json& j);

}  // namespace protocol
