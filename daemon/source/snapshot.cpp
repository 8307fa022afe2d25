// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/archive_writer.h"
#include "base/digest.h"
#include "base/text.h"
#include "daemon/source/capture.h"
#include "protocol/ignore.h"
#include "protocol/names.h"

namespace source {

namespace {

using base::Path;
using base::Result;

constexpr int kSnapshotTries = 3;
constexpr std::string_view kUnfinished = ".tmp-";

Result<base::Fd> open_source(const Path& source) {
  auto opened = base::open_file(source, O_RDONLY | O_DIRECTORY);
  if (opened) return opened;
  if (opened.error().code == std::errc::no_such_file_or_directory)
    return base::error("there is no such folder", std::errc::no_such_file_or_directory);
  if (opened.error().code == std::errc::not_a_directory)
    return base::error("it is not a folder", std::errc::not_a_directory);
  return base::os_error("it cannot be opened", opened.error().code.value());
}

Result<Ignore> read_rules(const Path& source) {
  for (const auto name : protocol::kIgnoreFiles) {
    struct stat st {};
    if (::stat((source / name).c_str(), &st) != 0 || !S_ISREG(st.st_mode)) continue;
    TRY_ASSIGN(const std::string text, base::read_file(source / name, protocol::kIgnoreFileLimit));
    return Ignore(text, std::string(name));
  }
  return Ignore();
}

struct RemoveAtEnd {
  Path path;
  ~RemoveAtEnd() {
    std::error_code ec;
    std::filesystem::remove_all(path, ec);
  }
};

bool lies_there(const protocol::SnapshotDir& place) {
  return ::access(place.manifest().c_str(), F_OK) == 0 && ::access(place.archive().c_str(), F_OK) == 0;
}

class Taking {
 public:
  Taking(const base::Fd& root, const Path& snapshots, const Ignore& rules, const SnapshotOptions& options)
      : root_(root), snapshots_(snapshots), rules_(rules), options_(options) {}

  Result<Snapshot> of(const Scan& scan) {
    Capture capture(root_, scan, rules_, options_);
    Snapshot snapshot;
    snapshot.files = scan.files;
    TRY_ASSIGN(const bool cached, capture.from_cache());
    if (cached) snapshot.digest = base::sha256_hex(capture.manifest());
    snapshot.reused = cached && lies_there({snapshots_ / snapshot.digest});
    if (!snapshot.reused) TRY(store(capture, snapshot));
    snapshot.bytes = capture.bytes();
    snapshot.bytes_read = capture.bytes_read();
    snapshot.excluded = scan.exclusions.words();
    for (const auto& entry : scan.entries)
      if (S_ISREG(entry.mode)) snapshot.newest_ns = std::max(snapshot.newest_ns, entry.stamp.mtime_ns);
    return snapshot;
  }

 private:
  // Reused when another has stored the same meanwhile.
  Result<void> store(Capture& capture, Snapshot& snapshot) {
    const RemoveAtEnd temporary{snapshots_ / (std::string(kUnfinished) + base::random_hex(8))};
    const protocol::SnapshotDir made{temporary.path};
    TRY(base::make_directories(made.root));
    TRY_ASSIGN(auto writer, base::ArchiveWriter::open(made.archive()));
    TRY(capture.archive(writer));
    TRY(writer.finish());
    TRY(base::write_file_atomic(made.manifest(), capture.manifest()));
    snapshot.digest = base::sha256_hex(capture.manifest());
    const Path place = snapshots_ / snapshot.digest;
    snapshot.reused = ::rename(made.root.c_str(), place.c_str()) != 0;
    if (snapshot.reused && errno != EEXIST && errno != ENOTEMPTY) return base::os_error("cannot store it");
    return base::sync_directory(snapshots_);
  }

  const base::Fd& root_;
  const Path& snapshots_;
  const Ignore& rules_;
  const SnapshotOptions& options_;
};

// A state directory that lies in the source would grow with every snapshot of itself.
ScanOptions scan_options(const Path& snapshots, const SnapshotLimits& limits, const SnapshotOptions& options) {
  ScanOptions scan;
  scan.limits = limits;
  scan.sent = options.sent;
  scan.progress = options.progress;
  scan.stop = options.stop;
  for (const Path& ours : {snapshots, snapshots.parent_path()}) {
    struct stat st {};
    if (::stat(ours.c_str(), &st) == 0) scan.ours.emplace_back(st.st_dev, st.st_ino);
  }
  return scan;
}

Result<Snapshot> take(const Path& source, const Path& snapshots, const SnapshotLimits& limits,
                      const SnapshotOptions& options) {
  TRY_ASSIGN(const base::Fd root, open_source(source));
  auto rules = options.everything ? Result<Ignore>(Ignore::nothing()) : read_rules(source);
  if (!rules) return rules.error();
  for (const auto& path : options.linked) rules->exclude_linked(path);
  const auto scanning = scan_options(snapshots, limits, options);
  for (int i = 1;; ++i) {
    TRY_ASSIGN(const Scan scan, scan_source(root, *rules, scanning));
    if (scan.over_limits) return too_large(scan, *rules, limits, options.largest);
    auto snapshot = Taking(root, snapshots, *rules, options).of(scan);
    if (snapshot || i == kSnapshotTries || snapshot.error().code != std::errc::resource_unavailable_try_again)
      return snapshot;
  }
}

}  // namespace

Result<Snapshot> take_snapshot(const Path& source, const Path& snapshots, const SnapshotLimits& limits,
                               const SnapshotOptions& options) {
  auto snapshot = take(source, snapshots, limits, options);
  // Without its file the cache is only slower.
  if (options.cache) (void)options.cache->save();
  if (snapshot) return snapshot;
  const std::string& called = options.called.empty() ? source.native() : options.called;
  return snapshot.error().with("cannot take a snapshot of '" + base::to_utf8(called) + "'");
}

}  // namespace source
