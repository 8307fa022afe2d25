// SPDX-License-Identifier: Apache-2.0
// Writes tar archives, compressed with zstd. The same calls give the same bytes: entries have no times and no owners.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace base {

/// Names are raw bytes, relative to the root of the archive. After an error the writer can only be destroyed, and the
/// file at the path is useless.
class ArchiveWriter {
 public:
  /// Creates `path`, which must not exist. A thread of its own compresses (frame_writer.h).
  static Result<ArchiveWriter> open(const Path& path);
  ~ArchiveWriter();
  ArchiveWriter(ArchiveWriter&&) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) noexcept;

  Result<void> add_directory(std::string_view name, unsigned mode);
  /// The caller must then pass exactly `size` bytes to write(), before the next entry.
  Result<void> add_file(std::string_view name, unsigned mode, std::uint64_t size);
  Result<void> write(std::string_view bytes);
  Result<void> add_link(std::string_view name, std::string_view target);
  /// Writes the end of the archive and syncs the file. Call once.
  Result<void> finish();

 private:
  struct State;
  explicit ArchiveWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace base
