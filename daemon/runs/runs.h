// SPDX-License-Identifier: Apache-2.0
// The daemon's heart: who owns what, and what can be asked of it. HTTP handlers parse, call one function of this class,
// and render. The life of a run is in life.cpp, submitting in submit.cpp.
#pragma once

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>

#include "base/fd.h"
#include "daemon/runs/file_events.h"
#include "daemon/async/limited_pool.h"
#include "daemon/runs/hub.h"
#include "daemon/runs/queue.h"
#include "daemon/state/settings.h"
#include "daemon/source/stat_cache.h"
#include "daemon/source/upload.h"
#include "daemon/store/readers.h"
#include "daemon/store/store.h"
#include "daemon/runs/submission.h"
#include "daemon/runs/watch.h"
#include "protocol/exit_record.h"

namespace runs {

using async::Task;

/// Made by main(), lives as long as the loop runs; loop thread only.
class Yard {
 public:
  /// The lock of the state directory is held by the caller.
  static base::Result<std::unique_ptr<Yard>> open(boost::asio::io_context& loop, state::Settings settings);
  ~Yard();

  /// Goes on where the last daemon stopped: queued runs, launchers that live, launchers that died meanwhile.
  base::Result<void> resume();
  /// Nothing new is started from here on.
  void stop_starting() { stopping_ = true; }
  /// Stops watching the runs, which go on without us. Nothing of the yard waits on the loop when it returns.
  Task<void> leave_runs();
  /// Does what the writer has been asked for, and waits for the pools: no thread of the yard's runs when it returns. What they
  /// answer waits on the loop, and may refer to the yard.
  void stop_threads();

  /// Takes the snapshot, writes the record, queues the run. The same submission again gets the first answer.
  Task<base::Result<Submitted>> submit(Submission& submission);
  /// Takes a snapshot for a run that has none. `file_exists`: it has one.
  Task<base::Result<void>> snapshot_of(store::RunKey run, Submission& submission);
  /// How far a submission under way is; nothing when there is none of that id.
  std::optional<SubmitProgress> progress(const std::string& submission_id) const;

  /// A run that has ended stays as it is. Answers when the wish is safe on disk.
  Task<base::Result<void>> wish(const std::string& id, protocol::Wish wish);
  /// Ends a run that its own process reports. Ended already: nothing happens. `operation_in_progress` for other kinds.
  Task<base::Result<void>> end_interactive(const std::string& id, protocol::ExitRecord record);
  /// Takes in all that the run's files hold now, for at most two seconds. False when there is more.
  Task<base::Result<bool>> catch_up(store::RunKey run);
  Task<base::Result<void>> set_slots(const std::string& target, std::int64_t slots);
  /// Another name of a target with slots; `file_exists` when the name has slots of its own. True when it is new.
  Task<base::Result<bool>> set_alias(const std::string& name, const std::string& target, nlohmann::json properties);
  Task<base::Result<void>> forget_alias(const std::string& name);
  /// Valid lines of the metric protocol, added from outside.
  Task<base::Result<void>> add_lines(store::RunKey run, std::string lines);
  /// Removes a run that has ended, and its files.
  Task<base::Result<void>> remove(const std::string& id);

  /// `waiter` has asked for the state of `awaited`: it lends its slot for a while, unless it has `ended` (daemon/waiters.h).
  /// `awaited` is `waiter` itself where it asked for its children.
  void note_question(store::RunKey waiter, store::RunKey awaited, bool ended);
  /// While it lives, `waiter` lends its slot: it waits for another run.
  class Lending {
   public:
    Lending(Yard& yard, store::RunKey waiter);
    ~Lending();
    Lending(const Lending&) = delete;
    Lending& operator=(const Lending&) = delete;

   private:
    Yard& yard_;
    store::RunKey waiter_;
  };

  store::Store& store() { return *store_; }
  store::Readers& readers() { return readers_; }
  /// For the one question that must be answered at any time: how the daemon is.
  store::Readers& status_readers() { return status_readers_; }
  /// Walks over folders, and reading through stored archives.
  async::LimitedPool& long_work() { return long_work_; }
  /// The pieces of archives that are sent.
  async::LimitedPool& archives() { return archives_; }
  /// For the server, which finds out who holds a connection.
  boost::asio::any_io_executor lookups() { return lookups_.get_executor(); }
  Hub& hub() { return hub_; }
  source::Uploads& uploads() { return uploads_; }
  FileEvents& file_events() { return *file_events_; }
  const Queue& queue() const { return queue_; }
  const state::Settings& settings() const { return settings_; }
  boost::asio::any_io_executor pool() { return pool_.get_executor(); }
  boost::asio::io_context& loop() { return loop_; }

