// SPDX-License-Identifier: Apache-2.0
#include "launcher/reason.h"

#include <fcntl.h>
#include <signal.h>

#include <algorithm>

#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"
#include "launcher/missing.h"
#include "launcher/traceback.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace launcher {
namespace {

using nlohmann::json;
using protocol::ExitRecord;
using protocol::ProgramError;
using protocol::RunEvent;

constexpr std::uint64_t kLongestError = 16 << 20;

std::optional<json> read_object(const base::Path& path) {
  const auto fd = base::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!fd) return {};
  const auto size = base::file_size(*fd);
  if (!size || *size > kLongestError) return {};
  const auto text = base::read_at(*fd, 0, *size);
  if (!text) return {};
  auto parsed = protocol::parse_json(*text, path.filename().string());
  return parsed && parsed->is_object() ? std::optional(std::move(*parsed)) : std::nullopt;
}

std::optional<ProgramError> error_of(const std::optional<json>& object) {
  if (!object) return {};
  auto error = protocol::program_error_from_json(*object);
  return error ? std::optional(std::move(*error)) : std::nullopt;
}

std::optional<ProgramError> error_in_log(const Attempt& attempt) {
  const auto fd = base::open_file(attempt.dir.log(), O_RDONLY);
  if (!fd) return {};
  const auto size = base::file_size(*fd);
  if (!size) return {};
  const auto tail = base::read_at(*fd, *size - std::min<std::uint64_t>(*size, kTracebackTail), kTracebackTail);
  return tail ? last_traceback(*tail) : std::nullopt;
}

/// The error that the hook wrote; else, for a process that exited by itself, the one in the log. A SystemExit explains
/// no signal.
std::optional<ProgramError> child_error(const Attempt& attempt, const ExitRecord& record, pid_t child) {
  auto error = error_of(read_object(attempt.dir.child_error(child)));
  if (error && !(record.signal && error->type == "SystemExit")) return error;
  return record.signal ? std::nullopt : error_in_log(attempt);
}

std::string describe_memory_end(const ExitRecord& record) {
  return "out of memory" +
         (record.peak_bytes ? " (peak " + base::format_bytes(record.peak_bytes) + ")" : std::string());
}

std::string describe_error(const Attempt& attempt, const ProgramError& error) {
  std::string sentence = "User program failed with " + error.type;
  const std::string message = error.message.substr(0, error.message.find_last_not_of(" \r\n\t") + 1);
  if (!message.empty()) sentence += ": " + message;
  if (!attempt.spec.interpreter.empty()) sentence += " (interpreter " + attempt.spec.interpreter + ")";
  return sentence + missing_hint(attempt, error);
}

std::string describe_exit(const Attempt& attempt, const ExitRecord& record, const AttemptOutcome& outcome) {
  if (record.reason == "out_of_memory") return "User program was killed: " + describe_memory_end(record);
  if (record.error) return describe_error(attempt, *record.error);
  std::string sentence = record.signal ? "User program was killed by " + base::signal_name(*record.signal)
                                       : "User program exited with status " + std::to_string(record.code.value_or(0));
  if (outcome.out_of_memory) sentence += "; one of its processes was killed: " + describe_memory_end(record);
  return sentence;
}

/// Applies run.complete() and run.fail() of the script. A non-zero exit is Failed, whatever they said.
void apply_own_ending(ExitRecord& record, const Attempt& attempt) {
  const auto ending = read_object(attempt.dir.child_ending());
  if (!ending || protocol::text_at(*ending, "outcome") != "failed") return;
  record.outcome = RunEvent::kFailed;
  record.reason = "failed_by_request";
  if (protocol::member_at(*ending, "message").is_string()) record.message = protocol::text_at(*ending, "message");
  if (protocol::member_at(*ending, "code").is_string()) record.error_code = protocol::text_at(*ending, "code");
  if (auto error = protocol::program_error_from_json(protocol::member_at(*ending, "error")))
    record.error = std::move(*error);
  if (record.message.empty()) record.message = "The run was failed by its own program";
}

void apply_exit(ExitRecord& record, const Attempt& attempt, const AttemptOutcome& outcome) {
  record.reason = record.signal ? "signalled" : "exited";
  if (record.signal == SIGKILL && outcome.out_of_memory) record.reason = "out_of_memory";
  if (record.code == 0) {
    record.outcome = RunEvent::kCompleted;
  } else {
    record.error = child_error(attempt, record, outcome.child);
    record.message = describe_exit(attempt, record, outcome);
  }
  apply_own_ending(record, attempt);
}

void apply_stop_request(ExitRecord& record, const AttemptOutcome& outcome) {
  if (!outcome.stop) return;
  const auto& request = *outcome.stop;
  const std::string by = request.by.empty() ? "" : " by " + request.by;
  record.outcome = request.cancel ? RunEvent::kCanceled : RunEvent::kFailed;
  record.reason = request.cancel ? "cancelled" : "failed_by_request";
  record.message = request.message;
  if (request.message.empty()) record.message = (request.cancel ? "The run was canceled" : "The run was failed") + by;
  if (!request.cancel) record.error_code = request.error_code;
  if (request.error) record.error = request.error;
}

void apply_failure(ExitRecord& record, const char* reason, std::string message) {
  record.reason = reason;
  record.message = std::move(message);
}

}  // namespace

void apply_reason(ExitRecord& record, const Attempt& attempt, const AttemptOutcome& outcome) {
  switch (outcome.cause) {
    case Cause::kExited:
      return apply_exit(record, attempt, outcome);
    case Cause::kStopRequested:
      return apply_stop_request(record, outcome);
    case Cause::kTimedOut:
      return apply_failure(
          record, "timed_out",
          "The run was ended after its limit of " +
              base::format_duration(std::chrono::microseconds(base::from_seconds(attempt.spec.max_seconds))));
    case Cause::kCouldNotStart:
      record.stage = outcome.stage;
      return apply_failure(record, "could_not_start", outcome.message);
    case Cause::kToldToStop:
      return apply_failure(record, "stopped", "the launcher was told to stop (shutdown, scancel, ...)");
    case Cause::kLauncherKilled:
      return apply_failure(record, "launcher_killed", "the run's launcher was killed");
    case Cause::kLost:
      return apply_failure(record, "lost", "the machine restarted while the run was going on");
  }
}

}  // namespace launcher
