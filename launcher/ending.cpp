// SPDX-License-Identifier: Apache-2.0
#include "launcher/ending.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace launcher {
namespace {

using nlohmann::json;
using protocol::ExitRecord;
using protocol::RunEvent;

constexpr off_t kReserve = 64 << 10;
constexpr std::uint64_t kLongestError = 16 << 20;

std::optional<json> read_object(const base::Path& path) {
  const auto text = base::read_file(path, kLongestError);
  if (!text) return {};
  auto parsed = protocol::parse_json(*text, path.filename().string());
  if (!parsed || !parsed->is_object()) return {};
  return std::move(*parsed);
}

std::optional<protocol::ProgramError> child_error(const Attempt& attempt, pid_t child) {
  const auto object = read_object(attempt.dir.child_error(child));
  if (!object) return {};
  auto error = protocol::program_error_from_json(*object);
  if (!error) return {};
  return std::move(*error);
}

std::string sentence_of(const Attempt& attempt, const ExitRecord& record) {
  if (record.error)
    return "User program failed with " + record.error->type + ": " + record.error->message + " (interpreter " +
           attempt.spec.interpreter + ")";
  if (record.signal)
    return "User program was killed by signal " + std::to_string(*record.signal) + " (" + strsignal(*record.signal) + ")";
  return "User program exited with code " + std::to_string(record.code.value_or(0));
}

void apply_status(ExitRecord& record, const Known& known) {
  if (!known.status) return;
  if (WIFEXITED(*known.status)) record.code = WEXITSTATUS(*known.status);
  if (WIFSIGNALED(*known.status)) record.signal = WTERMSIG(*known.status);
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
  if (record.code == 0) {
    record.outcome = RunEvent::kCompleted;
  } else {
    record.error = child_error(attempt, known.child);
    record.message = sentence_of(attempt, record);
  }
  apply_own_ending(record, attempt);
}

void apply_wish(ExitRecord& record, const Known& known) {
  if (!known.wish) return;
  const auto& wish = *known.wish;
  const std::string by = wish.by.empty() ? "" : " by " + wish.by;
  record.outcome = wish.cancel ? RunEvent::kCanceled : RunEvent::kFailed;
  record.reason = wish.cancel ? "cancelled" : "failed_by_request";
  record.message = !wish.message.empty() ? wish.message : (wish.cancel ? "The run was cancelled" : "The run was failed") + by;
  if (!wish.cancel) record.error_code = wish.error_code;
  if (wish.error) record.error = wish.error;
}

void apply_cause(ExitRecord& record, const Attempt& attempt, const Known& known) {
  switch (known.cause) {
    case Cause::kExited: return apply_exit(record, attempt, known);
    case Cause::kWished: return apply_wish(record, known);
    case Cause::kTimedOut:
      record.reason = "timed_out";
      record.message = "The run was ended after its limit of " +
                       base::words_of(std::chrono::microseconds(base::from_seconds(attempt.spec.max_seconds)));
      return;
    case Cause::kCouldNotStart:
      record.reason = "could_not_start";
      record.stage = known.stage;
      record.message = known.message;
      return;
    case Cause::kToldToStop:
      record.reason = "stopped";
      record.message = "the launcher was told to stop (shutdown, scancel, ...)";
      return;
    case Cause::kLauncherKilled:
      record.reason = "launcher_killed";
      record.message = "the run's launcher was killed";
      return;
  }
}

double seconds_of(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

/// Of every process that was waited for: the tree is empty when this is asked.
void apply_usage(ExitRecord& record) {
  struct rusage usage {};
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return;
  record.cpu_seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  record.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void seal_file(ExitRecord& record, const Attempt& attempt, const base::Path& path) {
  const auto fd = base::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!fd) return;
  if (const auto size = base::file_size(*fd)) record.seal[path.lexically_relative(attempt.run.root)] = *size;
}

void seal(ExitRecord& record, const Attempt& attempt) {
  std::error_code code, ignored;
  std::filesystem::directory_iterator entry(attempt.dir.journal(), code), end;
  for (; !code && entry != end; entry.increment(code))
    if (entry->path().extension() == ".jsonl" && entry->symlink_status(ignored).type() == std::filesystem::file_type::regular)
      seal_file(record, attempt, entry->path());
  seal_file(record, attempt, attempt.dir.log());
  seal_file(record, attempt, attempt.dir.launcher_facts());
}

}  // namespace

base::Result<void> reserve_ending(const Attempt& attempt, std::string_view who) {
  TRY_ASSIGN_FOR("cannot reserve space for the ending", const base::Fd fd,
                 base::open_file(attempt.dir.exit_reserve(who), O_CREAT | O_WRONLY));
  if (posix_fallocate(fd.get(), 0, kReserve) != 0) return base::error("cannot reserve space for the ending");
  return {};
}

ExitRecord make_record(const Attempt& attempt, const Known& known) {
  ExitRecord record;
  record.by = known.by;
  record.started = known.started;
  record.ended = base::to_seconds(base::now());
  record.unkillable = known.unkillable;
  apply_status(record, known);
  apply_usage(record);
  apply_cause(record, attempt, known);
  return record;
}

base::Result<bool> write_ending(const Attempt& attempt, ExitRecord record) {
  seal(record, attempt);
  const std::string text = protocol::to_json(record).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  (void)::unlink(attempt.dir.exit_reserve(record.by).c_str());  // gives its space to the record
  TRY_ASSIGN_FOR("cannot record the ending", const bool first, base::create_file_once(attempt.dir.exit_record(), text));
  return first;
}

bool has_ended(const Attempt& attempt) { return ::access(attempt.dir.exit_record().c_str(), F_OK) == 0; }

}  // namespace launcher
