// SPDX-License-Identifier: Apache-2.0
#include "launcher/claim.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"

namespace launcher {

base::Result<base::Fd> inherit_lock(int lock_fd) {
  if (fcntl(lock_fd, F_SETFD, FD_CLOEXEC) != 0) return base::os_error("cannot keep the lock's descriptor");
  return base::Fd(lock_fd);
}

base::Result<void> claim_attempt(const Attempt& attempt) {
  TRY_FOR("cannot claim the attempt", base::open_file(attempt.dir.claim(), O_CREAT | O_EXCL | O_WRONLY));
  return {};
}

base::Result<void> write_launch_record(const base::Fd& lock, const protocol::LaunchRecord& record) {
  const std::string text = protocol::to_text(record);
  TRY_FOR("cannot write the lock file", base::write_all_at(lock, text, 0));
  if (ftruncate(lock.get(), static_cast<off_t>(text.size())) != 0) return base::os_error("cannot write the lock file");
  return {};
}

protocol::LaunchRecord read_launch_record(const Attempt& attempt) {
  const auto text = base::read_file(attempt.dir.lock(), 1 << 20);
  auto record = text ? protocol::launch_record_from_text(*text) : base::Result<protocol::LaunchRecord>(text.error());
  return record ? std::move(*record) : protocol::LaunchRecord();
}

}  // namespace launcher
