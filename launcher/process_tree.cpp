// SPDX-License-Identifier: Apache-2.0
#include "launcher/process_tree.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <map>

#include "base/process.h"

namespace launcher {
namespace {

std::vector<base::ProcessStat> all_processes() {
  std::vector<base::ProcessStat> all;
  std::error_code code;
  std::filesystem::directory_iterator entry("/proc", code), end;
  for (; !code && entry != end; entry.increment(code)) {
    const std::string name = entry->path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    if (const auto stat = base::process_stat(pid)) all.push_back(*stat);
  }
  return all;
}

std::vector<base::ProcessStat> descendants() {
  std::multimap<pid_t, base::ProcessStat> by_parent;
  for (const auto& stat : all_processes()) by_parent.emplace(stat.parent, stat);
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

void kill_one(const base::ProcessStat& stat) {
  if (stat.state == 'Z') return;
  const auto pidfd = base::open_process({stat.pid, stat.start_time});
  if (pidfd) (void)base::signal_process(*pidfd, SIGKILL);
}

std::vector<std::string> names_of(const std::vector<base::ProcessStat>& processes) {
  std::vector<std::string> names;
  for (const auto& stat : processes)
    names.push_back("pid " + std::to_string(stat.pid) + " (state " + stat.state + ")");
  return names;
}

}  // namespace

base::Result<void> become_subreaper() {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return base::os_error("cannot become a subreaper");
  return {};
}

bool ProcessTree::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, WNOHANG | __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return false;
    if (pid == 0) return true;
    if (pid == main_) main_status_ = status;
  }
}

void ProcessTree::ask_to_end() const {
  if (main_ > 0 && !main_status_) (void)::kill(-main_, SIGTERM);  // not reaped yet, so the number is still ours
}

std::vector<std::string> ProcessTree::empty(std::chrono::seconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (int wait_ms = 1; reap(); wait_ms = std::min(wait_ms * 2, 50)) {
    const auto left = descendants();
    for (const auto& stat : left) kill_one(stat);
    if (std::chrono::steady_clock::now() >= give_up) return names_of(left);
    (void)::poll(nullptr, 0, wait_ms);
  }
  return {};
}

}  // namespace launcher
