// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/removal.h"

#include "daemon/async/waiting.h"
#include "daemon/store/removal.h"

namespace runs {

using base::Result;

namespace {

constexpr std::chrono::seconds kLeaving(10);
constexpr std::chrono::milliseconds kLeavingPoll(10);

/// Its processes may be there for a moment after its ending is public.
Task<void> until_left(store::Readers& readers, const Runs& runs, std::string id) {
  const auto give_up = std::chrono::steady_clock::now() + kLeaving;
  auto ask = [id](store::Database& database) { return store::find_run(database, id); };
  const auto run = co_await readers.read(std::move(ask));
  if (!run || !protocol::is_final(run->state)) co_return;
  while (runs.is_followed(run->key) && std::chrono::steady_clock::now() < give_up) co_await async::pause(kLeavingPoll);
}

}  // namespace

Task<Result<void>> remove(store::Store& store, store::Readers& readers, const Runs& runs, protocol::StateDir state,
                          std::string id) {
  co_await until_left(readers, runs, id);
  auto write = [id, state](store::Ingest& ingest) { return store::remove_run(ingest, state, id); };
  co_return co_await store.write(std::move(write));
}

}  // namespace runs
