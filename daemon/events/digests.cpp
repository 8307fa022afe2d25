// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/digests.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include "daemon/async/run_on.h"
#include "daemon/store/file_digests.h"
#include "daemon/store/queries/run_heads.h"

namespace events {

using base::Result;

namespace {

constexpr int kOfThisThread = 0, kOfAProcess = 1, kIdleDisk = 3 << 13;  // ioprio_set(2), which has no header

/// Processor and disk only when nothing else needs them.
void step_back() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_IDLE, &none);
  (void)::syscall(SYS_ioprio_set, kOfAProcess, kOfThisThread, kIdleDisk);
}

}  // namespace

void Digester::start() {
  boost::asio::post(pool_, step_back);
  watcher_.start();
}

Task<void> Digester::stop() {
  stopping_ = true;
  return watcher_.stop();
}

void Digester::stop_thread() {
  stopping_ = true;
  pool_.join();
}

Task<void> Digester::note(NewState what) {
  if (!protocol::is_final(what.state)) co_return;
  const std::string id = what.run;
  auto ask = [id](store::Database& database) -> Result<std::vector<store::ArtifactRow>> {
    TRY_ASSIGN(const store::RunHead head, store::find_run(database, id));
    return store::artifacts(database, head.key);
  };
  auto files = co_await readers_.read(std::move(ask));
  if (!files) co_return;  // removed meanwhile
  auto read = [this, id, state = state_, files = std::move(*files)]() -> Result<void> {
    const auto known = store::noted_digests(state.run(id));
    for (const auto& file : files) {
      if (stopping_) return {};
      if (file.sha256.empty() && !known.contains(file.name)) TRY(store::note_digest(state, id, file, &stopping_));
    }
    return {};
  };
  auto noted = co_await async::run_on(pool_.get_executor(), std::move(read));
  if (!noted && noted.error().code != std::errc::operation_canceled)
    spdlog::warn("Cannot note the digests of the files of run {}: {}", id, noted.error().message);
}

}  // namespace events
