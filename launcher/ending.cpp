// SPDX-License-Identifier: Apache-2.0
#include "launcher/ending.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "launcher/reason.h"
#include "launcher/stop_request.h"
#include "protocol/json.h"
#include "protocol/redaction.h"

namespace launcher {
namespace {

using protocol::ExitRecord;

// The record is written into the reserved file itself: freeing a reserve on a full disk gives its space to another
// writer.
constexpr off_t kReserve = 128 << 10;
constexpr std::size_t kShortText = 8 << 10;                        // of a record that has to fit into its reserve
constexpr std::size_t kMostSealed = 10 * protocol::kMostJournals;  // the daemon decides which of them it reads
constexpr int kSealTries = 20, kSealPauseMs = 50;
constexpr const char* kCut = "[... cut: the disk is full ...]\n";

void apply_status(ExitRecord& record, const AttemptOutcome& outcome) {
  if (!outcome.status) return;
  if (WIFEXITED(*outcome.status)) record.code = WEXITSTATUS(*outcome.status);
  if (WIFSIGNALED(*outcome.status)) record.signal = WTERMSIG(*outcome.status);
}

Usage usage_of_children() {
  struct rusage usage {};
  return getrusage(RUSAGE_CHILDREN, &usage) == 0 ? usage_of(usage) : Usage();
}

/// The tree is empty by now, so every process of it was waited for.
void apply_usage(ExitRecord& record, const AttemptOutcome& outcome) {
  const Usage usage = outcome.usage ? *outcome.usage : usage_of_children();
  record.cpu_seconds = usage.cpu_seconds;
  record.peak_bytes = outcome.peak_bytes.value_or(usage.peak_bytes);
}

void seal_file(ExitRecord& record, const Attempt& attempt, const base::Path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  record.seal[path.lexically_relative(attempt.run.root)] = static_cast<std::uint64_t>(status.st_size);
}

bool seal_journal(ExitRecord& record, const Attempt& attempt) {
  std::error_code code;
  std::filesystem::directory_iterator entry(attempt.dir.journal(), code), end;
  for (; !code && entry != end && record.seal.size() < kMostSealed; entry.increment(code))
    if (entry->path().extension() == ".jsonl") seal_file(record, attempt, entry->path());
  return !code || code == std::errc::no_such_file_or_directory;
}

void seal(ExitRecord& record, const Attempt& attempt) {
  // A file that is not sealed does not belong to the run: a moment without a free descriptor must not decide that.
  for (int i = 0; i < kSealTries && !seal_journal(record, attempt); ++i) (void)::poll(nullptr, 0, kSealPauseMs);
  seal_file(record, attempt, attempt.dir.log());
  seal_file(record, attempt, attempt.dir.launcher_facts());
}

std::string format_record(const ExitRecord& record) { return protocol::to_text(protocol::to_json(record), 2) + "\n"; }

void shorten(std::string& text) {
  if (text.size() > kShortText) text = kCut + text.substr(text.size() - kShortText);
}

base::Result<void> fill(const base::Fd& reserve, const std::string& text) {
  TRY(base::write_all_at(reserve, text, 0));
  if (ftruncate(reserve.get(), static_cast<off_t>(text.size())) != 0) return base::os_error("cannot cut the record");
  return base::sync_data(reserve);
}

/// Whole, or with its long texts cut to what the reserve holds.
base::Result<void> fill_with(const base::Fd& reserve, ExitRecord record) {
  auto whole = fill(reserve, format_record(record));
  if (whole || whole.error().code != std::errc::no_space_on_device) return whole;
  shorten(record.message);
  if (record.error) {
    shorten(record.error->message);
    shorten(record.error->traceback);
  }
  return fill(reserve, format_record(record));
}

/// Gives the file its name unless there is one of that name: 0, or an errno.
int rename_once(const base::Path& from, const base::Path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  (void)::unlink(from.c_str());
  return 0;
}

}  // namespace

base::Result<void> reserve_ending(const Attempt& attempt, std::string_view who) {
  TRY_ASSIGN_FOR("cannot reserve space for the ending", const base::Fd fd,
                 base::open_file(attempt.dir.exit_reserve(who), O_CREAT | O_WRONLY));
  int number = EINTR;
  while (number == EINTR) number = posix_fallocate(fd.get(), 0, kReserve);
  if (number != 0) return base::os_error("cannot reserve space for the ending", number);
  return {};
}

ExitRecord make_record(const Attempt& attempt, AttemptOutcome outcome) {
  const bool unfinished = outcome.cause == Cause::kCouldNotStart || outcome.cause == Cause::kLauncherKilled ||
                          outcome.cause == Cause::kLost;
  if (unfinished && (outcome.stop = read_stop_request(attempt))) outcome.cause = Cause::kStopRequested;
  ExitRecord record;
  record.by = outcome.by;
  record.started = outcome.started;
  record.ended = base::to_seconds(base::now());
  record.unkillable = outcome.unkillable;
  apply_status(record, outcome);
  apply_usage(record, outcome);
  apply_reason(record, attempt, outcome);
  return record;
}

namespace {

/// The submitter's secrets are not needed any more. The ending matters more than whether this works.
void forget_secrets(const Attempt& attempt) {
  if (const auto text = base::read_file(attempt.run.environ_file()))
    (void)base::replace_file(attempt.run.environ_file(), protocol::redacted_environ(*text));
  const auto spec = base::read_file(attempt.run.spec());
  if (const auto redacted = spec ? protocol::redacted_spec(*spec) : ""; spec && redacted != *spec)
    (void)base::write_file_atomic(attempt.run.spec(), redacted);
}

/// A record whose folder is lost in a power failure is no record.
void sync_names(const Attempt& attempt) {
  (void)base::sync_directory(attempt.dir.journal());  // there is none where the run could not be prepared
  (void)base::sync_directory(attempt.run.root);
}

}  // namespace

base::Result<bool> write_ending(const Attempt& attempt, ExitRecord record, std::string_view who) {
  seal(record, attempt);
  forget_secrets(attempt);
  const base::Path reserve = attempt.dir.exit_reserve(who);
  TRY_ASSIGN_FOR("cannot record the ending", const base::Fd fd, base::open_file(reserve, O_CREAT | O_WRONLY));
  TRY_FOR("cannot record the ending", fill_with(fd, std::move(record)));
  sync_names(attempt);
  const int number = rename_once(reserve, attempt.dir.exit_record());
  if (number == EEXIST) return false;
  if (number != 0) return base::os_error("cannot record the ending", number);
  TRY(base::sync_directory(attempt.dir.root));
  return true;
}

bool has_ended(const Attempt& attempt) { return ::access(attempt.dir.exit_record().c_str(), F_OK) == 0; }

void drop_reserves(const Attempt& attempt) {
  for (const char* who : {"worker", "guard", "bury"}) (void)::unlink(attempt.dir.exit_reserve(who).c_str());
}

}  // namespace launcher
