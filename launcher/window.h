// SPDX-License-Identifier: Apache-2.0
// The bytes on their way from the pipe into the log, in memory that guard and worker share: when the worker is killed
// between its read() and its write(), the guard still has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace launcher {

/// Made by the guard before it forks. The worker announces each read, the guard looks once the worker is gone.
class Window {
 public:
  static constexpr std::size_t kSize = 256 << 10;

  static base::Result<Window> make();
  Window(Window&& other) noexcept;
  Window& operator=(Window&&) = delete;
  ~Window();

  /// Says that `size` bytes, which belong at `base` of the log, are about to be read into data().
  void announce(std::uint64_t base, std::size_t size);
  /// That many came.
  void came(std::size_t size);
  void clear() { came(0); }
  /// Whether an announced read has happened. A read that returns less than was announced may look as if it had not.
  bool was_read() const;

  char* data() const;
  /// What belongs into the log from `length` on.
  std::string_view rest(std::uint64_t length) const;
  bool empty() const;

 private:
  struct Shared;
  explicit Window(Shared* shared) : shared_(shared) {}
  Shared* shared_;
};

}  // namespace launcher
