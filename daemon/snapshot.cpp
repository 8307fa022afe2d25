// SPDX-License-Identifier: Apache-2.0
#include "daemon/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/archive_writer.h"
#include "base/digest.h"
#include "base/text.h"
#include "daemon/ignore.h"
#include "protocol/bytes_json.h"

namespace yard {

namespace {

namespace fs = std::filesystem;
using base::Path;
using base::Result;

constexpr int kTries = 3;
constexpr std::size_t kPiece = 1 << 20, kWholeInMemory = 64 << 20;

struct Entry {
  std::string path;
  mode_t mode = 0;
  std::uint64_t size = 0;
};

struct LeftOut {
  std::uint64_t files = 0;
  std::vector<std::string> directories;
};

struct Scan {
  std::vector<Entry> entries;
  std::uint64_t files = 0, bytes = 0;
  std::map<std::pair<std::string, std::string>, LeftOut> left_out;  // by source and rule
};

std::string quoted(const std::string& path) { return "'" + base::to_utf8(path) + "'"; }

void note_left_out(Scan& scan, const Ignore::Answer& why, const Path& full, const std::string& path, bool directory) {
  auto& left = scan.left_out[{why.source, why.rule}];
  if (!directory) ++left.files;
  else if (why.source == "runyard") left.directories.push_back(base::to_utf8(path) + "/");
  else left.directories.push_back(base::to_utf8(path) + "/ (" + base::words_of_bytes(base::disk_usage(full)) + ")");
}

Result<void> scan_folder(const Path& root, const std::string& folder, const Ignore& ignore, Scan& scan) {
  std::error_code ec;
  for (fs::directory_iterator it(root / folder, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string path = folder.empty() ? it->path().filename().string()
                                            : folder + "/" + it->path().filename().string();
    struct stat st {};
    if (::lstat(it->path().c_str(), &st) != 0) {
      if (errno == ENOENT) continue;
      return base::os_error("cannot inspect " + quoted(path));
    }
    const bool directory = S_ISDIR(st.st_mode);
    if (const auto answer = ignore.ask(path, directory); answer.excluded) {
      note_left_out(scan, answer, it->path(), path, directory);
      continue;
    }
    if (!directory && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
      ++scan.left_out[{"runyard", "sockets, FIFOs and devices"}].files;
      continue;
    }
    const std::uint64_t size = S_ISREG(st.st_mode) ? static_cast<std::uint64_t>(st.st_size) : 0;
    scan.entries.push_back({path, st.st_mode, size});
    scan.files += !directory;
    scan.bytes += size;
    if (directory) TRY(scan_folder(root, path, ignore, scan));
  }
  if (ec) return base::os_error("cannot read folder " + quoted((root / folder).string()), ec.value());
  return {};
}

Result<Ignore> read_rules(const Path& source) {
  for (const char* name : {".amlignore", ".gitignore"}) {
    auto text = base::read_file(source / name, 1 << 20);
    if (text) return Ignore(*text, name);
    if (text.error().code != std::errc::no_such_file_or_directory) return text.error();
  }
  return Ignore();
}

std::string words_left_out(const Scan& scan) {
  std::map<std::string, std::string> by_source;
  for (const auto& [key, left] : scan.left_out) {
    std::string& words = by_source[key.first];
    for (const auto& directory : left.directories) words += (words.empty() ? "" : ", ") + directory;
    if (left.files > 0)
      words += (words.empty() ? "" : ", ") + std::to_string(left.files) + (left.files == 1 ? " file " : " files ") +
               base::to_utf8(key.second);
  }
  std::string sentence;
  for (const auto& [source, words] : by_source)
    sentence += (sentence.empty() ? "left out by " : "; by ") + source + ": " + words;
  return sentence;
}

base::Error too_large(const Scan& scan) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> tops;  // bytes, files
  for (const auto& entry : scan.entries) {
    if (S_ISDIR(entry.mode)) continue;
    const auto slash = entry.path.find('/');
    auto& top = tops[slash == std::string::npos ? entry.path : entry.path.substr(0, slash + 1)];
    top.first += entry.size;
    ++top.second;
  }
  std::vector<std::pair<std::pair<std::uint64_t, std::uint64_t>, std::string>> largest;
  for (const auto& [name, size] : tops) largest.push_back({size, name});
  std::sort(largest.rbegin(), largest.rend());
  if (largest.size() > 10) largest.resize(10);
  std::string words = "cannot take snapshot: the folder has " + base::words_of_bytes(scan.bytes) + " in " +
                      std::to_string(scan.files) + " files; the largest, and the .amlignore line for each:";
  for (const auto& [size, name] : largest)
    words += "\n  " + base::words_of_bytes(size.first) + ", " + std::to_string(size.second) + " files: /" +
             base::to_utf8(name);
  return base::error(words, std::errc::file_too_large);
}

bool same(const struct stat& a, const struct stat& b) {
  return a.st_size == b.st_size && a.st_ino == b.st_ino && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec &&
         a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

base::Error changed(const std::string& path) {
  return base::error("cannot take snapshot: " + quoted(path) + " changes while it is read",
                     std::errc::resource_unavailable_try_again);
}

class Capture {
 public:
  Capture(const Path& root, base::ArchiveWriter& writer) : root_(root), writer_(writer) {}

  Result<void> add(const Entry& entry) {
    nlohmann::ordered_json line;
    line["path"] = protocol::bytes_to_json(entry.path);
    if (S_ISDIR(entry.mode)) {
      line["type"] = "directory";
      line["mode"] = entry.mode & 0777;
      TRY(writer_.add_directory(entry.path, entry.mode & 0777));
    } else if (S_ISLNK(entry.mode)) {
      std::error_code ec;
      const std::string target = fs::read_symlink(root_ / entry.path, ec).string();
      if (ec) return base::os_error("cannot read link " + quoted(entry.path), ec.value());
      line["type"] = "link";
      line["mode"] = 0777;
      line["target"] = protocol::bytes_to_json(target);
      TRY(writer_.add_link(entry.path, target));
    } else {
      TRY(add_file(entry.path, line));
    }
    manifest += line.dump() + "\n";
    return {};
  }

  std::string manifest;
  std::uint64_t bytes = 0;

 private:
  // A small file is tried again here; a large one lies in the archive already, so all of it is.
  Result<void> add_file(const std::string& path, nlohmann::ordered_json& line) {
    for (int i = 0; i < kTries; ++i) {
      TRY_ASSIGN(const base::Fd fd, base::open_file(root_ / path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
      struct stat before {}, after {};
      if (::fstat(fd.get(), &before) != 0) return base::os_error("cannot inspect " + quoted(path));
      if (!S_ISREG(before.st_mode)) return changed(path);
      const auto size = static_cast<std::uint64_t>(before.st_size);
      const bool small = size <= kWholeInMemory;
      std::string content, digest;
      if (small) {
        TRY_ASSIGN_FOR("cannot read " + quoted(path), content, base::read_at(fd, 0, size));
        digest = base::sha256_hex(content);
      } else {
        TRY_ASSIGN(digest, stream(fd, path, before));
      }
      if (::fstat(fd.get(), &after) != 0) return base::os_error("cannot inspect " + quoted(path));
      if (!same(before, after) || (small && content.size() != size)) {
        if (!small) return changed(path);
        continue;
      }
      if (small) TRY(writer_.add_file(path, before.st_mode & 0777, size));
      if (small) TRY(writer_.write(content));
      bytes += size;
      line["type"] = "file";
      line["mode"] = before.st_mode & 0777;
      line["size"] = size;
      line["sha256"] = digest;
      return {};
    }
    auto refused = changed(path);
    refused.code = std::make_error_code(std::errc::text_file_busy);  // tried enough
    return refused;
  }

  Result<std::string> stream(const base::Fd& fd, const std::string& path, const struct stat& st) {
    const auto size = static_cast<std::uint64_t>(st.st_size);
    TRY(writer_.add_file(path, st.st_mode & 0777, size));
    base::Sha256 sum;
    for (std::uint64_t at = 0; at < size;) {
      TRY_ASSIGN_FOR("cannot read " + quoted(path), const std::string piece,
                     base::read_at(fd, at, std::min<std::uint64_t>(kPiece, size - at)));
      if (piece.empty()) return changed(path);
      sum.update(piece);
      TRY(writer_.write(piece));
      at += piece.size();
    }
    return sum.hex();
  }

  const Path& root_;
  base::ArchiveWriter& writer_;
};

struct RemoveAtEnd {
  Path path;
  ~RemoveAtEnd() {
    std::error_code ec;
    fs::remove_all(path, ec);
  }
};

Result<Snapshot> capture(const Path& source, const Path& snapshots, const Scan& scan) {
  const RemoveAtEnd temporary{snapshots / (".tmp-" + base::random_hex(8))};
  TRY(base::make_directories(temporary.path));
  TRY_ASSIGN(auto writer, base::ArchiveWriter::open(temporary.path / "archive.tar.zst"));
  Capture all(source, writer);
  for (const auto& entry : scan.entries) TRY(all.add(entry));
  TRY(writer.finish());
  TRY(base::write_file_atomic(temporary.path / "manifest.json", all.manifest));
  Snapshot snapshot;
  snapshot.digest = base::sha256_hex(all.manifest);
  snapshot.files = scan.files;
  snapshot.bytes = all.bytes;
  const Path place = snapshots / snapshot.digest;
  if (::rename(temporary.path.c_str(), place.c_str()) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY) return base::os_error("cannot store snapshot");
    snapshot.reused = true;
  }
  TRY(base::sync_directory(snapshots));
  return snapshot;
}

}  // namespace

Result<Snapshot> take_snapshot(const Path& source, const Path& snapshots, const SnapshotLimits& limits) {
  TRY_ASSIGN_FOR("cannot take snapshot", const Ignore ignore, read_rules(source));
  Scan scan;
  TRY_FOR("cannot take snapshot", scan_folder(source, "", ignore, scan));
  if (!limits.large && (scan.bytes > limits.bytes || scan.files > limits.files)) return too_large(scan);
  std::sort(scan.entries.begin(), scan.entries.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  for (int i = 1;; ++i) {
    auto snapshot = capture(source, snapshots, scan);
    if (snapshot) snapshot->left_out = words_left_out(scan);
    if (snapshot || i == kTries || snapshot.error().code != std::errc::resource_unavailable_try_again) return snapshot;
  }
}

}  // namespace yard
