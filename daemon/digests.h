// SPDX-License-Identifier: Apache-2.0
// SHA-256 of the files that runs leave behind, so that a doctor can tell years later whether they are what they were.
// Noted in record/digests.jsonl when a run has ended, by a thread that has time when nobody else wants any. What is
// missed (a daemon that was killed) the doctor makes up for.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <string>

#include "daemon/state_watcher.h"
#include "daemon/store/queries.h"
#include "daemon/yard.h"

namespace yard {

/// Artifact name to SHA-256, hex, of the files of a run that have one noted.
std::map<std::string, std::string> noted_digests(const protocol::RunDir& run);
/// Reads the file (below runs/) and notes its digest. Empty: it is mostly holes, and reading them could take for ever.
base::Result<std::string> note_digest(const protocol::StateDir& state, const std::string& run, const ArtifactRow& file, const std::atomic<bool>* stop = nullptr);

/// Owned by serve(); loop thread only.
class Digester {
 public:
  /// `yard` outlives it.
  explicit Digester(Yard& yard) : yard_(yard), watcher_(yard, [this](NewState what) { return note(std::move(what)); }) {}

  void start();
  /// Gives up what it reads. Nothing of it waits on the loop when this returns.
  Task<void> stop();
  /// Waits for the thread: for a daemon that ends without stop().
  void stop_thread();

 private:
  Task<void> note(NewState what);

  Yard& yard_;
  boost::asio::thread_pool pool_{1};
  std::atomic<bool> stopping_{false};
  StateWatcher watcher_;
};

}  // namespace yard
