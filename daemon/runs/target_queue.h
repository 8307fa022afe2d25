// SPDX-License-Identifier: Apache-2.0
// The runs that wait for a slot of one target, and which of them is next. A pure value.
// Why slots are shared by families: docs/decisions/15-families-share-slots.md.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace runs {

/// A family is a run without a parent and all runs below it; the id of that run names it. The next run is the oldest of
/// the family that holds the fewest slots. Families that hold as few take turns: the one whose run was submitted first,
/// but a family that got a slot is behind all that waited then.
class TargetQueue {
 public:
  using Run = std::int64_t;  ///< in the order of their submission
  /// The slots of the target that each family holds.
  using Slots = std::map<std::string, std::int64_t>;

  void add(Run run, const std::string& family);
  /// False: it does not wait.
  bool remove(Run run, const std::string& family);
  bool contains(Run run, const std::string& family) const;
  bool empty() const { return families_.empty(); }
  /// Takes the next run out, and counts its slot. There is one. The time grows with the families that hold slots, not
  /// with the runs that wait.
  Run pop(Slots& slots);
  /// How many of the other runs are next before this one, if slots are only given away.
  std::int64_t ahead_of(Run run, const std::string& family, const Slots& slots) const;
  /// The oldest first.
  std::vector<Run> all() const;

 private:
  /// After which submission a family got in line, and after how many starts.
  struct Turn {
    Run submitted = 0;
    std::int64_t started = 0;
    auto operator<=>(const Turn&) const = default;
  };
  struct Family {
    std::deque<Run> runs;  ///< the oldest first; not empty
    Turn got_slot;         ///< when it last got one
    Turn turn() const { return runs.front() > got_slot.submitted ? Turn{runs.front(), 0} : got_slot; }
  };

  std::map<std::string, Family> families_;
  std::map<Turn, std::string> turns_;  ///< of all families
  Turn last_;                          ///< the newest run, and how many were started
};

}  // namespace runs
