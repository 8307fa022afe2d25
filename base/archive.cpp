// SPDX-License-Identifier: Apache-2.0
#include "base/archive.h"

#include <algorithm>
#include <cerrno>
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
  Extraction(const Path& into, bool outside_links, const ExtractLimits& limits)
      : into_(into), outside_links_(outside_links), limits_(limits) {}

  Result<ExtractReport> run(const Path& file) {
    TRY(open(file));
    for (;;) {
      archive_entry* entry = nullptr;
      const int got = archive_read_next_header(reader_.get(), &entry);
      if (got != ARCHIVE_EOF && got != ARCHIVE_OK && got != ARCHIVE_WARN) return broken(reader_.get());
      if (archive_filter_code(reader_.get(), 0) != ARCHIVE_FILTER_ZSTD)
        return error("cannot read archive: it is not compressed with zstd", std::errc::bad_message);
      if (got == ARCHIVE_EOF) break;
      TRY(take(entry));
    }
    // Directories get their modes here.
    if (archive_write_close(disk_.get()) != ARCHIVE_OK) return disk_error("its directories");
    return std::move(report_);
  }

 private:
  Result<void> open(const Path& file) {
    // SECURE_SYMLINKS checks every component, so the folder's own must be real ones.
    std::error_code ec;
    into_ = std::filesystem::canonical(into_, ec);
    if (ec) return os_error("cannot unpack archive into '" + into_.string() + "'", ec.value());
    archive* r = reader_.get();
    if (archive_read_support_filter_zstd(r) != ARCHIVE_OK || archive_read_support_format_tar(r) != ARCHIVE_OK)
      return broken(r);
    archive_read_support_format_empty(r);
    archive_write_disk_set_options(
        disk_.get(), ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT);
    if (archive_read_open_filename(r, file.c_str(), 1 << 17) != ARCHIVE_OK) {
      if (const int number = archive_errno(r); number > 0)
        return os_error("cannot open archive '" + file.string() + "'", number);
      return broken(r);
    }
    return {};
  }

  Error disk_error(const std::string& name) {
    const int number = archive_errno(disk_.get());
    return os_error("cannot unpack '" + to_utf8(name) + "'", number > 0 ? number : EIO);
  }

  Result<void> take(archive_entry* entry) {
    if (++entries_ > limits_.entries) return over(std::to_string(limits_.entries) + " entries");
    // Also for entries that are skipped: their bytes are read over.
    TRY(count_bytes_to(announced_ + static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0))));
    const char* raw = archive_entry_pathname(entry);
    if (!raw) return skip("(unreadable name)", "its name cannot be read");
    const std::string name(entry_name(raw));
    if (name.empty()) return {};
    if (name.size() > limits_.path_length) return over(std::to_string(limits_.path_length) + " bytes in a path");
    const std::string why = refusal(entry, name);
    if (!why.empty()) return skip(name, why);
    return make(entry, name);
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
    if (report_.skipped.size() < kReasonsKept) report_.skipped.push_back(to_utf8(name) + ": " + why);
    return {};
  }

  // A fresh entry, so that only the attributes named here (no flags, ACLs, owners) reach the disk.
  Result<void> make(archive_entry* entry, const std::string& name) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> clean(archive_entry_new(), archive_entry_free);
    const auto type = archive_entry_filetype(entry);
    archive_entry_copy_pathname(clean.get(), (into_ / name).c_str());
    archive_entry_set_filetype(clean.get(), type);
    archive_entry_set_perm(clean.get(), archive_entry_perm(entry) & 0777);
    if (type == AE_IFLNK) archive_entry_copy_symlink(clean.get(), archive_entry_symlink(entry));
    if (type == AE_IFREG) archive_entry_set_size(clean.get(), archive_entry_size(entry));
    if (archive_write_header(disk_.get(), clean.get()) != ARCHIVE_OK) return not_made(name);
    if (type == AE_IFREG) TRY(copy(name));
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
      if (archive_write_data_block(disk_.get(), data, size, offset) != ARCHIVE_OK) return disk_error(name);
      report_.bytes += size;
    }
    ++report_.files;
    return {};
  }

  Path into_;
  bool outside_links_;
  ExtractLimits limits_;
  ArchiveReader reader_{archive_read_new()};
  std::unique_ptr<archive, FreeWriter> disk_{archive_write_disk_new()};
  ExtractReport report_;
  std::uint64_t entries_ = 0;
  std::uint64_t announced_ = 0;  // sum of the sizes in headers
};

}  // namespace

Result<ExtractReport> extract_tar_zst(const Path& archive, const Path& into, bool outside_links,
                                      const ExtractLimits& limits) {
  return Extraction(into, outside_links, limits).run(archive);
}

}  // namespace base
