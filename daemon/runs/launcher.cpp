// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/launcher.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"

namespace runs {

using base::Result;

namespace {

constexpr int kLockFd = 3;

std::vector<std::string> launcher_variables() {
  std::vector<std::string> variables = {"LC_ALL=C.UTF-8"};
  for (auto& entry : base::current_environment())
    if (entry.starts_with("PATH=") || entry.starts_with("HOME=")) variables.push_back(std::move(entry));
  return variables;
}

}  // namespace

Result<Launcher> Launcher::open(const base::Path& program, boost::asio::any_io_executor starts) {
  TRY_ASSIGN_FOR("cannot use the launcher", base::Fd fd, base::open_file(program, O_RDONLY));
  return Launcher(std::move(fd), std::move(starts));
}

base::SpawnOptions Launcher::options(std::vector<std::string> arguments) const {
  base::SpawnOptions options;
  options.argv = {"runyard-launcher"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.program_fd = program_.get();
  options.environment = launcher_variables();
  options.directory = "/";
  options.descriptors = {{STDERR_FILENO, STDERR_FILENO}};
  options.new_session = true;
  options.block_signals = true;
  return options;
}

Task<Result<base::Spawned>> Launcher::run(protocol::RunDir dir, base::Fd lock) {
  auto child =
      options({"run", "--run-dir", dir.root.string(), "--lock-fd", std::to_string(kLockFd), "--slots", "given"});
  child.descriptors.emplace_back(lock.get(), kLockFd);
  auto start = [child] { return base::spawn(child); };
  co_return co_await async::run_on(starts_, std::move(start));  // `lock` is ours until the child has its own
}

Task<Result<base::Spawned>> Launcher::finalize(protocol::RunDir dir) {
  auto start = [child = options({"--finalize", "--run-dir", dir.root.string()})] { return base::spawn(child); };
  co_return co_await async::run_on(starts_, std::move(start));
}

Task<void> until_ended(base::Spawned child) {
  co_await async::until_gone(std::move(child.pidfd));
  while (::waitpid(child.id.pid, nullptr, WNOHANG) < 0 && errno == EINTR) {}
}

}  // namespace runs
