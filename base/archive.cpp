// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>

#include "base/libarchive.h"
#include "base/text.h"

namespace base {

namespace {

Error broken(archive* a) {
  const char* words = archive_error_string(a);
  return error(std::string("cannot read archive: ") + (words ? words : "it is broken"), std::errc::bad_message);
}

Error over(const std::string& what) {
  return error("cannot unpack archive: it has more than " + what, std::errc::file_too_large);
}

// "./a/" and "a" are the same entry; "" is the root itself.
std::string_view entry_name(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  while (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
  return name == "." ? std::string_view() : name;
}

// True when no link in between can make the target of link `name` lie outside: ".." only in front, and no more of
// them than `name` has parents (which are real directories).
bool stays_inside(std::string_view name, std::string_view target) {
  if (target.empty() || target.front() == '/') return false;
  auto depth = split(name, '/').size() - 1;
  bool named = false;
  for (const auto& part : split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      named = true;
      continue;
    }
    if (named || depth == 0) return false;
    --depth;
  }
  return true;
}

// Two blocks of zeros end a tar. libarchive does not miss them.
Result<void> check_end(const Fd& file) {
  constexpr std::size_t kEnd = 1024;
  TRY_ASSIGN(const std::uint64_t size, file_size(file));
  TRY_ASSIGN(const std::string end, read_at(file, size < kEnd ? 0 : size - kEnd, kEnd));
  if (end == std::string(kEnd, '\0')) return {};
  return error("cannot read archive: it is cut off, its end is missing", std::errc::bad_message);
}

const char* describe_type(unsigned type) {
  switch (type) {
    case AE_IFCHR:
    case AE_IFBLK:
      return "a device";
    case AE_IFIFO:
      return "a FIFO";
    case AE_IFSOCK:
      return "a socket";
    default:
      return "of an unknown type";
  }
}

class Extraction {
 public:
  /// `whole`: as extract_tar() promises.
  Extraction(const Path& into, bool outside_links, bool whole, const ExtractLimits& limits)
      : into_(into), outside_links_(outside_links), whole_(whole), limits_(limits) {}

  Result<ExtractReport> run(const Path& file) {
    archive* const r = reader_.get();
    if (archive_read_support_filter_zstd(r) != ARCHIVE_OK) return broken(r);
    archive_read_support_format_empty(r);
    TRY(prepare());
    if (archive_read_open_filename(r, file.c_str(), kArchiveBlock) != ARCHIVE_OK) {
      if (const int number = archive_errno(r); number > 0)
        return os_error("cannot open archive '" + file.string() + "'", number);
      return broken(r);
    }
    return unpack();
  }

  Result<ExtractReport> run(const Fd& file) {
    TRY(prepare());
    file_ = &file;
    if (archive_read_open(reader_.get(), this, nullptr, read_block, nullptr) != ARCHIVE_OK)
      return broken(reader_.get());
    TRY_ASSIGN(auto report, unpack());
    TRY(check_end(file));
    return report;
  }

 private:
  Result<void> prepare() {
    // SECURE_SYMLINKS checks every component, so the folder's own must be real ones.
    std::error_code ec;
    into_ = std::filesystem::canonical(into_, ec);
    if (ec) return os_error("cannot unpack archive into '" + into_.string() + "'", ec.value());
    if (archive_read_support_format_tar(reader_.get()) != ARCHIVE_OK) return broken(reader_.get());
    archive_write_disk_set_options(
        disk_.get(), ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT);
    return {};
  }

  // libarchive keeps the headers of an entry in memory, however many there are.
  static la_ssize_t read_block(archive* reader, void* self, const void** bytes) {
    auto& extraction = *static_cast<Extraction*>(self);
    if (extraction.header_left_ == 0) {
      archive_set_error(reader, EFBIG, "the header of an entry is too large");
      return -1;
    }
    auto block = read_at(*extraction.file_, extraction.read_, kArchiveBlock);
    if (!block) {
      archive_set_error(reader, block.error().code.value(), "%s", block.error().message.c_str());
      return -1;
    }
    extraction.block_ = std::move(*block);
    *bytes = extraction.block_.data();
    extraction.read_ += extraction.block_.size();
    extraction.header_left_ -= std::min(extraction.header_left_, extraction.block_.size());
    return static_cast<la_ssize_t>(extraction.block_.size());
  }

