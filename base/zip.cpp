// SPDX-License-Identifier: Apache-2.0
#include "base/zip.h"

#include <algorithm>
#include <array>

#include "base/archive_files.h"
#include "base/libarchive.h"
#include "base/text.h"

namespace base {

namespace {

constexpr std::size_t kMostRead = 1u << 20;  ///< for one piece: what takes 10 to 30 ms to compress
constexpr std::size_t kPiece = 256u << 10;
constexpr std::size_t kCostOfEntry = 4u << 10;  ///< of an entry without bytes, in bytes
constexpr std::time_t kEpochOfZip = 315532800;  // 1980-01-01, the earliest it can say
constexpr const char* kUnreadableFiles = "FILES LEFT OUT.txt";

Error cannot_write(archive* a) { return archive_error("cannot write zip file", a); }

/// Whether a name has one of these three bytes, or what stands for one: else two names could become the same.
bool needs_encoding(const std::string& name) {
  constexpr std::array<std::string_view, 5> kParts = {"\\", ":", "%5C", "%3A", "%25"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return name.find(part) != std::string::npos; });
}

/// Some programs of Windows take a backslash for a slash and a colon for the end of a drive's name: percent-encoded,
/// they lead nowhere.
std::string name_in_zip(const std::string& name) {
  if (!needs_encoding(name)) return name;
  std::string safe;
  for (const char c : name) safe += c == '\\' ? "%5C" : c == ':' ? "%3A" : c == '%' ? "%25" : std::string(1, c);
  return safe;
}

/// Compresses into memory.
class ZipWriter {
 public:
  ZipWriter() = default;
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  Result<void> open() {
    archive* const w = archive_.get();
    if (archive_write_set_format_zip(w) != ARCHIVE_OK ||
        archive_write_set_options(w, "zip:compression-level=1") != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(w, kArchiveBlock) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(w, 1) != ARCHIVE_OK ||
        archive_write_open(w, &made_, nullptr, keep, nullptr) != ARCHIVE_OK)
      return cannot_write(w);
    return {};
  }

  Result<void> begin(const std::string& name, unsigned type, unsigned mode, std::uint64_t size,
                     const char* target = nullptr) {
    const ArchiveEntry entry(archive_entry_new());
    archive_entry_copy_pathname(entry.get(), name_in_zip(name).c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), mode);
    archive_entry_set_mtime(entry.get(), kEpochOfZip, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    if (target) archive_entry_copy_symlink(entry.get(), target);
    // A warning is about a name that is not UTF-8.
    return archive_write_header(archive_.get(), entry.get()) < ARCHIVE_WARN ? cannot_write(archive_.get())
                                                                            : Result<void>();
  }

  Result<void> put(std::string_view bytes) {
    const bool all =
        archive_write_data(archive_.get(), bytes.data(), bytes.size()) == static_cast<la_ssize_t>(bytes.size());
    return all ? Result<void>() : cannot_write(archive_.get());
  }

  Result<void> close() {
    return archive_write_close(archive_.get()) == ARCHIVE_OK ? Result<void>() : cannot_write(archive_.get());
  }

  std::size_t size() const { return made_.size(); }
  std::string take() { return std::exchange(made_, {}); }

 private:
  static la_ssize_t keep(archive*, void* made, const void* bytes, std::size_t size) {
    static_cast<std::string*>(made)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
  }

  std::string made_;  // outlives the archive, which may flush when freed
  std::unique_ptr<archive, FreeWriter> archive_{archive_write_new()};
};

/// What both kinds share: steps until there is a piece.
class SteppedZip : public ZipStream {
 public:
  Result<std::optional<std::string>> next() override {
    if (ended_) return std::optional<std::string>();
    for (std::size_t read = 0; !ended_ && read < kMostRead && writer_.size() < kPiece;) {
      TRY_ASSIGN(const auto taken, step());
      if (!taken) TRY(writer_.close());
      ended_ = !taken;
      read += std::max(taken.value_or(0), kCostOfEntry);
    }
    return std::optional(writer_.take());
  }

 protected:
  /// Writes the beginning of an entry, or some of its bytes: how many. Nothing when all is written.
  virtual Result<std::optional<std::size_t>> step() = 0;
  ZipWriter writer_;

