// SPDX-License-Identifier: Apache-2.0
// The owner of a file descriptor. Everything is opened close-on-exec.
#pragma once

#include <utility>

namespace base {

/// Owns one descriptor, or none. Move-only; closes when destroyed.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  /// Closes. On Linux the descriptor is gone whatever close() answers.
  void reset();

 private:
  int fd_ = -1;
};

}  // namespace base
