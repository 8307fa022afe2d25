// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/capture.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.h"
#include "base/text.h"

namespace source {

namespace {

using base::Result;
using Type = ManifestEntry::Type;

constexpr int kCaptureTries = 3;
constexpr std::size_t kPiece = 1 << 20, kWholeInMemory = 64 << 20;
// So much may be read before it is known whether an archive must be written.
constexpr std::uint64_t kReadAhead = 8 << 20;

base::Error changed(const std::string& path) {
  return base::error(std::string("'").append(base::to_utf8(path)).append("' changes while it is read"),
                     std::errc::resource_unavailable_try_again);
}

bool changed_meanwhile(int number) {
  return number == ENOENT || number == ENOTDIR || number == ELOOP || number == EINVAL;
}

}  // namespace

Capture::Capture(const base::Fd& root, const Scan& scan, const Ignore& rules, const SnapshotOptions& options)
    : root_(root), scan_(scan), rules_(rules), options_(options) {
  manifest_.reserve(scan.entries.size() * 160);
}

Result<bool> Capture::from_cache() {
  if (!options_.cache) return false;
  std::uint64_t unknown = 0;
  ManifestEntry entry;
  for (const auto& scanned : scan_.entries) {
    TRY(begin(scanned, entry));
    entry.size = scanned.stamp.size;
    if (entry.type == Type::file && !options_.cache->find(scanned.stamp, entry.sha256)) {
      unknown += entry.size;
      if (unknown > kReadAhead) return false;
      TRY(read_small(entry));
      held_[entry.path] = {entry, std::exchange(content_, {})};
    }
    line(entry);
  }
  return true;
}

Result<void> Capture::archive(base::ArchiveWriter& writer) {
  manifest_.clear();
  bytes_ = 0;
  ManifestEntry entry;
  for (const auto& scanned : scan_.entries) {
    TRY(begin(scanned, entry));
    TRY(archive_entry(entry, scanned.stamp.size, writer));
    line(entry);
  }
  return {};
}

Result<void> Capture::archive_entry(ManifestEntry& entry, std::uint64_t size, base::ArchiveWriter& writer) {
  switch (entry.type) {
    case Type::directory:
      return writer.add_directory(entry.path, entry.mode);
    case Type::link:
      return writer.add_link(entry.path, entry.target);
    case Type::file:
      break;
  }
  return archive_file(entry, size, writer);
}

// Everything about an entry that is known without reading a file.
Result<void> Capture::begin(const ScanEntry& scanned, ManifestEntry& entry) const {
  entry.path = scanned.path;
  entry.mode = scanned.mode & 0777;
  entry.type = S_ISDIR(scanned.mode) ? Type::directory : S_ISLNK(scanned.mode) ? Type::link : Type::file;
  if (entry.type != Type::link) return {};
  char target[PATH_MAX];
  const ssize_t n = ::readlinkat(root_.get(), scanned.path.c_str(), target, sizeof target);
  if (n < 0 && changed_meanwhile(errno)) return changed(scanned.path);
  if (n < 0) return unreadable("cannot read link", scanned.path);
  entry.target.assign(target, static_cast<std::size_t>(n));
  return {};
}

Result<void> Capture::archive_file(ManifestEntry& entry, std::uint64_t size, base::ArchiveWriter& writer) {
  if (size > kWholeInMemory) return stream_large(entry, writer);
  if (const auto held = held_.find(entry.path); held != held_.end()) {
    entry = std::move(held->second.entry);
    content_ = std::move(held->second.content);
    held_.erase(held);
  } else {
    TRY(read_small(entry));
  }
  TRY(writer.add_file(entry.path, entry.mode, entry.size));
  return writer.write(content_);
}

Result<void> Capture::read_small(ManifestEntry& entry) {
  for (int i = 0; i < kCaptureTries; ++i) {
    TRY_ASSIGN(const bool steady, read_once(entry));
    if (steady) return {};
  }
  auto refused = changed(entry.path);
  refused.code = std::make_error_code(std::errc::text_file_busy);  // tried enough
  return refused;
}

Result<bool> Capture::read_once(ManifestEntry& entry) {
  struct stat before {
  }, after{};
  TRY_ASSIGN(const base::Fd fd, open(entry.path, before));
  entry.size = static_cast<std::uint64_t>(before.st_size);
  entry.mode = before.st_mode & 0777;
  if (entry.size > kWholeInMemory) return changed(entry.path);
  TRY(fill(fd, entry.path, 0, entry.size));
  if (::fstat(fd.get(), &after) != 0) return unreadable("cannot inspect", entry.path);
  if (content_.size() != entry.size || FileStamp::of(before) != FileStamp::of(after)) return false;
  entry.sha256 = base::sha256_hex(content_);
  note(before, entry.sha256);
  TRY(advance(entry.size, true));
  return true;
}

// Lies in the archive before it is known whether it was steady: if not, all is tried again.
Result<void> Capture::stream_large(ManifestEntry& entry, base::ArchiveWriter& writer) {
  struct stat before {
  }, after{};
  TRY_ASSIGN(const base::Fd fd, open(entry.path, before));
  entry.size = static_cast<std::uint64_t>(before.st_size);
  entry.mode = before.st_mode & 0777;
  TRY(writer.add_file(entry.path, entry.mode, entry.size));
  base::Sha256 sum;
  for (std::uint64_t at = 0; at < entry.size; at += content_.size()) {
    TRY(fill(fd, entry.path, at, std::min<std::uint64_t>(kPiece, entry.size - at)));
    if (content_.empty()) return changed(entry.path);
    sum.update(content_);
    TRY(writer.write(content_));
    TRY(advance(content_.size(), false));
  }
  if (::fstat(fd.get(), &after) != 0) return unreadable("cannot inspect", entry.path);
  if (FileStamp::of(before) != FileStamp::of(after)) return changed(entry.path);
  entry.sha256 = sum.hex();
  note(before, entry.sha256);
  return advance(0, true);
}

Result<base::Fd> Capture::open(const std::string& path, struct stat& st) const {
  base::Fd fd(::openat(root_.get(), path.c_str(),
                       O_RDONLY | (scan_.followed.contains(path) ? 0 : O_NOFOLLOW) | O_NONBLOCK | O_CLOEXEC));
  if (!fd && changed_meanwhile(errno)) return changed(path);
  if (!fd) return unreadable("cannot read", path);
  if (::fstat(fd.get(), &st) != 0) return unreadable("cannot inspect", path);
  if (!S_ISREG(st.st_mode)) return changed(path);
  return fd;
}

// content_ becomes the bytes there; shorter at the end of the file.
Result<void> Capture::fill(const base::Fd& fd, const std::string& path, std::uint64_t offset, std::size_t size) {
  content_.resize(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t n = ::pread(fd.get(), content_.data() + have, size - have, static_cast<off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unreadable("cannot read", path);
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  content_.resize(have);
  return {};
}

base::Error Capture::unreadable(std::string_view what, const std::string& path) const {
  auto why = base::os_error(std::string(what) + " '" + base::to_utf8(path) + "'");
  why.message += how_to_exclude(rules_, path);
  return why;
}

void Capture::line(const ManifestEntry& entry) {
  append_manifest_line(manifest_, entry);
  if (entry.type == Type::file) bytes_ += entry.size;
}

void Capture::note(const struct stat& st, const std::string& sha256) const {
  if (options_.cache) options_.cache->note(FileStamp::of(st), sha256);
}

Result<void> Capture::advance(std::uint64_t bytes, bool file_done) {
  bytes_read_ += bytes;
  files_ += file_done;
  if (options_.progress) options_.progress({SnapshotProgress::Phase::reading, files_, bytes_read_, scan_.bytes});
  return check_stop(options_.stop);
}

}  // namespace source
