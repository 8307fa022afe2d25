// SPDX-License-Identifier: Apache-2.0
// Ctrl-C as an event to wait for instead of a sudden end.
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace cli {

/// While it lives SIGINT ends nothing and makes fd() readable. Owned by the command that follows or waits.
class Interrupt {
 public:
  static base::Result<Interrupt> catch_it();
  int fd() const { return fd_.get(); }
  /// Whether it has come.
  bool came() const;
  /// Sleeps so long, or until it comes.
  void sleep(int milliseconds) const;

 private:
  explicit Interrupt(base::Fd fd) : fd_(std::move(fd)) {}
  base::Fd fd_;
};

}  // namespace cli
