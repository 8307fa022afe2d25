// SPDX-License-Identifier: Apache-2.0
#include "base/archive_writer.h"

#include <fcntl.h>

#include <cerrno>
#include <optional>

#include "base/frame_writer.h"
#include "base/libarchive.h"

namespace base {

namespace {

Error archive_error(archive* a) {
  const int number = archive_errno(a);
  if (number > 0) return os_error("cannot write archive", number);
  const char* words = archive_error_string(a);
  return error(std::string("cannot write archive: ") + (words ? words : "unknown reason"), std::errc::io_error);
}

ArchiveEntry make_entry(std::string_view name, unsigned type, unsigned mode) {
  ArchiveEntry entry(archive_entry_new());
  archive_entry_copy_pathname(entry.get(), std::string(name).c_str());
  archive_entry_set_filetype(entry.get(), type);
  archive_entry_set_perm(entry.get(), mode & 0777);
  archive_entry_set_uid(entry.get(), 0);
  archive_entry_set_gid(entry.get(), 0);
  archive_entry_set_mtime(entry.get(), 0, 0);
  archive_entry_set_size(entry.get(), 0);
  return entry;
}

}  // namespace

struct ArchiveWriter::State {
  std::unique_ptr<FrameWriter> frames;  // outlives the archive, which may flush when freed
  std::unique_ptr<archive, FreeWriter> writer;
  std::optional<Error> failure;  // of the frames, which libarchive cannot carry
  std::uint64_t missing = 0;     // bytes of the current file still to come

  // Closing is what frees libarchive's buffer; with a failure set it ends at the first block.
  ~State() {
    if (!failure) failure = error("given up");
    if (writer) archive_write_close(writer.get());
  }

  Error error_now() const { return failure ? failure->with("cannot write archive") : archive_error(writer.get()); }

  Result<void> header(archive_entry* entry) {
    if (missing != 0) return error("cannot write archive: a file is shorter than announced", std::errc::io_error);
    if (archive_write_header(writer.get(), entry) != ARCHIVE_OK) return error_now();
    return {};
  }

  static la_ssize_t write_frames(archive*, void* client, const void* bytes, std::size_t size) {
    auto& state = *static_cast<State*>(client);
    if (state.failure) return -1;
    const auto written = state.frames->write({static_cast<const char*>(bytes), size});
    if (written) return static_cast<la_ssize_t>(size);
    state.failure = written.error();
    return -1;
  }
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveWriter::~ArchiveWriter() = default;
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;
ArchiveWriter& ArchiveWriter::operator=(ArchiveWriter&&) noexcept = default;

Result<ArchiveWriter> ArchiveWriter::open(const Path& path) {
  auto state = std::make_unique<State>();
  TRY_ASSIGN_FOR("cannot write archive", Fd fd, open_file(path, O_WRONLY | O_CREAT | O_EXCL));
  state->frames = std::make_unique<FrameWriter>(std::move(fd));
  state->writer.reset(archive_write_new());
  archive* a = state->writer.get();
  // GNU tar keeps names as bytes, whatever the locale.
  if (archive_write_set_format_gnutar(a) != ARCHIVE_OK ||
      archive_write_set_bytes_per_block(a, kArchiveBlock) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
      archive_write_open(a, state.get(), nullptr, State::write_frames, nullptr) != ARCHIVE_OK)
    return archive_error(a);
  return ArchiveWriter(std::move(state));
}

Result<void> ArchiveWriter::add_directory(std::string_view name, unsigned mode) {
  return state_->header(make_entry(name, AE_IFDIR, mode).get());
}

Result<void> ArchiveWriter::add_file(std::string_view name, unsigned mode, std::uint64_t size) {
  const ArchiveEntry entry = make_entry(name, AE_IFREG, mode);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  TRY(state_->header(entry.get()));
  state_->missing = size;
  return {};
}

Result<void> ArchiveWriter::write(std::string_view bytes) {
  if (bytes.size() > state_->missing)
    return error("cannot write archive: a file is longer than announced", std::errc::io_error);
  state_->missing -= bytes.size();
  while (!bytes.empty()) {
    const la_ssize_t n = archive_write_data(state_->writer.get(), bytes.data(), bytes.size());
    if (n <= 0) return state_->error_now();
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> ArchiveWriter::add_link(std::string_view name, std::string_view target) {
  const ArchiveEntry entry = make_entry(name, AE_IFLNK, 0777);
  archive_entry_copy_symlink(entry.get(), std::string(target).c_str());
  return state_->header(entry.get());
}

Result<void> ArchiveWriter::finish() {
  if (state_->missing != 0) return error("cannot write archive: a file is shorter than announced", std::errc::io_error);
  if (archive_write_close(state_->writer.get()) != ARCHIVE_OK) return state_->error_now();
  TRY_FOR("cannot write archive", state_->frames->finish());
  return {};
}

}  // namespace base
