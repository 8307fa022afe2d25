// SPDX-License-Identifier: Apache-2.0
#include "daemon/events/notifier.h"

#include <sys/wait.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "base/spawn.h"
#include "daemon/async/run_on.h"
#include "daemon/async/waiting.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace events {

using base::Result;
using nlohmann::json;

namespace {

/// What the hook finds in its environment.
std::vector<std::string> variables_of(const json& run) {
  std::vector<std::string> variables;
  for (const auto& [name, key] :
       {std::pair("RUNYARD_RUN_ID", "id"), std::pair("RUNYARD_STATUS", "status"),
        std::pair("RUNYARD_EXPERIMENT", "experiment"), std::pair("RUNYARD_URL", "url"),
        std::pair("RUNYARD_SUBMITTER", "submitter"), std::pair("RUNYARD_DISPLAY_NAME", "display_name")})
    variables.push_back(std::string(name) + "=" + protocol::text_at(run, key));
  const json error = protocol::object_at(run, "error");
  variables.push_back("RUNYARD_MESSAGE=" + protocol::text_at(error, "message"));
  std::erase_if(variables, [](const std::string& each) { return each.find('\0') != std::string::npos; });
  return variables;
}

}  // namespace

Task<void> Notifier::stop() {
  co_await watcher_.stop();
  const bool has_hook = watcher_.waiting() > 0 && ::access(p_.place.state.hook().c_str(), X_OK) == 0;
  if (has_hook)
    spdlog::warn("{} has not been told of the last {} changes of state", p_.place.state.hook().string(),
                 watcher_.waiting());
}

Task<bool> Notifier::has_hook() {
  auto look = [hook = p_.place.state.hook()] { return ::access(hook.c_str(), X_OK) == 0; };
  co_return co_await async::run_on(p_.pool, std::move(look));
}

/// The run as it is now, in the state that it had come to. Of a run that has been removed since: that state alone.
Task<json> Notifier::describe(const NewState& what) {
  const store::Place& place = p_.place;
  auto ask = [id = what.run, &place](store::Database& database) -> Result<json> {
    TRY_ASSIGN(const store::RunHead head, store::find_run(database, id));
    return store::run_json(database, place, head.key, false);
  };
  auto found = co_await p_.readers.read(std::move(ask));
  json run = found ? std::move(*found) : json{{"id", what.run}};
  run["status"] = protocol::to_string(what.state);
  if (!protocol::is_final(what.state)) run["error"] = nullptr;
  co_return run;
}

Task<void> Notifier::tell(NewState what) {
  const bool exists = co_await has_hook();
  if (!exists) co_return;
  const auto hook = p_.place.state.hook();
  const std::string id = what.run;
  const json run = co_await describe(what);
  base::SpawnOptions options;
  options.argv = {p_.launcher.string(), "--notify", "--run-dir", p_.place.state.run(id).root.string()};
  options.environment = variables_of(run);
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
