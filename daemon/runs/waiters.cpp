// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/waiters.h"

#include <algorithm>

namespace runs {

void Waiters::begin_request(Run waiter) { ++requests_[waiter]; }

void Waiters::end_request(Run waiter) {
  const auto found = requests_.find(waiter);
  if (found != requests_.end() && --found->second <= 0) requests_.erase(found);
}

void Waiters::ask(Run waiter, Run awaited, Time now) {
  constexpr int kIntervals = 3;
  const auto [found, first] = questions_[waiter].try_emplace(awaited, Question{now, now});
  const auto interval = now - found->second.asked;
  found->second = {now,
                   std::max(found->second.until, now + std::max<Time::duration>(kIntervals * interval, kShortestWait))};
}

void Waiters::learn_end(Run waiter, Run awaited) {
  const auto found = questions_.find(waiter);
  if (found == questions_.end()) return;
  found->second.erase(awaited);
  if (found->second.empty()) questions_.erase(found);
}

void Waiters::forget(Run run) {
  questions_.erase(run);
  for (auto waiter = questions_.begin(); waiter != questions_.end();) {
    waiter->second.erase(run);
    waiter = waiter->second.empty() ? questions_.erase(waiter) : std::next(waiter);
  }
}

bool Waiters::waits(Run run, Time now) const {
  if (requests_.contains(run)) return true;
  const auto found = questions_.find(run);
  return found != questions_.end() && std::any_of(found->second.begin(), found->second.end(),
                                                  [now](const auto& question) { return question.second.until > now; });
}

}  // namespace runs
