// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLongestSeconds = 1e9;

struct WaitOptions {
  std::vector<std::string> runs;
  std::optional<double> timeout;
};

base::Result<std::optional<Clock::time_point>> deadline_of(std::optional<double> seconds) {
  if (!seconds) return std::optional<Clock::time_point>();
  if (*seconds < 0) return wrong_usage("cannot wait: --timeout must not be negative");
  const std::chrono::duration<double> limited(std::min(*seconds, kLongestSeconds));
  return std::optional(Clock::now() + std::chrono::duration_cast<Clock::duration>(limited));
}

/// The exit code for one run, final or not.
base::Result<int> report_end(const Context& context, const json& run) {
  if (context.json()) TRY(out_json(run));
  else TRY(out(outcome_sentence(run) + "\n"));
  return is_final(run) ? exit_code_of(run) : kExitTimeout;
}

base::Result<int> wait(const Context& context, const WaitOptions& options) {
  TRY_ASSIGN(const auto deadline, deadline_of(options.timeout));
  TRY_ASSIGN(Client client, context.client());
  std::vector<std::string> ids;
  for (const auto& word : options.runs) {
    TRY_ASSIGN(ids.emplace_back(), find_run_id(client, word));
  }
  TRY_ASSIGN(const Interrupt interrupt, Interrupt::catch_it());
  Persistent persistent(context, std::move(client), interrupt);
  int code = 0;
  for (const auto& id : ids) {
    const auto run = persistent.wait(id, deadline);
    if (!run && interrupted(run.error())) return detach(id);
    if (!run) return run.error();
    TRY_ASSIGN(const int one, report_end(context, *run));
    if (code == 0) code = one;
  }
  return code;
}

}  // namespace

Command wait_command() {
  const auto o = std::make_shared<WaitOptions>();
  return {
      "wait",
      "wait for runs to end; the exit code is the run's",
      "  runyard wait latest && echo fine\n"
      "  runyard wait --timeout 60 ridge/3 ridge/4\n\n"
      "Exit codes: 0 completed; the run's exit status, or 128 + its signal; 1 failed otherwise;\n"
      "143 canceled; 124 not over when --timeout was; 130 Ctrl-C (the run goes on). Of several\n"
      "runs: the first that is not 0.\n",
      {{"RUN", &o->runs, "the runs", "", true}, {"--timeout", &o->timeout, "give up after so many seconds", "SECONDS"}},
      nullptr,
      nullptr,
      "",
      [o](Context& context) { return wait(context, *o); }};
}

}  // namespace cli
