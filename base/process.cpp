// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/file.h"

namespace base {

std::optional<ProcessStat> process_stat(pid_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/stat");
  if (!text) return std::nullopt;
  // The command's name may hold spaces and parentheses: fields begin after the last ')'.
  const auto after_name = text->rfind(')');
  if (after_name == std::string::npos) return std::nullopt;
  ProcessStat stat;
  stat.pid = pid;
  unsigned long long start = 0;
  const int found = std::sscanf(text->c_str() + after_name + 1,
                                " %c %d %d %d %d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                                &stat.state, &stat.parent, &stat.group, &stat.session, &stat.terminal, &start);
  if (found != 6) return std::nullopt;
  stat.start_time = start;
  return stat;
}

std::vector<ProcessStat> all_processes() {
  std::vector<ProcessStat> all;
  std::error_code code;
  std::filesystem::directory_iterator entry("/proc", code), end;
  for (; !code && entry != end; entry.increment(code)) {
    const std::string name = entry->path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    if (const auto stat = process_stat(pid)) all.push_back(*stat);
  }
  return all;
}

ProcessId this_process() {
  const auto stat = process_stat(::getpid());
  return {::getpid(), stat ? stat->start_time : 0};
}

std::string boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id");
  if (!text) return "unknown";
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

Result<Fd> open_child(pid_t pid) {
  Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!fd) return os_error("cannot open process " + std::to_string(pid));
  return fd;
}

Result<Fd> open_process(const ProcessId& who) {
  TRY_ASSIGN(Fd fd, open_child(who.pid));
  // The start time is read after the descriptor exists: from here on the pid cannot pass to another process unnoticed.
  const auto stat = process_stat(who.pid);
  if (!stat || stat->start_time != who.start_time || stat->is_dead())
    return os_error("cannot open process " + std::to_string(who.pid), ESRCH);
  return fd;
}

Result<void> signal_process(const Fd& pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) != 0)
    return os_error(std::string("cannot send ") + ::strsignal(signal));
  return {};
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

}  // namespace base
