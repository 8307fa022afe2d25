// SPDX-License-Identifier: Apache-2.0
// The log: one pipe for stdout and stderr, copied byte for byte, with a time index beside it.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/fd.h"
#include "launcher/facts.h"
#include "launcher/window.h"

namespace launcher {

struct Pipe {
  base::Fd read;   ///< does not block
  base::Fd write;  ///< blocks: the child waits while the log cannot grow
};
base::Result<Pipe> make_pipe();

/// Copies from the pipe's read end into the log. Nothing that was in the pipe is lost while the worker or the guard
/// lives; when both are killed at once, what lies in pipe and window (at most 1 MiB and 256 KiB) is.
class Capture {
 public:
  /// Goes on where the window says that a dead predecessor stopped.
  static base::Result<Capture> open(const Attempt& attempt, int pipe, Window& window);
  /// Takes what is there; nothing is read while earlier bytes cannot be written. What comes after the log's quota is let go, so
  /// that the child never waits for room that will not come; a line in the log says so.
  void step();
  /// Until the pipe is empty; gives up on a log that cannot grow after `patience`. False: bytes were lost.
  bool drain(std::chrono::milliseconds patience);
  void sync();

  bool at_end() const { return at_end_; }
  /// The disk is full: do not poll the pipe, call step() again in a while.
  bool waiting() const { return !window_.empty(); }
  static constexpr int kRetryMs = 200;
  /// Bytes that came after the quota.
  std::uint64_t left_out() const { return left_out_; }

 private:
  Capture(base::Fd log, base::Fd index, std::uint64_t length, std::uint64_t quota, int pipe, Window& window)
      : log_(std::move(log)), index_(std::move(index)), length_(length), quota_(quota), indexed_(length), pipe_(pipe), window_(window) {}
  bool read_some();
  void flush();
  void leave_out(std::size_t bytes);
  void note(bool always);

  base::Fd log_;
  base::Fd index_;
  std::uint64_t length_;
  std::uint64_t quota_;
  std::uint64_t left_out_ = 0;
  std::uint64_t indexed_;
  base::Micros indexed_at_ = 0;
  int pipe_;
  bool at_end_ = false;
  Window& window_;
};

}  // namespace launcher
