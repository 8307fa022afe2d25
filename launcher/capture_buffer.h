// SPDX-License-Identifier: Apache-2.0
// The bytes on their way from the pipe into the log, in memory that guard and worker share: when the worker is killed
// between its read() and its write(), the guard still has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace launcher {

/// Made by the guard before it forks. The worker announces each read; the guard takes over once the worker is gone.
class CaptureBuffer {
 public:
  static constexpr std::size_t kSize = 256 << 10;

  static base::Result<CaptureBuffer> make();
  CaptureBuffer(CaptureBuffer&& other) noexcept;
  CaptureBuffer& operator=(CaptureBuffer&&) = delete;
  ~CaptureBuffer();

  /// Announces a read of `size` bytes into data(), which belong at `base` of the log.
  void announce(std::uint64_t base, std::size_t size);
  /// So many bytes were read.
  void set_size(std::size_t size);
  void clear() { set_size(0); }
  /// Whether an announced read has happened. A read of less than was announced may look as if it had not.
  bool was_read() const;

  char* data() const;
  /// The bytes that belong into the log from `length` on.
  std::string_view rest(std::uint64_t length) const;
  bool empty() const;

 private:
  struct Shared;
  explicit CaptureBuffer(Shared* shared) : shared_(shared) {}
  Shared* shared_;
};

}  // namespace launcher
