// SPDX-License-Identifier: Apache-2.0
#include "launcher/start.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "launcher/activation.h"
#include "launcher/environment.h"
#include "launcher/missing.h"
#include "protocol/limits.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;

/// When memory runs out the kernel is to take the child, not its launcher.
constexpr int kMoreLikelyShot = 100;
constexpr int kMostLikelyShot = 1000;

/// Bash where it is installed, as on the machines of SDK v1: `source`, `[[ ]]` and `set -o pipefail` must work.
std::string shell() {
  for (const char* path : {"/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"})
    if (::access(path, X_OK) == 0) return path;
  return "/bin/sh";
}

std::vector<std::string> arguments_of(const protocol::RunSpec& spec, const std::vector<std::string>& environment) {
  if (spec.kind == protocol::RunKind::kCommand) {
    if (spec.shell) return {shell(), "-c", spec.command.front()};
    return spec.command;
  }
  // A script whose name begins like an option must not become one.
  std::vector<std::string> argv = {spec.interpreter, (spec.script.starts_with('-') ? "./" : "") + spec.script};
  for (const auto& argument : spec.arguments)
    argv.push_back(spec.expand ? expand_variables(argument, environment) : argument);
  return argv;
}

std::vector<std::pair<int, struct rlimit>> limits_of(const protocol::RunSpec& spec) {
  std::vector<std::pair<int, struct rlimit>> limits;
  for (const auto& [name, pair] : spec.limits)
    if (const auto resource = protocol::resource_of(name))  // reading the spec has refused other names
      limits.push_back(
          {*resource, {protocol::limit_from_number(pair.first), protocol::limit_from_number(pair.second)}});
  return limits;
}

int oom_score_of_child() {
  const auto own = base::read_file("/proc/self/oom_score_adj");
  return std::min(kMostLikelyShot, (own ? std::atoi(own->c_str()) : 0) + kMoreLikelyShot);
}

base::Result<void> check_script(const Attempt& attempt) {
  const auto& spec = attempt.spec;
  if (spec.interpreter.empty()) return base::error("cannot start: the run names no interpreter");
  const auto script = attempt.work() / spec.script;
  std::error_code ignored;
  if (!spec.script.empty() && fs::is_regular_file(script, ignored)) return {};
  const bool there = !spec.script.empty() && fs::exists(script, ignored);
  return base::error("cannot start: the script " + script.string() + (there ? " is not a file" : " does not exist") +
                         missing_file_hint(attempt, spec.script),
                     std::errc::no_such_file_or_directory);
}

base::Result<void> check_program(const Attempt& attempt) {
  switch (attempt.spec.kind) {
    case protocol::RunKind::kScript:
      return check_script(attempt);
    case protocol::RunKind::kCommand:
      if (attempt.spec.command.empty()) return base::error("cannot start: the command is empty");
      return {};
    case protocol::RunKind::kInteractive:
      break;
  }
  return base::error("cannot start: an interactive run starts nothing");
}

}  // namespace

base::Result<base::Spawned> start_child(const Attempt& attempt, const base::Fd& output, const Cgroup& cgroup,
                                        std::vector<base::Mount> mounts) {
  TRY(check_program(attempt));
  base::SpawnOptions options;
  TRY_ASSIGN(options.environment, child_environment(attempt));
  options.argv = with_activation(arguments_of(attempt.spec, options.environment), attempt.spec, options.environment);
  options.directory = attempt.work();
  options.descriptors = {{output.get(), 1}, {output.get(), 2}};
  options.new_session = true;
  options.umask = static_cast<mode_t>(attempt.spec.umask);
  options.limits = limits_of(attempt.spec);
  options.oom_score_adj = oom_score_of_child();
  options.cgroup = cgroup.folder();
  options.mounts = std::move(mounts);
  return base::spawn(options);
}

}  // namespace launcher
