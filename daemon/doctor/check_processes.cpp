// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "base/lock.h"
#include "base/process.h"
#include "daemon/doctor/finding.h"
#include "daemon/store/queries/run_heads.h"
#include "protocol/run_state.h"

namespace doctor {

using base::Result;

namespace {

constexpr std::chrono::seconds kLastMoments(5);  ///< an ending is public a moment before everything about it is gone
constexpr std::chrono::milliseconds kPoll(100);
constexpr std::string_view kJournal = "RUNYARD_JOURNAL=";

using States = std::map<std::string, protocol::RunState>;

bool is_under_way(protocol::RunState state) {
  return !protocol::is_final(state) && state != protocol::RunState::kNotStarted && state != protocol::RunState::kQueued;
}

/// Runs under way whose attempt no launcher holds.
std::set<std::string> abandoned(const protocol::StateDir& state, const States& states) {
  std::set<std::string> ids;
  for (const auto& [id, run_state] : states) {
    if (!is_under_way(run_state)) continue;
    const auto locked = base::is_locked(state.run(id).attempt().lock());
    if (locked && !*locked) ids.insert(id);
  }
  return ids;
}

/// Asks again until nothing is left of it, or it will not go away by itself.
template <class Ask>
auto lasting(Ask ask) {
  const auto end = std::chrono::steady_clock::now() + kLastMoments;
  auto found = ask();
  while (found && !found->empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPoll);
    found = ask();
  }
  return found;
}

/// Processes by their start that report into the journal of a run that has ended.
Result<std::map<std::pair<pid_t, std::uint64_t>, std::string>> survivors(const CheckContext& context) {
  TRY_ASSIGN(const auto known, store::states_of_launched_runs(*context.index));
  std::map<std::pair<pid_t, std::uint64_t>, std::string> found;
  const std::string mark = std::string(1, '\0') + std::string(kJournal) + context.state.runs().string() + "/";
  for (const auto& process : base::all_processes()) {
    const auto environment = base::read_file("/proc/" + std::to_string(process.pid) + "/environ", 1 << 22);
    if (!environment) continue;  // another user's
    const std::string entries = std::string(1, '\0') + *environment;
    const auto at = entries.find(mark);
    if (at == std::string::npos) continue;
    const std::string rest = entries.substr(at + mark.size(), 256);
    const auto state = known.find(rest.substr(0, rest.find('/')));
    if (state != known.end() && protocol::is_final(state->second))
      found[{process.pid, process.start_time}] = state->first;
  }
  return found;
}

}  // namespace

Result<std::string> check_processes(const CheckContext& context, std::vector<Finding>& found) {
  if (context.alive) {  // without a daemon, the next one ends them
    TRY_ASSIGN(const auto stuck, lasting([&]() -> Result<std::set<std::string>> {
                 TRY_ASSIGN(const auto now, store::states_of_launched_runs(*context.index));
                 return abandoned(context.state, now);
               }));
    for (const auto& id : stuck)
      found.push_back({"run " + id, "no process works on it, and yet it has not ended",
                       "restart the daemon (runyard down, then runyard up): it ends such runs", nullptr});
  }
  TRY_ASSIGN(const auto living, lasting([&] { return survivors(context); }));
  for (const auto& [process, id] : living)
    found.push_back({"run " + id,
                     "process " + std::to_string(process.first) + " is of this run, which has ended, and lives on",
                     "end it: kill " + std::to_string(process.first), nullptr});
  return "processes: " + std::string(living.empty() ? "none that outlived its run"
                                                    : count_of(living.size(), "process") + " beyond the end of a run");
}

}  // namespace doctor
