// SPDX-License-Identifier: Apache-2.0
#include "launcher/survivors.h"

#include <unistd.h>

#include <algorithm>
#include <set>

namespace launcher {
namespace {

namespace fs = std::filesystem;

base::Path proc(pid_t pid, const char* name) { return base::Path("/proc") / std::to_string(pid) / name; }

/// Whether NAME=value is one of the variables that the process was started with.
bool has_variable(const std::string& environment, const std::string& variable) {
  const std::string entry = '\0' + variable + '\0';
  return ('\0' + environment + '\0').find(entry) != std::string::npos;
}

bool marked_by_environment(const ProcessMarks& marks, pid_t pid) {
  if (marks.nonce.empty()) return false;
  const auto environment = base::read_file(proc(pid, "environ"), 16 << 20);
  return environment && has_variable(*environment, "RUNYARD_RUN_ID=" + marks.run_id) &&
         has_variable(*environment, "RUNYARD_ATTEMPT=" + marks.nonce);
}

bool holds_pipe(const ProcessMarks& marks, pid_t pid) {
  if (marks.pipe.empty()) return false;
  std::error_code code, ignored;
  fs::directory_iterator entry(proc(pid, "fd"), code), end;
  for (; !code && entry != end; entry.increment(code))
    if (fs::read_symlink(entry->path(), ignored) == marks.pipe) return true;
  return false;
}

/// The number of a session is not given away while a process is in it; once it was empty a stranger may have it.
bool in_session(const ProcessMarks& marks, const base::ProcessStat& stat) {
  if (marks.session.pid == 0 || stat.session != marks.session.pid) return false;
  const auto leader = base::process_stat(marks.session.pid);
  return leader && leader->start_time == marks.session.start_time;
}

/// A shell that the user has opened there has a terminal; a process older than the child is not of the attempt.
bool works_there(const ProcessMarks& marks, const base::ProcessStat& stat) {
  if (marks.work.empty() || stat.terminal != 0 || stat.start_time < marks.session.start_time) return false;
  std::error_code code;
  const auto folder = fs::read_symlink(proc(stat.pid, "cwd"), code);
  if (code) return false;
  const auto inside = folder.lexically_relative(marks.work);
  return !inside.empty() && *inside.begin() != "..";
}

bool is_marked(const ProcessMarks& marks, const base::ProcessStat& stat) {
  return in_session(marks, stat) || marked_by_environment(marks, stat.pid) || works_there(marks, stat) ||
         holds_pipe(marks, stat.pid);
}

std::set<pid_t> own_line() {
  std::set<pid_t> line;
  for (auto stat = base::process_stat(getpid()); stat && line.insert(stat->pid).second;)
    stat = base::process_stat(stat->parent);
  return line;
}

}  // namespace

std::vector<base::ProcessStat> find_survivors(const ProcessMarks& marks) {
  const auto spared = own_line();
  auto all = base::all_processes();
  std::erase_if(all, [&](const auto& stat) { return stat.is_dead() || spared.contains(stat.pid); });
  std::set<pid_t> found;
  for (const auto& stat : all)
    if (is_marked(marks, stat)) found.insert(stat.pid);
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const auto& stat : all)
      if (found.contains(stat.parent)) found.insert(stat.pid);
  }
  std::erase_if(all, [&](const auto& stat) { return !found.contains(stat.pid); });
  return all;
}

}  // namespace launcher
