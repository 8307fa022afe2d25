// SPDX-License-Identifier: Apache-2.0
#include "base/zip.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/digest.h"
#include "base/libarchive.h"
#include "base/text.h"

namespace base {

namespace {

constexpr std::time_t kEpochOfZip = 315532800;  // 1980-01-01, the earliest it can say


Error failed(std::string_view doing, archive* a) {
  const int number = archive_errno(a);
  if (number > 0) return os_error(doing, number);
  const char* words = archive_error_string(a);
  return error(std::string(doing) + ": " + (words ? words : "unknown reason"), std::errc::bad_message);
}

Error cannot_read(archive* a) { return failed("cannot read archive", a); }
Error cannot_write(archive* a) { return failed("cannot write zip file", a); }

Result<void> open_reader(archive* r, const Path& from) {
  archive_read_support_format_empty(r);
  if (archive_read_support_filter_zstd(r) != ARCHIVE_OK || archive_read_support_format_tar(r) != ARCHIVE_OK ||
      archive_read_open_filename(r, from.c_str(), kArchiveBlock) != ARCHIVE_OK)
    return cannot_read(r);
  return {};
}

Result<void> open_writer(archive* w, const Fd& fd) {
  if (archive_write_set_format_zip(w) != ARCHIVE_OK || archive_write_set_bytes_per_block(w, kArchiveBlock) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(w, 1) != ARCHIVE_OK || archive_write_open_fd(w, fd.get()) != ARCHIVE_OK)
    return cannot_write(w);
  return {};
}

/// The name of an entry, without the '/' of a folder.
std::string name_of(archive_entry* entry) {
  const char* raw = archive_entry_pathname(entry);
  std::string name = raw ? raw : "";
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

class Conversion {
 public:
  Result<ExtractReport> run(const Path& from, const Path& to) {
    TRY(open(from, to));
    archive_entry* entry = nullptr;
    for (;;) {
      const int got = archive_read_next_header(reader_.get(), &entry);
      if (got == ARCHIVE_EOF) break;
      if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return cannot_read(reader_.get());
      TRY(take(entry));
    }
    if (archive_write_close(writer_.get()) != ARCHIVE_OK) return cannot_write(writer_.get());
    return std::move(report_);
  }

 private:
  Result<void> open(const Path& from, const Path& to) {
    archive* r = reader_.get();
    archive* w = writer_.get();
    TRY_ASSIGN(fd_, open_file(to, O_WRONLY | O_CREAT | O_EXCL));
    TRY(open_reader(r, from));
    return open_writer(w, fd_);
  }

  Result<void> take(archive_entry* entry) {
    const std::string name = name_of(entry);
    const auto type = archive_entry_filetype(entry);
    const bool known = type == AE_IFREG || type == AE_IFDIR || (type == AE_IFLNK && archive_entry_symlink(entry));
    if (!is_safe_relative(name) || !known || archive_entry_hardlink(entry)) return skip(name);
    const ArchiveEntry clean(archive_entry_new());
    archive_entry_copy_pathname(clean.get(), name.c_str());
    archive_entry_set_filetype(clean.get(), type);
    archive_entry_set_perm(clean.get(), archive_entry_perm(entry) & 0777);
    archive_entry_set_mtime(clean.get(), kEpochOfZip, 0);
    archive_entry_set_size(clean.get(), type == AE_IFREG ? archive_entry_size(entry) : 0);
    if (type == AE_IFLNK) archive_entry_copy_symlink(clean.get(), archive_entry_symlink(entry));
    // A warning is about a name that is not UTF-8.
    if (archive_write_header(writer_.get(), clean.get()) < ARCHIVE_WARN) return cannot_write(writer_.get());
    return type == AE_IFREG ? copy() : Result<void>();
  }

  Result<void> skip(const std::string& name) {
    if (report_.skipped.size() < kReasonsKept) report_.skipped.push_back(to_utf8(name) + ": not a file, folder or link of the snapshot");
    return {};
  }

  Result<void> copy() {
    char buffer[kArchiveBlock];
    for (;;) {
      const la_ssize_t n = archive_read_data(reader_.get(), buffer, sizeof buffer);
      if (n < 0) return cannot_read(reader_.get());
      if (n == 0) break;
      if (archive_write_data(writer_.get(), buffer, static_cast<std::size_t>(n)) != n) return cannot_write(writer_.get());
      report_.bytes += static_cast<std::uint64_t>(n);
    }
    ++report_.files;
    return {};
  }

  Fd fd_;  // outlives the writer
  ArchiveReader reader_{archive_read_new()};
  std::unique_ptr<archive, FreeWriter> writer_{archive_write_new()};
  ExtractReport report_;
};

}  // namespace

Result<ExtractReport> zip_of_tar_zst(const Path& archive, const Path& zip) { return Conversion().run(archive, zip); }

namespace {

constexpr const char* kLeftOut = "FILES LEFT OUT.txt";

/// Some programs of Windows take a backslash for a slash and a colon for the end of a drive's name: percent-encoded, they lead nowhere.
std::string name_in_zip(const std::string& name) {
  std::string safe;
  for (const char c : name) safe += c == '\\' ? "%5C" : c == ':' ? "%3A" : std::string(1, c);
  return safe;
}

Result<void> begin_entry(archive* w, const std::string& name, std::uint64_t size) {
  const ArchiveEntry entry(archive_entry_new());
  archive_entry_copy_pathname(entry.get(), name_in_zip(name).c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), kEpochOfZip, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  return archive_write_header(w, entry.get()) < ARCHIVE_WARN ? cannot_write(w) : Result<void>();
}

Result<void> put_bytes(archive* w, const std::string& block) {
  return archive_write_data(w, block.data(), block.size()) == static_cast<la_ssize_t>(block.size()) ? Result<void>() : cannot_write(w);
}

Result<void> put_file(archive* w, const std::string& name, const Fd& source) {
  TRY_ASSIGN(std::uint64_t left, file_size(source));
  TRY(begin_entry(w, name, left));
  for (std::uint64_t offset = 0; left > 0;) {
    TRY_ASSIGN(const std::string block, read_at(source, offset, std::min<std::uint64_t>(left, kArchiveBlock)));
    if (block.empty()) return error("'" + to_utf8(name) + "' became shorter while it was read", std::errc::io_error);
    TRY(put_bytes(w, block));
    offset += block.size();
    left -= block.size();
  }
  return {};
}

}  // namespace

Result<void> zip_of_files(const std::vector<ZipSource>& files, const Path& zip) {
  TRY_ASSIGN(const Fd fd, open_file(zip, O_WRONLY | O_CREAT | O_EXCL));
  const std::unique_ptr<archive, FreeWriter> writer(archive_write_new());
  archive* const w = writer.get();
  TRY(open_writer(w, fd));
  std::string left_out;
  for (const auto& file : files) {
    if (const auto source = file.open()) TRY(put_file(w, file.name, *source));
    else left_out += to_utf8(file.name) + ": " + source.error().message + "\n";
  }
  if (!left_out.empty()) {
    TRY(begin_entry(w, kLeftOut, left_out.size()));
    TRY(put_bytes(w, left_out));
  }
  return archive_write_close(w) == ARCHIVE_OK ? Result<void>() : cannot_write(w);
}

Result<Fd> file_of_tar_zst(const Path& from, const std::string& name, const Path& folder) {
  const ArchiveReader reader(archive_read_new());
  TRY(open_reader(reader.get(), from));
  archive_entry* entry = nullptr;
  for (;;) {
    const int got = archive_read_next_header(reader.get(), &entry);
    if (got == ARCHIVE_EOF) return error("there is no file '" + to_utf8(name) + "' in the snapshot", std::errc::no_such_file_or_directory);
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return cannot_read(reader.get());
    if (name_of(entry) == name && archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry)) break;
  }
  TRY_ASSIGN(Fd file, open_file(folder, O_TMPFILE | O_RDWR));
  if (archive_read_data_into_fd(reader.get(), file.get()) != ARCHIVE_OK) return cannot_read(reader.get());
  return file;
}

Result<std::map<std::string, std::string>> digests_of_tar_zst(const Path& from) {
  std::map<std::string, std::string> digests;
  const ArchiveReader reader(archive_read_new());
  TRY(open_reader(reader.get(), from));
  archive_entry* entry = nullptr;
  std::string buffer(kArchiveBlock, '\0');
  for (;;) {
    const int got = archive_read_next_header(reader.get(), &entry);
    if (got == ARCHIVE_EOF) return digests;
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return cannot_read(reader.get());
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) continue;
    Sha256 sum;
    la_ssize_t n = 0;
    while ((n = archive_read_data(reader.get(), buffer.data(), buffer.size())) > 0) sum.update(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    if (n < 0) return cannot_read(reader.get());
    digests[name_of(entry)] = sum.hex();
  }
}

}  // namespace base
