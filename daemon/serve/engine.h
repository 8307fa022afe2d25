// SPDX-License-Identifier: Apache-2.0
// The daemon without its server: the store, and everything that acts on runs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

#include "daemon/async/threads.h"
#include "daemon/runs/canceler.h"
#include "daemon/runs/file_events.h"
#include "daemon/runs/hub.h"
#include "daemon/runs/launcher.h"
#include "daemon/runs/runs.h"
#include "daemon/runs/submitter.h"
#include "daemon/runs/watch.h"
#include "daemon/services/services.h"
#include "daemon/source/upload.h"
#include "daemon/state/settings.h"
#include "daemon/store/readers.h"
#include "daemon/store/store.h"

namespace serve {

using async::Task;

/// Members stand in the order of construction: each refers to those above it.
struct Engine {
  /// `loop` outlives it.
  Engine(boost::asio::io_context& loop, state::Settings settings);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Opens the state directory, whose lock the caller holds. Call once; the other functions need it.
  base::Result<void> open();
  /// Gives up the submissions and stops keeping services and following the runs, which go on. No coroutine of them is
  /// left when it returns.
  Task<void> leave();
  /// Joins the threads. Their answers then wait on the loop and refer to the members: the caller drops the answers
  /// before it destroys the engine.
  void stop_threads();

  boost::asio::io_context& loop;
  state::Settings settings;
  async::Threads threads;
  runs::Hub hub;
  store::Readers readers, status_readers;
  source::Uploads uploads;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<runs::Watch> watch;
  std::unique_ptr<runs::FileEvents> file_events;
  std::optional<runs::Launcher> launcher;
  std::optional<runs::Runs> runs;
  std::optional<runs::Submitter> submitter;
  std::optional<runs::Canceler> canceler;
  std::optional<services::Services> services;
};

}  // namespace serve
