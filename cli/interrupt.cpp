// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

namespace cli {

base::Result<Interrupt> Interrupt::catch_it() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  base::Fd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return base::os_error("cannot watch for Ctrl-C");
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return base::os_error("cannot watch for Ctrl-C");
  return Interrupt(std::move(fd));
}

bool Interrupt::came() const {
  pollfd polled{fd_.get(), POLLIN, 0};
  return ::poll(&polled, 1, 0) > 0;
}

void Interrupt::sleep(int milliseconds) const {
  pollfd polled{fd_.get(), POLLIN, 0};
  ::poll(&polled, 1, milliseconds);
}

}  // namespace cli
