// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/state_lock.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "base/lock.h"
#include "base/ownership.h"
#include "base/process.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace state {

using base::Result;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kHandOver(1);
constexpr int kHandOverPollMs = 5;

std::string quoted(const protocol::StateDir& state) { return "'" + state.root.string() + "'"; }

/// Who serves it, or did last, as daemon.json says; pid 0 where it says nothing.
struct Holder {
  pid_t pid = 0;
  std::string url;
};

Holder read_holder(const protocol::StateDir& state) {
  const auto text = base::read_own_file(state.daemon_file(), 1 << 16);
  if (!text) return {};
  const auto file = protocol::parse_json(*text, "daemon.json");
  if (!file || !file->is_object()) return {};
  return {file->value("pid", 0), file->value("url", "")};
}

std::string words_of(const Holder& holder) {
  return holder.pid == 0 ? "" : " (pid " + std::to_string(holder.pid) + ", " + holder.url + ")";
}

bool lives(const Holder& holder) {
  const auto stat = holder.pid == 0 ? std::nullopt : base::process_stat(holder.pid);
  return stat && !stat->is_dead();
}

/// A daemon that was killed while it forked leaves the lock to the child, until that executes.
Result<base::Fd> acquire_lock(const protocol::StateDir& state) {
  for (const auto give_up = Clock::now() + kHandOver;; (void)::poll(nullptr, 0, kHandOverPollMs)) {
    auto lock = base::lock_file(state.lock());
    if (lock || lock.error().code != std::errc::resource_unavailable_try_again) return lock;
    if (lives(read_holder(state)) || Clock::now() >= give_up) return lock;
  }
}

/// What others may read is closed; what is on a network file system is refused.
Result<void> prepare_folder(const protocol::StateDir& state) {
  TRY(base::make_own_directory("state directory", state.root));
  if (::chmod(state.root.c_str(), 0700) != 0)
    return base::os_error("cannot keep the state directory " + quoted(state) + " to its owner");
  std::string what;
  TRY_ASSIGN(const bool network, base::is_network_file_system(state.root, &what));
  if (network)
    return base::error("cannot use the state directory " + quoted(state) + ": it is on a network file system (" + what +
                           "), where locks and appends do not hold; set RUNYARD_STATE to a folder on a local disk",
                       std::errc::not_supported);
  return {};
}

}  // namespace

Result<base::Fd> lock_state(const protocol::StateDir& state) {
  TRY(prepare_folder(state));
  auto lock = acquire_lock(state);
  if (lock) (void)::unlink(state.daemon_file().c_str());  // of a daemon that was killed
  if (lock || lock.error().code != std::errc::resource_unavailable_try_again) return lock;
  return base::error("a daemon serves " + quoted(state) + " already" + words_of(read_holder(state)),
                     std::errc::device_or_resource_busy);
}

}  // namespace state
