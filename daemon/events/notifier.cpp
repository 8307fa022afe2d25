// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/notifier.h"

#include <sys/wait.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "base/spawn.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "daemon/store/queries/run_heads.h"

namespace events {

using base::Result;

namespace {

/// The variables of the hook. They describe the run as it is now, but with the state that this call is about.
std::vector<std::string> variables_of(const store::RunView& run, protocol::RunState state) {
  const std::string message = protocol::is_final(state) ? run.failure() : "";
  std::vector<std::string> variables = {"RUNYARD_RUN_ID=" + run.spec.id,
                                        "RUNYARD_STATUS=" + std::string(protocol::to_string(state)),
                                        "RUNYARD_EXPERIMENT=" + run.spec.experiment,
                                        "RUNYARD_URL=" + run.url,
                                        "RUNYARD_SUBMITTER=" + run.submitter,
                                        "RUNYARD_DISPLAY_NAME=" + run.display_name.value_or(""),
                                        "RUNYARD_MESSAGE=" + message};
  std::erase_if(variables, [](const std::string& variable) { return variable.find('\0') != std::string::npos; });
  return variables;
}

}  // namespace

Task<void> Notifier::stop() {
  co_await watcher_.stop();
  if (watcher_.waiting() == 0) co_return;
  const bool exists = co_await has_hook();
  if (exists)
    spdlog::warn("{} has not been told of the last {} changes of state", p_.place.state.hook().string(),
                 watcher_.waiting());
}

Task<bool> Notifier::has_hook() {
  auto look = [hook = p_.place.state.hook()] { return ::access(hook.c_str(), X_OK) == 0; };
  co_return co_await async::run_on(p_.pool, std::move(look));
}

/// The run as it is now; only its id when it cannot be read, because it has been removed, for example.
Task<store::RunView> Notifier::describe(const std::string& id) {
  auto ask = [id, &place = p_.place](store::Database& database) -> Result<store::RunView> {
    TRY_ASSIGN(const store::RunHead head, store::find_run(database, id));
    return store::run_view(database, place, head.key, false);
  };
  auto found = co_await p_.readers.read(std::move(ask));
  if (found) co_return std::move(*found);
  store::RunView run;
  run.spec.id = id;
  co_return run;
}

Task<void> Notifier::tell(NewState what) {
  const bool exists = co_await has_hook();
  if (!exists) co_return;
  const auto hook = p_.place.state.hook();
  const std::string id = what.run;
  const store::RunView run = co_await describe(id);
  base::SpawnOptions options;
  options.argv = {p_.launcher.string(), "--notify", "--run-dir", p_.place.state.run(id).root.string()};
  options.environment = variables_of(run, what.state);
  for (auto& entry : base::current_environment())
    if (entry.starts_with("PATH=") || entry.starts_with("HOME=")) options.environment.push_back(std::move(entry));
  options.directory = "/";
  options.new_session = true;
  options.descriptors = {{STDERR_FILENO, STDERR_FILENO}, {STDERR_FILENO, STDOUT_FILENO}};
  auto start = [options] { return base::spawn(options); };
  auto spawned = co_await async::run_on(p_.pool, std::move(start));
  if (!spawned) {
    spdlog::warn("Cannot tell {} of run {}: {}", hook.string(), id, spawned.error().message);
    co_return;
  }
  const pid_t pid = spawned->id.pid;
  co_await async::until_gone(std::move(spawned->pidfd));
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) < 0 && errno == EINTR) {}
  if (status != 0)
    spdlog::warn("{} ended with {} when it was told of run {}", hook.string(),
                 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), id);
}

}  // namespace events
