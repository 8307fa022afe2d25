// SPDX-License-Identifier: Apache-2.0
#include "launcher/claim.h"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace launcher {
namespace {

nlohmann::json to_json(const base::ProcessId& id) { return {{"pid", id.pid}, {"start_time", id.start_time}}; }

}  // namespace

base::Result<base::Fd> claim_attempt(const Attempt& attempt, int lock_fd) {
  base::Fd lock(lock_fd);
  if (fcntl(lock_fd, F_SETFD, FD_CLOEXEC) != 0) return base::os_error("cannot keep the lock's descriptor");
  TRY_FOR("cannot claim the attempt", base::open_file(attempt.dir.claim(), O_CREAT | O_EXCL | O_WRONLY));
  return lock;
}

base::Result<void> write_holders(const base::Fd& lock, const base::ProcessId& guard, const base::ProcessId& worker) {
  const nlohmann::json content = {
      {"guard", to_json(guard)}, {"worker", to_json(worker)}, {"boot_id", base::boot_id()}};
  if (ftruncate(lock.get(), 0) != 0) return base::os_error("cannot empty the lock file");
  TRY_FOR("cannot write the lock file", base::write_all_at(lock, content.dump() + "\n", 0));
  return {};
}

}  // namespace launcher