  Result<ExtractReport> unpack() {
    for (;;) {
      archive_entry* entry = nullptr;
      header_left_ = limits_.header;
      const int got = archive_read_next_header(reader_.get(), &entry);
      if (got != ARCHIVE_EOF && got != ARCHIVE_OK && got != ARCHIVE_WARN) return broken(reader_.get());
      if (!file_ && archive_filter_code(reader_.get(), 0) != ARCHIVE_FILTER_ZSTD)
        return error("cannot read archive: it is not compressed with zstd", std::errc::bad_message);
      if (got == ARCHIVE_EOF) break;
      header_left_ = SIZE_MAX;
      TRY(take(entry));
      if (archive_read_data_skip(reader_.get()) < ARCHIVE_WARN) return broken(reader_.get());
    }
    // Directories get their modes here.
    if (archive_write_close(disk_.get()) != ARCHIVE_OK) return disk_error("its directories");
    return std::move(report_);
  }

  Error disk_error(const std::string& name) {
    const int number = archive_errno(disk_.get());
    return os_error("cannot unpack '" + to_utf8(name) + "'", number > 0 ? number : EIO);
  }

  Result<void> take(archive_entry* entry) {
    if (++entries_ > limits_.entries) return over(std::to_string(limits_.entries) + " entries");
    // Also for entries that are skipped: their bytes are read over.
    if (!is_empty(entry))
      TRY(count_bytes_to(announced_ + static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0))));
    const char* raw = archive_entry_pathname(entry);
    if (!raw) return skip("(unreadable name)", "its name cannot be read");
    const std::string name(entry_name(raw));
    if (name.empty()) return {};
    if (name.size() > limits_.path_length) return over(std::to_string(limits_.path_length) + " bytes in a path");
    std::string why = refusal(entry, name);
    if (why.empty() && whole_) why = misplacement(entry, name);
    if (!why.empty()) return skip(name, why);
    return make(entry, name);
  }

  // Why an entry is not where it belongs; empty when it is.
  std::string misplacement(archive_entry* entry, const std::string& name) {
    const auto slash = name.rfind('/');
    if (slash != std::string::npos) {
      const auto folder = made_.find(name.substr(0, slash));
      if (folder == made_.end() || !folder->second) return "its folder does not come before it";
    }
    const bool holds = archive_entry_filetype(entry) == AE_IFDIR && !is_empty(entry);
    return made_.emplace(name, holds).second ? "" : "it comes twice";
  }

  bool is_empty(archive_entry* entry) const { return whole_ && (archive_entry_perm(entry) & 0777) == 0; }

  unsigned permissions(archive_entry* entry) const {
    const unsigned mode = archive_entry_perm(entry) & 0777;
    if (!whole_ || is_empty(entry)) return mode;
    return mode | (archive_entry_filetype(entry) == AE_IFDIR ? 0700 : 0600);
  }

  Result<void> count_bytes_to(std::uint64_t total) {
    if (total > limits_.bytes) return over(format_bytes(limits_.bytes));
    announced_ = total;
    return {};
  }

