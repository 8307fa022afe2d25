// SPDX-License-Identifier: Apache-2.0
// Which run starts next: targets, their slots, which runs hold one, which wait. A pure value: no files.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/runs/target_queue.h"
#include "daemon/runs/waiters.h"

namespace runs {

/// Owned by Runs; loop thread only.
class Queue {
 public:
  using Run = std::int64_t;
  using Clock = std::function<Waiters::Time()>;

  explicit Queue(Clock clock = [] { return std::chrono::steady_clock::now(); }) : clock_(std::move(clock)) {}

  void set_slots(const std::string& target, std::int64_t slots);
  /// Another name of a target: its runs wait in that one's queue. Runs that wait already move there, runs that hold a
  /// slot keep it where they got it. A name that is `forgotten` takes no new runs.
  void set_alias(const std::string& name, const std::string& target, bool forgotten = false);
  /// Whether runs can be submitted to it.
  bool knows(const std::string& target) const;
  /// The target whose queue the runs of a name wait in.
  const std::string& queue_of(const std::string& name) const;
  bool has_slots(const std::string& target) const { return targets_.contains(target); }
  /// Holds a slot for a run that has no key yet, when one is free and no run waits for it: it is add_held() or
  /// release()d. Returns the target with the slot, which the name may no longer mean then; nothing when there is none.
  std::optional<std::string> hold(const std::string& name);
  void release(const std::string& target);
  /// The run, submitted to `name`, that a slot of `target` was held for: it has it. Families: target_queue.h.
  void add_held(Run run, const std::string& name, const std::string& family, const std::string& target);
  /// In its target's queue.
  void add(Run run, const std::string& name, const std::string& family);
  /// A run whose launcher was found alive (or is to be started again): it holds a slot whatever the number of slots.
  void add_running(Run run, const std::string& name, const std::string& family);
  /// No longer queued (canceled) and no longer holding a slot (its launcher is gone).
  void remove(Run run);
  /// The runs that may start now, in order; from here on they hold a slot.
  std::vector<Run> start_next();

  // A run that holds a slot and waits for another run yields its slot (waiters.h).
  void begin_waiting(Run waiter) { waiters_.begin_request(waiter); }
  void end_waiting(Run waiter) { waiters_.end_request(waiter); }
  void ask(Run waiter, Run awaited);
  void learn_end(Run waiter, Run awaited) { waiters_.learn_end(waiter, awaited); }

  /// "queued behind 2 runs on local (1 slot)": those that hold a slot, and those that get one before it unless more
  /// runs are submitted; "building its environment, ...". Empty when the run does not wait.
  std::string why_waiting(Run run) const;

  // A run that builds its environment yields its slot, and waits in the queue again before its program starts.

  /// At most this many runs of a target yield at a time, so that not all runs of a queue are started at once where they
  /// need the same environment: those beyond keep their slots.
  static constexpr std::size_t kMostBuilding = 8;
  /// It yields its slot. Nothing happens after end_building().
  void begin_building(Run run);
  /// True: it has a slot. Else it waits for one, in the order of the keys.
  bool end_building(Run run);
  /// Whether it is past end_building(): its program starts as soon as it has a slot.
  bool is_built(Run run) const;

  struct View {
    std::string name;
    std::int64_t slots = 1;
    std::vector<Run> running, queued;  ///< the oldest first
  };
  /// Targets with slots, then other names, each by name.
  std::vector<View> view() const;

 private:
  struct Target {
    std::int64_t slots = 1;
    TargetQueue queued;
    std::set<Run> running;
    std::set<Run> building;  ///< without a slot
    std::int64_t held = 0;   ///< slots of runs that have no key yet
  };
  struct Alias {
    std::string target;
    bool forgotten = false;
  };
  struct Place {
    std::string name;    ///< that the run was submitted to
    std::string target;  ///< in whose queue it waits, or whose slot it holds
    std::string family;
    bool built = false;
  };
  TargetQueue::Slots slots_of_families(const Target& target) const;
  std::int64_t used(const Target& target) const;
  void move_waiting(const std::string& name, const std::string& target);
  View view_of(const std::string& alias, std::int64_t slots) const;

  std::map<std::string, Target> targets_;
  std::map<std::string, Alias> aliases_;
  std::map<Run, Place> places_;
  Waiters waiters_;
  Clock clock_;
};

}  // namespace runs
