// SPDX-License-Identifier: Apache-2.0
#include "launcher/reason.h"

#include <fcntl.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "launcher/missing.h"
#include "launcher/traceback.h"
#include "protocol/json.h"

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

/// As the hook wrote it; else, for a process that exited by itself, as it stands in the log. What the hook took for the reason of
/// an exit is none of a signal's.
std::optional<ProgramError> child_error(const Attempt& attempt, const ExitRecord& record, pid_t child) {
  auto error = error_of(read_object(attempt.dir.child_error(child)));
  if (error && !(record.signal && error->type == "SystemExit")) return error;
  return record.signal ? std::nullopt : error_in_log(attempt);
}

std::string words_of_memory(std::uint64_t bytes) {
  const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(units); ++unit) value /= 1024;
  char text[32];
  std::snprintf(text, sizeof text, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  return text;
}

std::string words_of_memory_end(const ExitRecord& record) {
  return "out of memory" + (record.peak_bytes ? " (peak " + words_of_memory(record.peak_bytes) + ")" : std::string());
}

std::string sentence_of_error(const Attempt& attempt, const ProgramError& error) {
  std::string sentence = "User program failed with " + error.type;
  const auto end = error.message.find_last_not_of(" \r\n\t");
  if (end != std::string::npos) sentence += ": " + error.message.substr(0, end + 1);
  if (!attempt.spec.interpreter.empty()) sentence += " (interpreter " + attempt.spec.interpreter + ")";
  return sentence + missing_hint(attempt, error);
}

std::string sentence_of(const Attempt& attempt, const ExitRecord& record, const Known& known) {
  if (record.reason == "out_of_memory") return "User program was killed: " + words_of_memory_end(record);
  if (record.error) return sentence_of_error(attempt, *record.error);
  std::string sentence = record.signal ? "User program was killed by " + base::signal_name(*record.signal)
                                       : "User program exited with status " + std::to_string(record.code.value_or(0));
  if (known.out_of_memory) sentence += "; one of its processes was killed: " + words_of_memory_end(record);
  return sentence;
}

/// run.complete() and run.fail(), called in the script. A non-zero exit is Failed whatever they say.
void apply_own_ending(ExitRecord& record, const Attempt& attempt) {
  const auto ending = read_object(attempt.dir.child_ending());
  if (!ending || ending->value("outcome", json()) != "failed") return;
  record.outcome = RunEvent::kFailed;
  record.reason = "failed_by_request";
  if (const auto message = ending->find("message"); message != ending->end() && message->is_string())
    record.message = *message;
  if (const auto code = ending->find("code"); code != ending->end() && code->is_string()) record.error_code = *code;
  if (const auto error = ending->find("error"); error != ending->end() && error->is_object())
    if (auto read = protocol::program_error_from_json(*error)) record.error = std::move(*read);
  if (record.message.empty()) record.message = "The run was failed by its own program";
}

void apply_exit(ExitRecord& record, const Attempt& attempt, const Known& known) {
  record.reason = record.signal ? "signalled" : "exited";
  if (record.signal == SIGKILL && known.out_of_memory) record.reason = "out_of_memory";
  if (record.code == 0) {
    record.outcome = RunEvent::kCompleted;
  } else {
    record.error = child_error(attempt, record, known.child);
    record.message = sentence_of(attempt, record, known);
  }
  apply_own_ending(record, attempt);
}

void apply_wish(ExitRecord& record, const Known& known) {
  if (!known.wish) return;
  const auto& wish = *known.wish;
  const std::string by = wish.by.empty() ? "" : " by " + wish.by;
  record.outcome = wish.cancel ? RunEvent::kCanceled : RunEvent::kFailed;
  record.reason = wish.cancel ? "cancelled" : "failed_by_request";
  record.message = wish.message;
  if (wish.message.empty()) record.message = (wish.cancel ? "The run was cancelled" : "The run was failed") + by;
  if (!wish.cancel) record.error_code = wish.error_code;
  if (wish.error) record.error = wish.error;
}

void apply_failure(ExitRecord& record, const char* reason, std::string message) {
  record.reason = reason;
  record.message = std::move(message);
}

}  // namespace

void apply_reason(ExitRecord& record, const Attempt& attempt, const Known& known) {
  switch (known.cause) {
    case Cause::kExited: return apply_exit(record, attempt, known);
    case Cause::kWished: return apply_wish(record, known);
    case Cause::kTimedOut:
      return apply_failure(record, "timed_out",
                           "The run was ended after its limit of " +
                               base::words_of(std::chrono::microseconds(base::from_seconds(attempt.spec.max_seconds))));
    case Cause::kCouldNotStart:
      record.stage = known.stage;
      return apply_failure(record, "could_not_start", known.message);
    case Cause::kToldToStop:
      return apply_failure(record, "stopped", "the launcher was told to stop (shutdown, scancel, ...)");
    case Cause::kLauncherKilled: return apply_failure(record, "launcher_killed", "the run's launcher was killed");
    case Cause::kLost: return apply_failure(record, "lost", "the machine restarted while the run was going on");
  }
}

}  // namespace launcher
