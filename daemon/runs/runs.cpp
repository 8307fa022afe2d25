// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/runs.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <csignal>

#include "base/process.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "daemon/runs/attempt.h"
#include "protocol/slot.h"

namespace runs {

using base::Result;

namespace {

constexpr std::chrono::milliseconds kLeavePoll(20), kRetrySlot(1000);

}  // namespace

void Runs::schedule() noexcept {
  if (stopping_) return;
  for (const RunKey run : queue_.start_next()) {
    if (queue_.is_built(run)) boost::asio::co_spawn(p_.loop, give_slot(run, ids_.at(run)), async::or_end_daemon);
    else begin_life(run, Begin::kStart);
  }
}

void Runs::move_slots(const std::vector<store::NumberedChange>& changes) {
  bool moved = false;
  for (const auto& [number, change] : changes) {
    if (change.slot == store::SlotNews::kNone || !ids_.contains(change.key)) continue;
    moved = true;
    if (change.slot == store::SlotNews::kYields) queue_.begin_building(change.key);
    else if (!queue_.is_built(change.key) && queue_.end_building(change.key))  // it has kept its slot
      boost::asio::co_spawn(p_.loop, give_slot(change.key, change.run), async::or_end_daemon);
  }
  if (moved) schedule();
}

/// Tells the launcher of a run that waits for a slot that the run has one: by a file, so that the next daemon knows it
/// too.
Task<void> Runs::give_slot(RunKey run, std::string id) {
  const auto slot = protocol::slot_file(p_.state.run(id).attempt());
  for (;;) {
    auto write = [slot] { return base::open_file(slot, O_CREAT | O_WRONLY); };
    const auto written = co_await async::run_on(p_.threads.quick, std::move(write));
    if (written || stopping_ || !ids_.contains(run)) co_return;
    spdlog::error("Cannot let run {} go on, trying again in 1 s: {}", id, written.error().message);
    co_await async::pause(kRetrySlot);
  }
}

void Runs::follow_children(const std::vector<store::NumberedChange>& changes) {
  for (const auto& [number, change] : changes) {
    if (change.created_child == 0 || stopping_ || lives_.contains(change.created_child)) continue;
    ids_[change.created_child] = change.run;
    begin_life(change.created_child, Begin::kChild);
  }
}

Task<void> Runs::leave() {
  stopping_ = true;
  // Once may not do: what runs on a pool thread is not interrupted, and what comes after it is.
  while (!lives_.empty()) {
    for (const auto& [run, life] : lives_) life->emit(boost::asio::cancellation_type::terminal);
    co_await async::pause(kLeavePoll);
  }
}

void Runs::set_slots(const std::string& target, std::int64_t slots) {
  queue_.set_slots(target, slots);
  schedule();
}

void Runs::set_alias(const std::string& name, const std::string& target) {
  queue_.set_alias(name, target);
  schedule();
}

void Runs::forget_alias(const std::string& name) { queue_.set_alias(name, queue_.queue_of(name), true); }

Runs::HeldSlot::~HeldSlot() {
  if (!target_) return;
  runs_.queue_.release(*target_);
  runs_.schedule();
}

void Runs::enqueue(const Launched& run) noexcept {
  ids_[run.key] = run.id;
  queue_.add(run.key, run.target, run.family);
  schedule();
}

void Runs::start(const Launched& run, HeldSlot& slot, base::Fd lock) noexcept {
  ids_[run.key] = run.id;
  if (stopping_) return;  // the next daemon starts what this one has begun
  queue_.add_held(run.key, run.target, run.family, *std::exchange(slot.target_, std::nullopt));
  begin_life(run.key, Begin::kBegun, std::move(lock));
}

void Runs::follow_interactive(RunKey run, const std::string& id) noexcept {
  ids_[run] = id;
  begin_life(run, Begin::kInteractive);
}

void Runs::leave_queue(RunKey run) {
  if (lives_.contains(run)) return;
  queue_.remove(run);
  ids_.erase(run);
  schedule();
}

void Runs::note_question(RunKey waiter, RunKey awaited, bool ended) {
  if (ended) return queue_.learn_end(waiter, awaited);
  queue_.ask(waiter, awaited);
  schedule();
}

Runs::YieldedSlot::YieldedSlot(Runs& runs, RunKey waiter) : runs_(runs), waiter_(waiter) {
  runs_.queue_.begin_waiting(waiter_);
  runs_.schedule();
}

Runs::YieldedSlot::~YieldedSlot() { runs_.queue_.end_waiting(waiter_); }

Task<void> Runs::nudge_launcher(std::string id) {
  auto nudge = [attempt = p_.state.run(id).attempt()]() -> Result<void> {
    TRY_ASSIGN(const auto record, read_launch_record(attempt));
    for (const auto& holder : {record.worker, record.guard}) {
      if (!holder) continue;
      const auto process = base::open_process(*holder);
      // Not SIGTERM, which always means that another program told the launcher to stop.
      if (process) return base::signal_process(*process, SIGUSR1);
    }
    return {};
  };
  auto nudged = co_await async::run_on(p_.threads.quick, std::move(nudge));
  static_cast<void>(nudged);
}

}  // namespace runs
