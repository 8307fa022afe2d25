// SPDX-License-Identifier: Apache-2.0
// Which runs wait for other runs. A run that waits does not need its slot, and yields it: else a run that submits
// another to its own target and waits for it would wait for ever. A pure value: the time is given.
// Why every run that waits yields its slot: docs/decisions/05-waiting-runs-yield-their-slot.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>

namespace runs {

/// A run waits while a request of it that waits is open, and from a question about a run that has not ended until three
/// times the usual interval of such questions, at least kShortestWait: so a run that asks again and again waits without
/// a break.
class Waiters {
 public:
  using Run = std::int64_t;
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kShortestWait{30};

  /// An open request; each needs its end_request().
  void begin_request(Run waiter);
  void end_request(Run waiter);
  /// `waiter` has asked for the state of `awaited`, which has not ended.
  void ask(Run waiter, Run awaited, Time now);
  /// `waiter` knows that `awaited` has ended.
  void learn_end(Run waiter, Run awaited);
  /// A run that has ended.
  void forget(Run run);

  bool waits(Run run, Time now) const;

 private:
  struct Question {
    Time asked, until;
  };
  std::map<Run, int> requests_;
  std::map<Run, std::map<Run, Question>> questions_;  ///< by waiter, then by the run that it asked for
};

}  // namespace runs
