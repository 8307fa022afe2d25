// SPDX-License-Identifier: Apache-2.0
#include "base/kernel.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/fd.h"

namespace base {

namespace {

Error refused(const std::string& call, const std::string& since) {
  const int number = errno;
  struct utsname kernel {};
  (void)::uname(&kernel);
  return os_error("cannot run on this kernel, Linux " + std::string(kernel.release) + ": it refuses " + call +
                      ", which Linux has since " + since,
                  number);
}

}  // namespace

Result<void> check_kernel() {
  if (!Fd(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)))) return refused("pidfd_open", "5.3");
  struct open_how how {};
  how.flags = O_PATH | O_CLOEXEC;
  if (!Fd(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof how)))) return refused("openat2", "5.6");
  return {};
}

}  // namespace base
