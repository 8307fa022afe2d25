// SPDX-License-Identifier: Apache-2.0
#include "daemon/serve/engine.h"

#include "daemon/state/directories.h"

namespace serve {

using base::Result;

Engine::Engine(boost::asio::io_context& home, state::Settings chosen)
    : loop(home), settings(std::move(chosen)), hub(loop),
      readers(settings.state.database(), threads.quick.get_executor(), threads.long_answers),
      status_readers(settings.state.database(), threads.status.get_executor(), threads.long_answers),
      uploads(settings.state.uploads(), settings.state.trash()) {}

Engine::~Engine() { stop_threads(); }

Result<void> Engine::open() {
  const auto& state = settings.state;
  TRY(state::prepare_directories(state));
  TRY_ASSIGN(launcher, runs::Launcher::open(settings.launcher, threads.starts.get_executor()));
  auto published = [this](std::vector<store::NumberedChange> changes) {
    runs->follow_children(changes);
    runs->move_slots(changes);
    hub.publish(std::move(changes));
  };
  TRY_ASSIGN(store, store::Store::open(state, loop.get_executor(), published));
  auto ingest = [this](store::RunKey run, runs::Watch::Done done) { runs::ingest(*store, run, std::move(done)); };
  TRY_ASSIGN(watch, runs::Watch::make(loop, ingest));
  TRY_ASSIGN(file_events, runs::FileEvents::make(loop));
  runs.emplace(runs::RunsParts{loop, state, threads, *store, readers, hub, *watch, *launcher});
  submitter.emplace(runs::SubmitterParts{loop, settings, threads, *store, readers, uploads, *runs});
  canceler.emplace(state, *store, *runs);
  services.emplace(loop, hub,
                   std::make_unique<services::EngineRunner>(services::EngineRunner::Parts{
                       settings, threads, *store, readers, *runs, *submitter, *canceler}));
  return {};
}

Task<void> Engine::leave() {
  co_await services->leave();
  co_await submitter->leave();
  co_await runs->leave();
}

void Engine::stop_threads() {
  if (runs) runs->stop_starting();
  if (submitter) submitter->give_up();
  if (store) store->stop();
  threads.join();
}

}  // namespace serve
