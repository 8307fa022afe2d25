// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/target_queue.h"

#include <algorithm>
#include <limits>

namespace runs {

namespace {

std::int64_t held_by(const std::string& family, const TargetQueue::Slots& slots) {
  const auto found = slots.find(family);
  return found == slots.end() ? 0 : found->second;
}

}  // namespace

void TargetQueue::add(Run run, const std::string& name) {
  Family& family = families_[name];
  if (!family.runs.empty()) turns_.erase(family.turn());
  family.runs.insert(std::upper_bound(family.runs.begin(), family.runs.end(), run), run);
  turns_[family.turn()] = name;
  last_.submitted = std::max(last_.submitted, run);
}

bool TargetQueue::remove(Run run, const std::string& name) {
  if (!contains(run, name)) return false;
  const auto found = families_.find(name);
  Family& family = found->second;
  turns_.erase(family.turn());
  family.runs.erase(std::lower_bound(family.runs.begin(), family.runs.end(), run));
  if (family.runs.empty()) families_.erase(found);
  else turns_[family.turn()] = name;
  return true;
}

bool TargetQueue::contains(Run run, const std::string& name) const {
  const auto found = families_.find(name);
  return found != families_.end() && std::binary_search(found->second.runs.begin(), found->second.runs.end(), run);
}

TargetQueue::Run TargetQueue::pop(Slots& slots) {
  auto next = turns_.begin();
  auto fewest = std::numeric_limits<std::int64_t>::max();
  for (auto turn = turns_.begin(); turn != turns_.end() && fewest > 0; ++turn) {
    const std::int64_t held = held_by(turn->second, slots);
    if (held >= fewest) continue;
    next = turn;
    fewest = held;
  }
  const std::string name = next->second;
  Family& family = families_.at(name);
  const Run run = family.runs.front();
  turns_.erase(next);
  ++last_.started;
  family.got_slot = last_;
  turns_[family.turn()] = name;
  remove(run, name);
  ++slots[name];
  return run;
}

/// A family gets its slots one by one: its run at place i is next when the family holds i slots more than now. Of the
/// families that hold as many by then, those that hold more now have waited longer.
std::int64_t TargetQueue::ahead_of(Run run, const std::string& name, const Slots& slots) const {
  const Family& own = families_.at(name);
  const std::int64_t own_slots = held_by(name, slots);
  const std::int64_t own_place =
      std::distance(own.runs.begin(), std::lower_bound(own.runs.begin(), own.runs.end(), run));
  std::int64_t ahead = 0;
  for (const auto& [other, family] : families_) {
    const std::int64_t held = held_by(other, slots), count = std::ssize(family.runs);
    const std::int64_t place = own_slots + own_place - held;
    const bool is_first = held > own_slots || (held == own_slots && family.turn() < own.turn());
    ahead += std::clamp<std::int64_t>(place, 0, count);
    if (place >= 0 && place < count && is_first) ++ahead;
  }
  return ahead;
}

std::vector<TargetQueue::Run> TargetQueue::all() const {
  std::vector<Run> all;
  for (const auto& [name, family] : families_) all.insert(all.end(), family.runs.begin(), family.runs.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace runs
