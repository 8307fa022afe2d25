// SPDX-License-Identifier: Apache-2.0
// Notices that a live run's files have grown, without making its writes dearer: one event wakes it, then the files are
// drained every 20 ms while they grow, and only when they are quiet is the next event asked for.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/result.h"
#include "daemon/store/store.h"
#include "protocol/names.h"

namespace runs {

using store::RunKey;

/// Owned by serve(); loop thread only.
class Watch {
 public:
  using Done = std::function<void(base::Result<store::IngestPass>)>;
  /// Reads what is new of a run and says what it found, on the loop.
  using IngestRun = std::function<void(RunKey, Done)>;

  static base::Result<std::unique_ptr<Watch>> make(boost::asio::io_context& loop, IngestRun ingest);
  ~Watch();

  /// From now until forget() or the run's final state; reads at once.
  void follow(RunKey run, const protocol::RunDir& dir) { follow(run, dir, dir.attempt().journal()); }
  /// The same for a run whose processes report elsewhere.
  void follow(RunKey run, const protocol::RunDir& dir, const base::Path& journal);
  /// Reads now, whatever the events say.
  void nudge(RunKey run);
  void forget(RunKey run);

 private:
  struct Followed;
  Watch(boost::asio::io_context& loop, int inotify, IngestRun ingest);
  void wait_for_events();
  void read_events(std::string_view bytes);
  void arm(RunKey key, Followed& run);
  void disarm(Followed& run);
  void take(RunKey run);
  void taken(RunKey run, const base::Result<store::IngestPass>& pass);
  void again_in(RunKey run, std::chrono::milliseconds delay);

  boost::asio::io_context& loop_;
  boost::asio::posix::stream_descriptor inotify_;
  IngestRun ingest_;
  std::map<RunKey, std::unique_ptr<Followed>> runs_;
  std::map<int, RunKey> run_of_watch_;
  std::string buffer_;
};

/// Reads what is new of a run, in a transaction of its own, and says what it found, on the loop: for Watch::make.
void ingest(store::Store& store, RunKey run, Watch::Done done);

}  // namespace runs
