// SPDX-License-Identifier: Apache-2.0
// runyard-launcher: runs one attempt of one run, from its claim to its exit.json.
#include <cstdio>

#include "launcher/claim.h"
#include "launcher/guard.h"
#include "launcher/options.h"
#include "launcher/supervise.h"

namespace {

base::Result<void> run(const std::vector<std::string>& arguments) {
  TRY(launcher::block_signals());
  TRY_ASSIGN(const launcher::Options options, launcher::parse_options(arguments));
  TRY_ASSIGN(const launcher::Attempt attempt, launcher::load_attempt(options.run_dir));
  TRY_ASSIGN(base::Fd lock, launcher::claim_attempt(attempt, options.lock_fd));
  return launcher::run_guarded(attempt, std::move(lock));
}

}  // namespace

int main(int argc, char** argv) {
  const auto done = run({argv + 1, argv + argc});
  if (done) return 0;
  std::fprintf(stderr, "runyard-launcher: %s\n", done.error().message.c_str());
  return 1;
}