  // Why an entry is not made; empty when it is.
  std::string refusal(archive_entry* entry, const std::string& name) const {
    if (name.front() == '/') return "an absolute path";
    if (!is_safe_relative(name)) return "a path that may lead out of the folder";
    if (archive_entry_hardlink(entry)) return "a hard link";
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFREG || type == AE_IFDIR) return "";
    if (type != AE_IFLNK) return describe_type(type);
    const char* target = archive_entry_symlink(entry);
    if (!target || !*target) return "a link without a target";
    if (!outside_links_ && !stays_inside(name, target)) return "a link that leads out of the folder";
    return "";
  }

  Result<void> skip(const std::string& name, const std::string& why) {
    if (whole_) return error("cannot unpack '" + to_utf8(name.substr(0, 200)) + "': " + why, std::errc::bad_message);
    if (report_.skipped.size() < kReasonsKept) report_.skipped.push_back(to_utf8(name) + ": " + why);
    return {};
  }

  // A fresh entry, so that only the attributes named here (no flags, ACLs, owners) reach the disk.
  Result<void> make(archive_entry* entry, const std::string& name) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> clean(archive_entry_new(), archive_entry_free);
    const auto type = archive_entry_filetype(entry);
    archive_entry_copy_pathname(clean.get(), (into_ / name).c_str());
    archive_entry_set_filetype(clean.get(), type);
    archive_entry_set_perm(clean.get(), permissions(entry));
    if (type == AE_IFLNK) archive_entry_copy_symlink(clean.get(), archive_entry_symlink(entry));
    if (type == AE_IFREG) archive_entry_set_size(clean.get(), archive_entry_size(entry));
    if (archive_write_header(disk_.get(), clean.get()) != ARCHIVE_OK) return not_made(name);
    if (type == AE_IFREG && !is_empty(entry)) TRY(copy(name));
    if (type == AE_IFLNK) note_outside(name, archive_entry_symlink(entry));
    if (archive_write_finish_entry(disk_.get()) != ARCHIVE_OK) return disk_error(name);
    return {};
  }

  void note_outside(const std::string& name, const char* target) {
    if (!stays_inside(name, target) && report_.outside.size() < kReasonsKept)
      report_.outside.push_back(to_utf8(name) + " -> " + to_utf8(target));
  }

  // What the archive is to blame for is skipped; a full disk is an error.
  Result<void> not_made(const std::string& name) {
    const int number = archive_errno(disk_.get());
    if (number <= 0 || number == ELOOP) return skip(name, "its parent is a link");
    if (number == EEXIST || number == ENOTDIR || number == EISDIR || number == ENOTEMPTY)
      return skip(name, "another entry is in its place");
    if (number == ENAMETOOLONG) return skip(name, "its name is too long");
    return disk_error(name);
  }

  Result<void> copy(const std::string& name) {
    for (;;) {
      const void* data = nullptr;
      std::size_t size = 0;
      la_int64_t offset = 0;
      const int got = archive_read_data_block(reader_.get(), &data, &size, &offset);
      if (got == ARCHIVE_EOF) break;
      if (got != ARCHIVE_OK) return broken(reader_.get());
      if (limits_.stop && *limits_.stop) return error("cannot unpack archive: given up", std::errc::operation_canceled);
      if (archive_write_data_block(disk_.get(), data, size, offset) != ARCHIVE_OK) return disk_error(name);
      report_.bytes += size;
    }
    ++report_.files;
    return {};
  }

  Path into_;
  bool outside_links_, whole_;
  ExtractLimits limits_;
  ArchiveReader reader_{archive_read_new()};
  std::unique_ptr<archive, FreeWriter> disk_{archive_write_disk_new()};
  ExtractReport report_;
  std::uint64_t entries_ = 0;
  std::uint64_t announced_ = 0;                    // sum of the sizes in headers
  std::map<std::string, bool, std::less<>> made_;  // if whole: entries, and whether one may hold others
  const Fd* file_ = nullptr;                       // if not compressed: what is read, how far, and the last block
  std::uint64_t read_ = 0;
  std::string block_;
  std::size_t header_left_ = SIZE_MAX;
};

}  // namespace

Result<ExtractReport> extract_tar_zst(const Path& archive, const Path& into, bool outside_links,
                                      const ExtractLimits& limits) {
  return Extraction(into, outside_links, false, limits).run(archive);
}

Result<ExtractReport> extract_tar(const Fd& archive, const Path& into, const ExtractLimits& limits) {
  return Extraction(into, true, true, limits).run(archive);
}

}  // namespace base
