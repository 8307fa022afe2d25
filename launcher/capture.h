// SPDX-License-Identifier: Apache-2.0
// The log: one pipe for stdout and stderr, copied byte for byte, with a time index beside it.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/fd.h"
#include "launcher/attempt.h"
#include "launcher/capture_buffer.h"

namespace launcher {

struct Pipe {
  base::Fd read;   ///< does not block
  base::Fd write;  ///< blocks: the child waits while the log cannot grow
};
base::Result<Pipe> make_pipe();

/// Copies from the pipe's read end into the log. No byte of the pipe is lost while the worker or the guard
/// lives; when both are killed at once, the bytes in pipe and buffer (at most 1 MiB and 256 KiB) are.
class Capture {
 public:
  /// Continues where a dead predecessor stopped, as the buffer shows.
  static base::Result<Capture> open(const Attempt& attempt, int pipe, CaptureBuffer& buffer);
  /// Copies the bytes in the pipe; reads nothing while earlier bytes cannot be written. Output past the log's quota is
  /// read and discarded, so that the child never waits for room that will not come; a line in the log says so. False:
  /// nothing was read.
  bool step();
  /// Copies until the pipe is empty; gives up on a log that cannot grow after `patience`. False: bytes were lost.
  bool drain(std::chrono::milliseconds patience);
  void sync();

  bool at_end() const { return at_end_; }
  /// The disk is full: do not poll the pipe, call step() again in a while.
  bool waiting() const { return !buffer_.empty(); }
  static constexpr int kRetryMs = 200;
  /// Bytes past the quota.
  std::uint64_t discarded() const { return discarded_; }

 private:
  Capture(base::Fd log, base::Fd index, std::uint64_t length, std::uint64_t quota, int pipe, CaptureBuffer& buffer)
      : log_(std::move(log)), index_(std::move(index)), length_(length), quota_(quota), indexed_(length), pipe_(pipe),
        buffer_(buffer) {}
  bool read_some();
  void flush();
  void discard(std::size_t bytes);
  void note(bool always);

  base::Fd log_;
  base::Fd index_;
  std::uint64_t length_;
  std::uint64_t quota_;
  std::uint64_t discarded_ = 0;
  std::uint64_t indexed_;
  base::Micros indexed_at_ = 0;
  int pipe_;
  bool at_end_ = false;
  CaptureBuffer& buffer_;
};

}  // namespace launcher
