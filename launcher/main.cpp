// SPDX-License-Identifier: Apache-2.0
// runyard-launcher: runs one attempt of one run, from its claim to its exit.json, finalizes one whose launcher died, or
// manages the environments that were built.
#include <unistd.h>

#include <cstdio>

#include "base/digest.h"
#include "base/locale.h"
#include "launcher/ending.h"
#include "launcher/env_verbs.h"
#include "launcher/finalize.h"
#include "launcher/guard.h"
#include "launcher/options.h"
#include "launcher/supervise.h"

namespace {

using launcher::Attempt;

constexpr int kFailed = 1;
constexpr int kNotOurs = 3;  ///< the attempt belongs to another launcher

int complain(const base::Error& error, int code = kFailed) {
  std::fprintf(stderr, "runyard-launcher: %s\n", error.message.c_str());
  return code;
}

/// What goes wrong before there is a worker ends the attempt as well.
int could_not_launch(const Attempt& attempt, const base::Error& error) {
  launcher::AttemptOutcome outcome;
  outcome.cause = launcher::Cause::kCouldNotStart;
  outcome.by = "guard";
  outcome.stage = launcher::kLaunchStage;
  outcome.message = "cannot launch the run: " + error.message;
  const auto written = launcher::write_ending(attempt, launcher::make_record(attempt, outcome), outcome.by);
  launcher::drop_reserves(attempt);
  if (!written) complain(written.error());
  return complain(error);
}

base::Result<void> launch(Attempt& attempt, const base::Fd& lock, bool& forked) {
  attempt.nonce = base::random_hex(16);
  protocol::LaunchRecord record;
  record.boot_id = base::boot_id();
  record.nonce = attempt.nonce;
  TRY(launcher::write_launch_record(lock, record));
  TRY(launcher::load_spec(attempt));
  return launcher::run_guarded(attempt, lock, std::move(record), forked);
}

int run(const launcher::Options& options) {
  Attempt attempt = launcher::attempt_at(options.run_dir);
  attempt.slots_given = options.slots_given;
  const auto lock = launcher::inherit_lock(options.lock_fd);
  if (!lock) return complain(lock.error());
  if (const auto claimed = launcher::claim_attempt(attempt); !claimed)
    return claimed.error().code == std::errc::file_exists ? complain(claimed.error(), kNotOurs)
                                                          : could_not_launch(attempt, claimed.error());
  bool forked = false;
  const auto done = launch(attempt, *lock, forked);
  if (done) return 0;
  return forked ? complain(done.error()) : could_not_launch(attempt, done.error());
}

int finalize(const launcher::Options& options) {
  const auto done = launcher::finalize(options.run_dir);
  if (done) return 0;
  const std::string cannot = "cannot finalize the run " + options.run_dir.filename().string();
  if (done.error().code != std::errc::resource_unavailable_try_again) return complain(done.error().with(cannot));
  return complain(base::error(cannot + ": its launcher is alive"), kNotOurs);
}

int environments(const std::vector<std::string>& arguments) {
  const auto options = launcher::parse_env_options(arguments);
  if (!options) return complain(options.error());
  const auto done = launcher::run_env_verb(*options);
  return done ? 0 : complain(done.error());
}

/// Becomes the user's own program, which may take a minute.
int notify(const launcher::Options& options) {
  constexpr unsigned kSeconds = 60;
  const auto hook = protocol::StateDir::of_run({options.run_dir}).hook();
  const std::string program = hook.string();
  char* const arguments[] = {const_cast<char*>(program.c_str()), nullptr};
  ::alarm(kSeconds);
  ::execv(program.c_str(), arguments);
  return complain(base::os_error("cannot start '" + program + "'"));
}

}  // namespace

int main(int argc, char** argv) {
  base::set_up_locale();
  if (argc > 1 && argv[1] == std::string_view("--env")) return environments({argv + 2, argv + argc});
  const auto options = launcher::parse_options({argv + 1, argv + argc});
  if (!options) return complain(options.error());
  if (options->verb == launcher::Verb::kNotify) return notify(*options);
  if (const auto blocked = launcher::block_signals(); !blocked) return complain(blocked.error());
  return options->verb == launcher::Verb::kFinalize ? finalize(*options) : run(*options);
}