 private:
  bool ended_ = false;
};

class ZipOfTar : public SteppedZip {
 public:
  Result<void> open(const Path& archive) {
    TRY(open_tar_zst(reader_.get(), archive));
    return writer_.open();
  }

 private:
  Result<std::optional<std::size_t>> step() override {
    if (in_file_) return copy();
    archive_entry* entry = nullptr;
    const int got = archive_read_next_header(reader_.get(), &entry);
    if (got == ARCHIVE_EOF) return std::optional<std::size_t>();
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN) return cannot_read_archive(reader_.get());
    TRY(begin(entry));
    return std::optional<std::size_t>(0);
  }

  Result<void> begin(archive_entry* entry) {
    const std::string name = name_of_entry(entry);
    const auto type = archive_entry_filetype(entry);
    const char* const target = type == AE_IFLNK ? archive_entry_symlink(entry) : nullptr;
    const bool known = type == AE_IFREG || type == AE_IFDIR || target;
    if (!is_safe_relative(name) || !known || archive_entry_hardlink(entry)) return {};
    in_file_ = type == AE_IFREG;
    const auto size = in_file_ ? static_cast<std::uint64_t>(archive_entry_size(entry)) : 0;
    return writer_.begin(name, type, archive_entry_perm(entry) & 0777, size, target);
  }

  Result<std::optional<std::size_t>> copy() {
    const la_ssize_t n = archive_read_data(reader_.get(), buffer_.data(), buffer_.size());
    if (n < 0) return cannot_read_archive(reader_.get());
    in_file_ = n > 0;
    const auto size = static_cast<std::size_t>(n);
    if (in_file_) TRY(writer_.put(std::string_view(buffer_).substr(0, size)));
    return std::optional(size);
  }

  ArchiveReader reader_{archive_read_new()};
  std::string buffer_ = std::string(kArchiveBlock, '\0');
  bool in_file_ = false;
};

class ZipOfFiles : public SteppedZip {
 public:
  explicit ZipOfFiles(std::vector<ZipSource> files) : files_(std::move(files)) {}
  Result<void> open() { return writer_.open(); }

 private:
  Result<std::optional<std::size_t>> step() override {
    if (left_ > 0) return copy();
    if (at_ < files_.size()) return begin(files_[at_++]);
    return name_unreadable();
  }

  Result<std::optional<std::size_t>> begin(const ZipSource& file) {
    auto opened = file.open();
    if (!opened) {
      unreadable_ += to_utf8(file.name) + ": " + opened.error().message + "\n";
      return std::optional<std::size_t>(0);
    }
    source_ = std::move(*opened);
    offset_ = 0;
    TRY_ASSIGN(left_, file_size(source_));
    TRY(writer_.begin(file.name, AE_IFREG, 0644, left_));
    return std::optional<std::size_t>(0);
  }

  Result<std::optional<std::size_t>> copy() {
    TRY_ASSIGN(const std::string block, read_at(source_, offset_, std::min<std::uint64_t>(left_, kArchiveBlock)));
    if (block.empty())
      return error("'" + to_utf8(files_[at_ - 1].name) + "' became shorter while it was read", std::errc::io_error);
    TRY(writer_.put(block));
    offset_ += block.size();
    left_ -= block.size();
    return std::optional(block.size());
  }

  Result<std::optional<std::size_t>> name_unreadable() {
    if (unreadable_.empty()) return std::optional<std::size_t>();
    const std::string text = std::exchange(unreadable_, {});
    TRY(writer_.begin(kUnreadableFiles, AE_IFREG, 0644, text.size()));
    TRY(writer_.put(text));
    return std::optional(text.size());
  }

  std::vector<ZipSource> files_;
  std::size_t at_ = 0;  ///< the next one
  Fd source_;
  std::uint64_t offset_ = 0;
  std::uint64_t left_ = 0;  ///< bytes of the source
  std::string unreadable_;
};

}  // namespace

Result<std::unique_ptr<ZipStream>> zip_of_tar_zst(const Path& archive) {
  auto zip = std::make_unique<ZipOfTar>();
  TRY(zip->open(archive));
  return std::unique_ptr<ZipStream>(std::move(zip));
}

Result<std::unique_ptr<ZipStream>> zip_of_files(std::vector<ZipSource> files) {
  auto zip = std::make_unique<ZipOfFiles>(std::move(files));
  TRY(zip->open());
  return std::unique_ptr<ZipStream>(std::move(zip));
}

}  // namespace base
