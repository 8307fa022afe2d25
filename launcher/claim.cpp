// SPDX-License-Identifier: Apache-2.0
#include "launcher/claim.h"

#include <fcntl.h>
#include <unistd.h>

#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace launcher {
namespace {

using nlohmann::json;

json to_json(const std::optional<base::ProcessId>& id) {
  return id ? json{{"pid", id->pid}, {"start_time", id->start_time}} : json(nullptr);
}

std::optional<base::ProcessId> process_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return {};
  base::ProcessId id;
  if (!protocol::read_field(*found, "pid", id.pid) || !protocol::read_field(*found, "start_time", id.start_time))
    return {};
  return id;
}

}  // namespace

base::Result<base::Fd> inherit_lock(int lock_fd) {
  if (fcntl(lock_fd, F_SETFD, FD_CLOEXEC) != 0) return base::os_error("cannot keep the lock's descriptor");
  return base::Fd(lock_fd);
}

base::Result<void> claim_attempt(const Attempt& attempt) {
  TRY_FOR("cannot claim the attempt", base::open_file(attempt.dir.claim(), O_CREAT | O_EXCL | O_WRONLY));
  return {};
}

base::Result<void> write_holders(const base::Fd& lock, const Holders& holders) {
  const json content = {{"version", protocol::kLockVersion},
                        {"guard", to_json(holders.guard)},
                        {"worker", to_json(holders.worker)},
                        {"boot_id", holders.boot_id},
                        {"nonce", holders.nonce},
                        {"pipe", holders.pipe},
                        {"cgroup", holders.cgroup.empty() ? json(nullptr) : json(holders.cgroup.string())}};
  const std::string text = content.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  TRY_FOR("cannot write the lock file", base::write_all_at(lock, text, 0));
  if (ftruncate(lock.get(), static_cast<off_t>(text.size())) != 0) return base::os_error("cannot write the lock file");
  return {};
}

Holders read_holders(const Attempt& attempt) {
  const auto text = base::read_file(attempt.dir.lock(), 1 << 20);
  if (!text) return {};
  const auto content = protocol::parse_json(*text, "the lock file");
  if (!content) return {};  // killed before it was written
  Holders holders;
  holders.boot_id = protocol::text_at(*content, "boot_id");
  holders.nonce = protocol::text_at(*content, "nonce");
  holders.pipe = protocol::text_at(*content, "pipe");
  holders.guard = process_at(*content, "guard");
  holders.worker = process_at(*content, "worker");
  holders.cgroup = protocol::text_at(*content, "cgroup");
  return holders;
}

}  // namespace launcher
