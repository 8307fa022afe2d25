// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/queue.h"

#include <algorithm>
#include <iterator>

namespace runs {

namespace {

std::string counted(std::int64_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace

void Queue::set_slots(const std::string& target, std::int64_t slots) { targets_[target].slots = slots; }

void Queue::set_alias(const std::string& name, const std::string& target, bool forgotten) {
  targets_.try_emplace(target);
  aliases_[name] = {target, forgotten};
  move_waiting(name, target);
}

void Queue::move_waiting(const std::string& name, const std::string& target) {
  for (auto& [run, place] : places_) {
    if (place.name != name || place.target == target || !targets_[place.target].queued.remove(run, place.family))
      continue;
    place.target = target;
    targets_[target].queued.add(run, place.family);
  }
}

bool Queue::knows(const std::string& target) const {
  const auto alias = aliases_.find(target);
  return targets_.contains(target) || (alias != aliases_.end() && !alias->second.forgotten);
}

const std::string& Queue::queue_of(const std::string& name) const {
  const auto alias = aliases_.find(name);
  return alias == aliases_.end() ? name : alias->second.target;
}

std::optional<std::string> Queue::hold(const std::string& name) {
  const std::string& queue = queue_of(name);
  Target& target = targets_[queue];
  if (!target.queued.empty() || used(target) >= target.slots) return std::nullopt;
  ++target.held;
  return queue;
}

void Queue::release(const std::string& target) { --targets_[target].held; }

void Queue::add_held(Run run, const std::string& name, const std::string& family, const std::string& target) {
  release(target);
  targets_[target].running.insert(run);
  places_[run] = {name, target, family};
}

void Queue::add(Run run, const std::string& name, const std::string& family) {
  const std::string& target = queue_of(name);
  targets_[target].queued.add(run, family);
  places_[run] = {name, target, family};
}

void Queue::add_running(Run run, const std::string& name, const std::string& family) {
  const std::string& target = queue_of(name);
  targets_[target].running.insert(run);
  places_[run] = {name, target, family};
}

void Queue::remove(Run run) {
  const auto place = places_.find(run);
  if (place == places_.end()) return;
  Target& target = targets_[place->second.target];
  target.running.erase(run);
  target.building.erase(run);
  target.queued.remove(run, place->second.family);
  places_.erase(place);
  waiters_.forget(run);
}

std::int64_t Queue::used(const Target& target) const {
  return target.held + std::count_if(target.running.begin(), target.running.end(),
                                     [this, now = clock_()](Run run) { return !waiters_.waits(run, now); });
}

TargetQueue::Slots Queue::slots_of_families(const Target& target) const {
  TargetQueue::Slots slots;
  for (const Run run : target.running)
    if (!waiters_.waits(run, clock_())) ++slots[places_.at(run).family];
  return slots;
}

std::vector<Queue::Run> Queue::start_next() {
  std::vector<Run> startable;
  for (auto& [name, target] : targets_) {
    if (target.queued.empty()) continue;
    auto slots = slots_of_families(target);
    for (std::int64_t free = target.slots - used(target); free > 0 && !target.queued.empty(); --free) {
      const Run run = target.queued.pop(slots);
      startable.push_back(run);
      target.running.insert(run);
    }
  }
  return startable;
}

void Queue::begin_building(Run run) {
  const auto place = places_.find(run);
  if (place == places_.end() || place->second.built) return;
  Target& target = targets_[place->second.target];
  if (target.building.size() < kMostBuilding && target.running.erase(run) > 0) target.building.insert(run);
}

bool Queue::end_building(Run run) {
  const auto found = places_.find(run);
  if (found == places_.end()) return false;
  Place& place = found->second;
  place.built = true;
  if (targets_[place.target].building.erase(run) > 0) {
    place.target = queue_of(place.name);
    targets_[place.target].queued.add(run, place.family);
  }
  return targets_[place.target].running.contains(run);
}

bool Queue::is_built(Run run) const {
  const auto place = places_.find(run);
  return place != places_.end() && place->second.built;
}

void Queue::ask(Run waiter, Run awaited) {
  if (places_.contains(waiter)) waiters_.ask(waiter, awaited, clock_());
}

std::string Queue::why_waiting(Run run) const {
  const auto found = places_.find(run);
  if (found == places_.end()) return "";
  const auto& [name, queue, family, is_built] = found->second;
  const Target& target = targets_.at(queue);
  if (target.building.contains(run)) return "building its environment, without a slot meanwhile";
  if (target.running.contains(run)) return "";
  const std::string where = " on " + queue, then = is_built ? "; its environment is built" : "";
  if (target.slots == 0) return "queued" + where + ", which is paused (0 slots)" + then;
  const auto ahead = used(target) + target.queued.ahead_of(run, family, slots_of_families(target));
  return "queued behind " + counted(ahead, "run") + where + " (" + counted(target.slots, "slot") + ")" + then;
}

std::vector<Queue::View> Queue::view() const {
  std::vector<View> views;
  for (const auto& [name, target] : targets_) {
    View view{name, target.slots, {}, target.queued.all()};
    std::set_union(target.running.begin(), target.running.end(), target.building.begin(), target.building.end(),
                   std::back_inserter(view.running));
    views.push_back(std::move(view));
  }
  for (const auto& [name, alias] : aliases_)
    if (!alias.forgotten) views.push_back(view_of(name, targets_.at(alias.target).slots));
  return views;
}

Queue::View Queue::view_of(const std::string& alias, std::int64_t slots) const {
  View view{alias, slots, {}, {}};
  for (const auto& [run, place] : places_) {
    if (place.name != alias) continue;
    const bool waits = targets_.at(place.target).queued.contains(run, place.family);
    (waits ? view.queued : view.running).push_back(run);
  }
  return view;
}

}  // namespace runs
