// SPDX-License-Identifier: Apache-2.0
// Finds the daemon's program, which checks the state directory, and stops the daemon while it fixes.
#include <memory>

#include "base/spawn.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/daemon.h"
#include "protocol/json.h"

namespace cli {

namespace {

base::Result<int> examine(const Context& context, bool fix) {
  TRY_ASSIGN(const base::Path program, daemon_program());
  base::SpawnOptions options;
  options.argv = {program, "--check"};
  if (fix) options.argv.push_back("--fix");
  if (context.json()) options.argv.push_back("--json");
  options.environment = base::current_environment();
  return base::run_attached(std::move(options));
}

/// Runs go on meanwhile.
base::Result<int> doctor(const Context& context, bool fix) {
  nlohmann::json ran;
  if (fix) {
    TRY_ASSIGN(ran, stop_daemon(context));
  }
  auto code = examine(context, fix);
  if (!ran.is_null()) TRY(context.start_daemon());
  return code;
}

}  // namespace

Command doctor_command() {
  const auto fix = std::make_shared<bool>(false);
  return {"doctor",
          "check the state directory: database, runs, snapshots, models, processes",
          "  runyard doctor\n  runyard doctor --fix\n",
          {{"--fix", fix.get(), "fix what can be fixed; the daemon is stopped meanwhile, runs go on"}},
          nullptr,
          nullptr,
          "",
          [fix](Context& context) { return doctor(context, *fix); }};
}

}  // namespace cli
