// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/submitted_source.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "daemon/source/git_facts.h"
#include "daemon/source/snapshot.h"
#include "daemon/source/snapshot_reader.h"

namespace runs {

using base::Path;
using base::Result;

namespace {

/// The code says that the client can send what the daemon does not see.
base::Error unseen(const Submission& s) {
  return base::error(
      "the daemon does not see the source directory '" + base::to_utf8(s.run.source.directory) + "' as you do: send it",
      std::errc::no_link);
}

/// Whether the daemon sees the very folder that the client means.
Result<void> check_folder(const Submission& s) {
  const Path folder = s.run.source.directory;
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return unseen(s);
    return base::os_error("cannot use the source directory '" + folder.string() + "'");
  }
  if (!S_ISDIR(status.st_mode))
    return base::error("cannot use the source directory '" + folder.string() + "': it is not a directory");
  const bool same = (s.device == 0 && s.inode == 0) || (status.st_dev == s.device && status.st_ino == s.inode);
  return same ? Result<void>() : Result<void>(unseen(s));
}

Result<void> check_script(const Submission& s) {
  if (s.run.kind != protocol::RunKind::kScript) return {};
  const Path script = Path(s.run.source.directory) / s.run.script;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(script, ignored)) return {};
  return base::error("the script '" + base::to_utf8(script.string()) +
                     "' does not exist, or is not a file: the script must be inside the source directory");
}

Result<void> check_links(const Submission& s) {
  std::error_code ignored;
  for (const auto& link : s.run.source.links) {
    const Path folder = Path(s.run.source.directory) / link;
    if (!std::filesystem::exists(folder, ignored))
      return base::error("cannot link '" + link + "': there is no '" + folder.string() + "'",
                         std::errc::no_such_file_or_directory);
  }
  return {};
}

CapturedSource captured_in(const source::Snapshot& snapshot) {
  CapturedSource captured;
  captured.snapshot = snapshot.digest;
  captured.facts.excluded = snapshot.excluded;
  captured.facts.files = snapshot.files;
  captured.facts.bytes = snapshot.bytes;
  return captured;
}

/// Of the newest commit, else of the newest file.
std::string date_of(const Path& folder, std::int64_t newest_ns) {
  if (const std::string day = source::commit_day(folder); !day.empty()) return "commit " + day;
  return newest_ns > 0 ? "file " + base::iso_time(newest_ns / 1000).substr(0, 10) : "";
}

/// The folder on this machine.
Result<CapturedSource> read_folder(const Submission& s, const protocol::StateDir& state,
                                   const source::SnapshotOptions& options) {
  TRY(check_folder(s));
  TRY(check_script(s));
  TRY(check_links(s));
  CapturedSource captured;
  std::int64_t newest_ns = 0;
  auto git = source::git_facts(s.run.source.directory);
  if (s.take_snapshot) {
    source::SnapshotLimits limits;
    limits.large = s.large;
    TRY_ASSIGN(const source::Snapshot snapshot,
               source::take_snapshot(s.run.source.directory, state.snapshots(), limits, options));
    captured = captured_in(snapshot);
    newest_ns = snapshot.newest_ns;
  }
  captured.facts.git = std::move(git);
  captured.dated = date_of(s.run.source.directory, newest_ns);
  return captured;
}

/// What the client sent before, since the daemon does not see its folder.
Result<CapturedSource> read_upload(const Submission& s, const protocol::StateDir& state, source::Uploads& uploads,
                                   source::SnapshotOptions options) {
  TRY_ASSIGN(const auto upload, uploads.find(s.upload));
  options.sent = true;
  options.called = s.run.source.directory;
  options.everything = upload->everything();
  source::SnapshotLimits limits;
  limits.large = s.large;
  const auto snapshot = source::take_snapshot(upload->files(), state.snapshots(), limits, options);
  if (!snapshot) {
    uploads.drop(s.upload);  // its client sends another, with less in it
    return snapshot.error();
  }
  return captured_in(*snapshot);
}

source::SnapshotOptions options_of(const Submission& s, const SourceReading& reading,
                                   std::vector<source::LargeEntry>& largest) {
  source::SnapshotOptions options;
  options.stop = &reading.stop;
  options.cache = &reading.cache;
  options.largest = &largest;
  options.linked = s.run.source.links;
  options.progress = [&progress = reading.progress](const source::SnapshotProgress& now) {
    progress.reading = now.phase == source::SnapshotProgress::Phase::reading;
    progress.files = now.files;
    progress.bytes = now.bytes;
    progress.total_bytes = now.total_bytes;
  };
  return options;
}

}  // namespace

SourceResult<CapturedSource> read_source(const Submission& submission, const SourceReading& reading) {
  std::vector<source::LargeEntry> largest;
  const auto options = options_of(submission, reading, largest);
  auto captured = submission.upload.empty() ? read_folder(submission, reading.state, options)
                                            : read_upload(submission, reading.state, reading.uploads, options);
  if (captured) return std::move(*captured);
  return Refusal(captured.error(), std::move(largest));
}

Result<void> check_shared_script(const Submission& submission, const protocol::StateDir& state) {
  const protocol::RunSpec& run = submission.run;
  if (run.kind != protocol::RunKind::kScript) return {};
  if (run.source.in_place) return check_script(submission);
  TRY_ASSIGN_FOR("cannot read the snapshot of run '" + submission.source_run + "'", const auto entries,
                 source::list_snapshot(state.snapshot(run.snapshot)));
  const bool there = std::any_of(entries.begin(), entries.end(), [&run](const source::ManifestEntry& entry) {
    return entry.path == run.script && entry.type != source::ManifestEntry::Type::directory;
  });
  if (there) return {};
  return base::error("the script '" + base::to_utf8(run.script) + "' is not in the snapshot of run '" +
                     submission.source_run + "'");
}

}  // namespace runs
