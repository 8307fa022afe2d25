// SPDX-License-Identifier: Apache-2.0
// The runs that have not ended: which of them wait, which have a launcher, and the coroutine that sees to each one's
// end.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "daemon/async/threads.h"
#include "daemon/runs/hub.h"
#include "daemon/runs/launcher.h"
#include "daemon/runs/queue.h"
#include "daemon/runs/watch.h"
#include "daemon/store/queries/run_heads.h"
#include "daemon/store/readers.h"
#include "daemon/store/store.h"
#include "protocol/exit_record.h"

namespace runs {

/// What Runs works with; all of it outlives it.
struct RunsParts {
  boost::asio::io_context& loop;
  protocol::StateDir state;
  async::Threads& threads;
  store::Store& store;
  store::Readers& readers;
  Hub& hub;
  Watch& watch;
  Launcher& launcher;
};

/// Owned by serve(); loop thread only.
class Runs {
 public:
  explicit Runs(RunsParts parts) : p_(std::move(parts)) {}

  /// Goes on where the last daemon stopped (resume.cpp): queued runs, launchers that live, launchers that died
  /// meanwhile.
  base::Result<void> resume();
  /// Follows the child runs that these changes made.
  void follow_children(const std::vector<store::NumberedChange>& changes);
  /// Frees the slots of runs that, as these changes say, build their environments, and queues those that are done.
  void move_slots(const std::vector<store::NumberedChange>& changes);
  /// Nothing new is started from here on.
  void stop_starting() { stopping_ = true; }
  bool is_stopping() const { return stopping_; }
  /// Stops watching the runs, which go on without the daemon. No coroutine of theirs is left when it returns.
  Task<void> leave();

  // The queue.

  const Queue& queue() const { return queue_; }
  void set_slots(const std::string& target, std::int64_t slots);
  void set_alias(const std::string& name, const std::string& target);
  void forget_alias(const std::string& name);

  /// A slot held for a run that is being submitted. Given back when destroyed, unless the run got it.
  class HeldSlot {
   public:
    /// Empty when no slot of the target is free, or another run waits for it.
    HeldSlot(Runs& runs, const std::string& target) : runs_(runs), target_(runs.queue_.hold(target)) {}
    ~HeldSlot();
    HeldSlot(const HeldSlot&) = delete;
    HeldSlot& operator=(const HeldSlot&) = delete;
    explicit operator bool() const { return target_.has_value(); }

   private:
    friend class Runs;
    Runs& runs_;
    std::optional<std::string> target_;
  };
  /// A run that needs a slot.
  struct Launched {
    RunKey key = 0;
    std::string id, target;
    std::string family;  ///< target_queue.h
  };
  /// Queues a run that is written down.
  void enqueue(const Launched& run) noexcept;
  /// Starts one that has a slot, and whose attempt was begun with this lock.
  void start(const Launched& run, HeldSlot& slot, base::Fd lock) noexcept;
  /// Follows a run that a process of the user reports.
  void follow_interactive(RunKey run, const std::string& id) noexcept;
  /// Takes a run that has ended out of the queue. One that has a coroutine is left to it.
  void leave_queue(RunKey run);

  /// `waiter` has asked for the state of `awaited`: it yields its slot for a while, unless that one has `ended`
  /// (waiters.h). `awaited` is `waiter` itself where it asked for its children.
  void note_question(RunKey waiter, RunKey awaited, bool ended);
  /// While it lives, `waiter` yields its slot: it waits for another run.
  class YieldedSlot {
   public:
    YieldedSlot(Runs& runs, RunKey waiter);
    ~YieldedSlot();
    YieldedSlot(const YieldedSlot&) = delete;
    YieldedSlot& operator=(const YieldedSlot&) = delete;

   private:
    Runs& runs_;
    RunKey waiter_;
  };

  // One run.

  /// Whether a coroutine sees to it: its processes may still use its folder.
  bool is_followed(RunKey run) const { return lives_.contains(run); }
  /// Tells its launcher to read the stop requests. It may not have written who it is yet; then it reads them when it
  /// starts.
  Task<void> nudge_launcher(std::string id);

 private:
  /// How the life of a run begins in this daemon.
  enum class Begin {
    kStart,        ///< it has a slot; its attempt is begun first
    kBegun,        ///< its attempt was begun
    kAttach,       ///< its launcher lives, or left something
    kLost,         ///< it had begun when the machine restarted
    kUnknown,      ///< it may have begun, and its record cannot be read
    kInteractive,  ///< a process of the user reports it
    kChild,        ///< a process of its parent reports it
  };

  // resume.cpp
  base::Result<void> adopt_strays();
  void restore_targets(const nlohmann::json& targets);
  void go_on(const store::UnfinishedRun& run);
  Begin how_to_go_on(const std::string& id, protocol::RunState state) const;
  static std::string why_lost(Begin how);
  void restore_slot(const store::UnfinishedRun& run);

  void schedule() noexcept;
  Task<void> give_slot(RunKey run, std::string id);

  // life.cpp
  /// `lock`: of the attempt that was begun. From here on a coroutine sees to the run's end; where that cannot be (no
  /// memory), the daemon ends, and the next one begins with what it finds.
  void begin_life(RunKey run, Begin how, base::Fd lock = {}) noexcept;
  Task<void> begin_again(RunKey run, Begin how);
  Task<void> life(RunKey run, std::string id, Begin how, base::Fd lock);
  Task<base::Result<base::Fd>> begin_attempt(RunKey run, std::string id);
  Task<base::Result<void>> run_launcher(RunKey run, std::string id, base::Fd lock);
  Task<base::Result<void>> watch_launcher(std::string id);
  Task<void> until_unlocked(std::string id);
  Task<void> settle(RunKey run, std::string id, Begin how, base::Result<void> launched);
  Task<base::Result<void>> ensure_ending(RunKey run, std::string id);
  Task<base::Result<void>> end_by_daemon(RunKey run, std::string id, std::string reason, std::string stage,
                                         std::string message);
  Task<bool> has_ended(RunKey run);
  Task<void> until_ended_in_store(RunKey run, std::string id);

  // interactive_life.cpp
  Task<void> interactive_life(RunKey run, std::string id);
  Task<void> child_life(RunKey run, std::string id);

  RunsParts p_;
  Queue queue_;
  std::map<RunKey, std::string> ids_;  ///< of the runs that are queued or followed
  std::map<RunKey, std::unique_ptr<boost::asio::cancellation_signal>> lives_;  ///< one for each coroutine
  bool stopping_ = false;
};

}  // namespace runs