 private:
  Yard(boost::asio::io_context& loop, state::Settings settings, base::Fd launcher);

  void schedule() noexcept;
  base::Result<void> adopt_strays();
  Task<void> until_left(std::string id);
  void take_in(store::RunKey run, Watch::Done done);
  void published(std::vector<store::NumberedChange> changes);

  // wishes.cpp
  Task<void> nudge_launcher(std::string id);

  // life.cpp
  enum class Begin { kStart, kBegun, kAttach, kLost, kInteractive, kInner };
  /// `lock`: of the attempt that was begun. From here on there is somebody who sees to the run's end; where that cannot be
  /// (no memory), the daemon ends, and the next one begins with what it finds.
  void begin_life(store::RunKey run, Begin how, base::Fd lock = {}) noexcept;
  Task<void> live_again(store::RunKey run, Begin how);
  base::Result<bool> has_begun(const std::string& id) const;
  base::Result<Begin> how_to_go_on(const std::string& id, protocol::RunState state) const;
  Task<bool> is_final(store::RunKey run);
  Task<void> live(store::RunKey run, std::string id, Begin how, base::Fd lock);
  Task<base::Result<base::Fd>> begin(store::RunKey run, std::string id);
  Task<base::Result<void>> run_launcher(store::RunKey run, std::string id, base::Fd lock);
  Task<base::Result<void>> watch_launcher(std::string id);
  Task<base::Result<void>> ensure_ending(store::RunKey run, std::string id);
  Task<base::Result<void>> end_by_daemon(store::RunKey run, std::string id, std::string reason, std::string stage, std::string message);
  Task<void> settle(store::RunKey run, std::string id, Begin how, base::Result<void> launched);
  Task<void> wait_unlocked(std::string id);
  Task<void> wait_final(store::RunKey run, std::string id);

  // interactive.cpp
  Task<void> live_interactive(store::RunKey run, std::string id);
  Task<void> live_inner(store::RunKey run, std::string id);
  Task<void> snapshot_later(store::RunKey run, Submission submission);
  Task<base::Result<void>> note_snapshot(store::RunKey run, nlohmann::json facts);

  // submit.cpp
  struct Made;
  Task<base::Result<Submitted>> make_run(Submission& submission, Made& made);
  void admit(const Submission& submission, Made& made) noexcept;
  Task<base::Result<void>> snapshot(Submission& submission, SubmitProgress* progress);
  Task<void> drop_upload(std::string id);

  boost::asio::io_context& loop_;
  state::Settings settings_;
  base::Fd launcher_;  ///< the program, opened once: an upgrade does not change the runs of this daemon
  Hub hub_;
  boost::asio::thread_pool pool_{2};       ///< short queries, and pieces of files
  boost::asio::thread_pool status_{1};
  boost::asio::thread_pool lookups_{1};
  async::LimitedPool long_work_{"long answers", 4, 64};
  async::LimitedPool archives_{"archives", 2, 16};
  boost::asio::thread_pool snapshots_{1};  ///< reading sources
  boost::asio::thread_pool starter_{1};    ///< forking
  store::Readers readers_;
  store::Readers status_readers_;
  source::StatCache stat_cache_;
  source::Uploads uploads_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<FileEvents> file_events_;
  Queue queue_;
  std::map<std::string, std::shared_ptr<SubmitProgress>> submitting_;
  std::map<store::RunKey, std::string> ids_;  ///< of the runs in the queue
  std::map<store::RunKey, std::unique_ptr<boost::asio::cancellation_signal>> lives_;  ///< one for each live() under way
  base::Micros last_submitted_ = 0;
  bool stopping_ = false;
  std::atomic<bool> leaving_ = false;  ///< what pool threads read is given up
};

/// interactive.cpp: where a process that reports does so; null for a run that is reported inside of its parent.
nlohmann::json interactive_json(const protocol::AttemptDir& attempt);

}  // namespace runs
