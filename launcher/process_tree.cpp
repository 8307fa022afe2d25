// SPDX-License-Identifier: Apache-2.0
#include "launcher/process_tree.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "base/file.h"
#include "base/text.h"

namespace launcher {
namespace {

std::vector<base::ProcessStat> descendants() {
  std::multimap<pid_t, base::ProcessStat> by_parent;
  for (const auto& stat : base::all_processes()) by_parent.emplace(stat.parent, stat);
  std::vector<base::ProcessStat> found;
  std::vector<pid_t> parents = {getpid()};
  while (!parents.empty()) {
    const auto [first, last] = by_parent.equal_range(parents.back());
    parents.pop_back();
    for (auto child = first; child != last; ++child) {
      found.push_back(child->second);
      parents.push_back(child->second.pid);
    }
  }
  return found;
}

void signal_one(const base::ProcessStat& stat, int signal) {
  if (stat.is_dead()) return;
  const auto pidfd = base::open_process({stat.pid, stat.start_time});
  if (pidfd) (void)base::signal_process(*pidfd, signal);
}

std::string command_of(pid_t pid) {
  auto text = base::read_file("/proc/" + std::to_string(pid) + "/comm");
  if (!text) return "gone";
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return base::to_utf8(*text);
}

std::string name_of(const base::ProcessStat& stat) {
  return "pid " + std::to_string(stat.pid) + " (" + command_of(stat.pid) + ", state " + stat.state + ")";
}

double seconds_of(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

}  // namespace

Usage usage_of(const struct rusage& usage) {
  return {seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), static_cast<std::uint64_t>(usage.ru_maxrss) * 1024};
}

base::Result<void> become_subreaper() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return base::os_error("cannot become a subreaper");
  return {};
}

base::Result<void> die_with(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return base::os_error("cannot ask to die with the parent");
  if (getppid() != parent) return base::error("the parent is gone", std::errc::no_such_process);
  return {};
}

bool ProcessTree::reap() {
  for (;;) {
    int status = 0;
    struct rusage usage {};
    const pid_t pid = wait4(-1, &status, WNOHANG | __WALL, &usage);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return false;
    if (pid == 0) return true;
    if (pid == main_) main_status_ = status;
    const Usage more = usage_of(usage);
    usage_ = {usage_.cpu_seconds + more.cpu_seconds, std::max(usage_.peak_bytes, more.peak_bytes)};
  }
}

void ProcessTree::ask_to_end() const {
  if (main_ > 0 && !main_status_) (void)::kill(-main_, SIGTERM);  // not reaped yet, so the number is still its own
}

void ProcessTree::ask_all_to_end() const {
  for (const auto& stat : descendants()) signal_one(stat, SIGTERM);
}

std::vector<std::string> ProcessTree::empty(const Cgroup& cgroup, std::chrono::seconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  if (reap()) cgroup.kill();
  for (int wait_ms = 1; reap(); wait_ms = std::min(wait_ms * 2, 50)) {
    const auto left = descendants();
    kill_each(left);
    if (std::chrono::steady_clock::now() >= give_up) return names_of(left);
    (void)::poll(nullptr, 0, wait_ms);
  }
  return {};
}

std::map<pid_t, std::string> names_of_descendants() {
  std::map<pid_t, std::string> names;
  for (const auto& stat : descendants())
    if (!stat.is_dead()) names.emplace(stat.pid, name_of(stat));
  return names;
}

void kill_each(const std::vector<base::ProcessStat>& processes) {
  for (const auto& stat : processes) signal_one(stat, SIGKILL);
}

std::vector<std::string> names_of(const std::vector<base::ProcessStat>& processes) {
  std::vector<std::string> names;
  for (const auto& stat : processes)
    if (!stat.is_dead()) names.push_back(name_of(stat));
  return names;
}

}  // namespace launcher
