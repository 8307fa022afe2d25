// SPDX-License-Identifier: Apache-2.0
#include "base/archive_files.h"

#include <fcntl.h>

#include "base/digest.h"
#include "base/text.h"

namespace base {

Error archive_error(std::string_view doing, archive* a) {
  const int number = archive_errno(a);
  if (number > 0) return os_error(doing, number);
  const char* words = archive_error_string(a);
  return error(std::string(doing) + ": " + (words ? words : "unknown reason"), std::errc::bad_message);
}

Error cannot_read_archive(archive* reader) { return archive_error("cannot read archive", reader); }

Result<void> open_tar_zst(archive* reader, const Path& from) {
  archive_read_support_format_empty(reader);
  if (archive_read_support_filter_zstd(reader) != ARCHIVE_OK || archive_read_support_format_tar(reader) != ARCHIVE_OK ||
      archive_read_open_filename(reader, from.c_str(), kArchiveBlock) != ARCHIVE_OK)
    return cannot_read_archive(reader);
  return {};
}

std::string name_of_entry(archive_entry* entry) {
  const char* raw = archive_entry_pathname(entry);
  std::string name = raw ? raw : "";
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

namespace {

bool is_regular(archive_entry* entry) {
  return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
}

/// False at the end.
Result<bool> next_entry(archive* reader, archive_entry*& entry) {
  const int got = archive_read_next_header(reader, &entry);
  if (got == ARCHIVE_EOF) return false;
  if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return cannot_read_archive(reader);
  return true;
}

/// The bytes of the entry, block by block.
template <class Take>
Result<void> read_entry(archive* reader, Take take) {
  std::string buffer(kArchiveBlock, '\0');
  for (;;) {
    const la_ssize_t n = archive_read_data(reader, buffer.data(), buffer.size());
    if (n < 0) return cannot_read_archive(reader);
    if (n == 0) return {};
    TRY(take(std::string_view(buffer).substr(0, static_cast<std::size_t>(n))));
  }
}

Error given_up() { return error("cannot read archive: it was canceled", std::errc::operation_canceled); }

}  // namespace

Result<Fd> file_of_tar_zst(const Path& from, const std::string& name, const Path& folder,
                           const std::atomic<bool>& canceled) {
  const ArchiveReader reader(archive_read_new());
  TRY(open_tar_zst(reader.get(), from));
  for (archive_entry* entry = nullptr;;) {
    if (canceled) return given_up();
    TRY_ASSIGN(const bool more, next_entry(reader.get(), entry));
    if (!more)
      return error("there is no file '" + to_utf8(name) + "' in the snapshot", std::errc::no_such_file_or_directory);
    if (is_regular(entry) && name_of_entry(entry) == name) break;
  }
  TRY_ASSIGN(Fd file, open_file(folder, O_TMPFILE | O_RDWR));
  TRY(read_entry(reader.get(), [&](std::string_view block) { return canceled ? given_up() : write_all(file, block); }));
  return file;
}

Result<std::map<std::string, std::string>> digests_of_tar_zst(const Path& from) {
  std::map<std::string, std::string> digests;
  const ArchiveReader reader(archive_read_new());
  TRY(open_tar_zst(reader.get(), from));
  for (archive_entry* entry = nullptr;;) {
    TRY_ASSIGN(const bool more, next_entry(reader.get(), entry));
    if (!more) return digests;
    if (!is_regular(entry)) continue;
    Sha256 sum;
    const auto add = [&](std::string_view block) { return sum.update(block), Result<void>(); };
    TRY(read_entry(reader.get(), add));
    digests[name_of_entry(entry)] = sum.hex();
  }
}

}  // namespace base
