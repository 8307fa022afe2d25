// SPDX-License-Identifier: Apache-2.0
// A stream of bytes into a file of zstd frames. A thread of its own compresses and writes, so that the producer
// of the bytes does not wait for it.
// Not libarchive's own threads, which wait by spinning; and one frame for all would make reading and hashing wait.
#pragma once

#include <memory>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace base {

/// Each frame holds up to 1 MiB and a checksum, and is readable alone; together they are an ordinary zstd file. The
/// same bytes give the same file. One thread calls; an error of an earlier call may come back from a later one.
class FrameWriter {
 public:
  /// Writes at the file's position.
  explicit FrameWriter(Fd fd);
  /// Without finish(): bytes that are not written yet are dropped.
  ~FrameWriter();
  FrameWriter(const FrameWriter&) = delete;
  FrameWriter& operator=(const FrameWriter&) = delete;

  /// Waits only while two frames are on their way.
  Result<void> write(std::string_view bytes);
  /// Returns when all is written and synced. Call once.
  Result<void> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace base
