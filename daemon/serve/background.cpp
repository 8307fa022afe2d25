// SPDX-License-Identifier: Apache-2.0
#include "daemon/serve/background.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>

#include "base/file.h"
#include "base/lock.h"
#include "base/ownership.h"
#include "base/spawn.h"

namespace serve {

using base::Result;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience(30);
constexpr int kReadyFd = 3;

/// What a daemon needs of the environment, and nothing else of the program that starts it.
std::vector<std::string> scrubbed_environment() {
  constexpr std::array<std::string_view, 9> kKept = {
      "HOME=",          "USER=", "LOGNAME=",     "PATH=", "XDG_STATE_HOME=", "XDG_RUNTIME_DIR=",
      "RUNYARD_STATE=", "TZ=",   "ASAN_OPTIONS="};
  std::vector<std::string> environment = {"LC_ALL=C.UTF-8"};
  for (auto& entry : base::current_environment())
    for (const auto kept : kKept)
      if (entry.starts_with(kept)) environment.push_back(entry);
  return environment;
}

/// A daemon that holds the lock has, or will have, its daemon.json.
Result<void> wait_published(const protocol::StateDir& state) {
  for (const auto until = Clock::now() + kPatience; Clock::now() < until; ::poll(nullptr, 0, 20)) {
    if (::access(state.daemon_file().c_str(), F_OK) == 0) return {};
    TRY_ASSIGN(const bool held, base::is_locked(state.lock()));
    if (!held)
      return base::error("the daemon ended while it was starting: see " + state.daemon_log().string(),
                         std::errc::no_child_process);
  }
  return base::error(
      "the daemon holds '" + state.lock().string() + "' but does not answer: see " + state.daemon_log().string(),
      std::errc::timed_out);
}

bool start_by_service() {
  const auto environment = base::current_environment();
  if (!std::getenv("XDG_RUNTIME_DIR") || !base::find_program("systemctl", environment)) return false;
  const auto ask = [&](std::vector<std::string> words) {
    base::SpawnOptions options;
    options.argv = {"systemctl", "--user", "--quiet"};
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    options.environment = environment;
    const auto finished = base::run_to_end(std::move(options), 20'000);
    return finished && finished->code == 0;
  };
  return ask({"cat", "runyardd.service"}) && ask({"start", "runyardd.service"});
}

/// The daemon's word: "\n", or why it cannot serve.
Result<void> wait_ready(const base::Fd& pipe) {
  std::string word;
  for (;;) {
    pollfd polled{pipe.get(), POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) == 0)
      return base::error("the daemon does not answer", std::errc::timed_out);
    char buffer[4096];
    const ssize_t n = ::read(pipe.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    word.append(buffer, static_cast<std::size_t>(n));
  }
  if (word == "\n") return {};
  return base::error(word.empty() ? "the daemon ended while it was starting" : word, std::errc::no_child_process);
}

Result<void> start_detached(const protocol::StateDir& state, std::optional<int> port) {
  TRY_ASSIGN(const base::Fd log, base::open_file(state.daemon_log(), O_WRONLY | O_CREAT | O_APPEND));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::os_error("cannot make a pipe");
  const base::Fd read_end(ends[0]);
  base::Fd write_end(ends[1]);
  base::SpawnOptions options;
  std::error_code code;
  const base::Path self = std::filesystem::read_symlink("/proc/self/exe", code);  // its own name, for ps
  options.argv = {code ? "/proc/self/exe" : self.string(), "--ready-fd", std::to_string(kReadyFd)};
  if (port) options.argv.insert(options.argv.end(), {"--port", std::to_string(*port)});
  options.environment = scrubbed_environment();
  options.directory = "/";
  options.descriptors = {{log.get(), 1}, {log.get(), 2}, {write_end.get(), kReadyFd}};
  options.new_session = true;
  options.umask = 077;
  TRY_FOR("cannot start the daemon", base::spawn(options));
  write_end.reset();
  TRY_FOR("cannot start the daemon", wait_ready(read_end));
  return {};
}

}  // namespace

Result<void> start_in_background(const protocol::StateDir& state, const BackgroundOptions& options) {
  if (std::getenv("RUNYARD_RUN_ID"))
    return base::error("cannot start the daemon from inside a run: it would end with the run",
                       std::errc::operation_not_permitted);
  TRY(base::make_own_directory("state directory", state.root));
  TRY_ASSIGN(const bool held, base::is_locked(state.lock()));
  if (held) return wait_published(state);
  if (!options.own_place && !options.port && start_by_service()) return wait_published(state);
  auto started = start_detached(state, options.port);
  if (started) return {};
  // Another client may have started one meanwhile.
  TRY_ASSIGN(const bool meanwhile, base::is_locked(state.lock()));
  return meanwhile ? wait_published(state) : started;
}

}  // namespace serve
