// SPDX-License-Identifier: Apache-2.0
// The lives of runs that a process of the user reports: the daemon starts nothing. It reads their journals, and notices
// when the process is gone.
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/lock.h"
#include "base/permanent.h"
#include "base/process.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "daemon/runs/runs.h"
#include "daemon/store/ingest/record.h"

namespace runs {

using base::Result;

namespace {

constexpr std::chrono::seconds kHeldLockPoll(1);  // only while the process is gone and a lock is still held

struct Presence {
  base::Fd process;     ///< readable when it has ended; none: it is gone, or was never seen here
  bool locked = false;  ///< the record lock is held
};

Presence look_for(const protocol::RunDir& dir) {
  Presence presence;
  if (const auto created = store::read_created(dir); created && created->process && created->process->pid > 0)
    if (auto fd = base::open_process(*created->process)) presence.process = std::move(*fd);
  const auto locked = base::is_record_locked(dir.attempt().alive());
  presence.locked = locked ? *locked : !base::is_permanent(locked.error().code);  // when in doubt, it lives
  return presence;
}

}  // namespace

/// Reads the journal until the run has been ended, or its process is gone.
Task<void> Runs::interactive_life(RunKey run, std::string id) {
  using namespace boost::asio::experimental::awaitable_operators;
  const auto dir = p_.state.run(id);
  p_.watch.follow(run, dir);
  Listener listener(p_.hub, id, store::kStateChanged);
  for (;;) {
    const bool ended = co_await has_ended(run);
    if (ended) break;
    auto look = [dir] { return std::make_shared<Presence>(look_for(dir)); };
    auto presence = co_await async::run_on(p_.threads.quick, std::move(look));
    if (presence->process) {
      auto gone = async::until_gone(std::move(presence->process));
      auto changed = listener.wait(Listener::Clock::time_point::max());
      auto either = std::move(gone) || std::move(changed);
      co_await std::move(either);
    } else if (presence->locked) {
      co_await listener.wait(Listener::Clock::now() + kHeldLockPoll);
    } else {
      auto written = co_await end_by_daemon(run, id, "lost", "",
                                            "the process that reported this run is gone, and had not ended it");
      if (written) break;
      co_await async::pause(kHeldLockPoll);
    }
  }
  p_.watch.forget(run);
  ids_.erase(run);
}

/// Reads the parent's journal. The run ends with a line there, at the latest with its parent.
Task<void> Runs::child_life(RunKey run, std::string id) {
  const auto dir = p_.state.run(id);
  auto find = [dir]() -> std::string {
    const auto created = store::read_created(dir);
    return created ? created->journal.value_or("") : "";
  };
  const std::string journal = co_await async::run_on(p_.threads.quick, std::move(find));
  p_.watch.follow(run, dir, (dir.root / journal).lexically_normal());
  Listener listener(p_.hub, id, store::kStateChanged);
  for (;;) {
    const bool ended = co_await has_ended(run);
    if (ended) break;
    co_await listener.wait(Listener::Clock::time_point::max());
  }
  p_.watch.forget(run);
  ids_.erase(run);
}

}  // namespace runs
