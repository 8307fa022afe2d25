// SPDX-License-Identifier: Apache-2.0
// Archives from strangers: nothing is made outside of the folder, nothing but files, folders and links, within the
// limits.
#include "base/archive.h"

#include <sys/stat.h>
#include <zstd.h>

#include <map>

#include "base/archive_files.h"
#include "base/text.h"
#include "base/zip.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1 << 16;

/// A tar as its compressed form, so that what is tried gets past zstd.
std::string compressed(std::string_view tar) {
  std::string frame(ZSTD_compressBound(tar.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), tar.data(), tar.size(), 1));
  return frame;
}

mode_t mode_of(const base::Path& path) {
  struct stat status {};
  EXPECT(::lstat(path.c_str(), &status) == 0);
  return status.st_mode;
}

/// What lies beside the folder: path to mode and content.
std::map<std::string, std::string> surroundings(const base::Path& root, const base::Path& into) {
  std::map<std::string, std::string> found;
  for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
    if (entry->path() == into) {
      entry.disable_recursion_pending();
      continue;
    }
    const auto text = entry->is_regular_file() ? base::read_file(entry->path()) : base::Result<std::string>("");
    found[entry->path()] = std::to_string(mode_of(entry->path())) + (text ? *text : "unreadable");
  }
  return found;
}

bool leads_out(const base::Path& link, const base::Path& into) {
  const auto target = fs::read_symlink(link);
  const auto whole = target.is_absolute() ? target : (link.parent_path() / target).lexically_normal();
  return !whole.lexically_relative(into).empty() && *whole.lexically_relative(into).begin() == "..";
}

void expect_harmless(const base::Path& into, bool outside_links) {
  // A folder without our permissions cannot be looked into by everybody: what was made before it can.
  for (fs::recursive_directory_iterator entry(into, fs::directory_options::skip_permission_denied), end; entry != end;
       ++entry) {
    const mode_t mode = mode_of(entry->path());
    EXPECT(S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode));
    if (S_ISLNK(mode)) EXPECT(outside_links || !leads_out(entry->path(), into));
    else EXPECT((mode & 07000) == 0);
  }
}

void open_up(const base::Path& folder) {
  std::error_code ignored;
  fs::permissions(folder, fs::perms::owner_all, ignored);
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored))
    if (!entry->is_symlink(ignored) && entry->is_directory(ignored)) open_up(entry->path());
}

void unpack(const base::Path& root, bool outside_links) {
  const base::Path into = root / "into";
  EXPECT(fs::create_directory(into));
  const auto before = surroundings(root, into);
  base::ExtractLimits limits;
  limits.bytes = kMostBytes;
  limits.entries = 100;
  const auto report = base::extract_tar_zst(root / "a.tar.zst", into, outside_links, limits);
  if (report) EXPECT(report->bytes <= kMostBytes && report->files <= limits.entries);
  EXPECT(surroundings(root, into) == before);
  expect_harmless(into, outside_links);
  open_up(into);
  fs::remove_all(into);
}

/// False when the archive is broken.
bool zip_to_end(const base::Path& file) {
  const auto zip = base::zip_of_tar_zst(file);
  if (!zip) return false;
  for (;;) {
    const auto piece = (*zip)->next();
    if (!piece || !*piece) return piece.has_value();
  }
}

}  // namespace

/// A tar; with "zst" before it, bytes as they are.
void fuzz::archive(std::string_view input) {
  static const Scratch scratch;
  const base::Path root = scratch.path / "root", file = root / "a.tar.zst";
  fs::create_directories(root / "victim");
  if (!fs::exists(root / "victim" / "canary")) write(root / "victim" / "canary", "sings");
  write(file, input.starts_with("zst") ? std::string(input.substr(3)) : compressed(input));
  unpack(root, false);
  unpack(root, true);
  const bool zipped = zip_to_end(file);
  const auto one = base::file_of_tar_zst(file, "a", root, false);
  if (zipped && !one) EXPECT(one.error().code == std::errc::no_such_file_or_directory);
}
