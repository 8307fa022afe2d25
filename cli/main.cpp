// SPDX-License-Identifier: Apache-2.0
// runyard: the client for the shell.
#include <signal.h>

#include <exception>
#include <string>
#include <vector>

#include "base/locale.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/options.h"

namespace {

constexpr int kCannot = 1;
constexpr int kUsage = 2;

int complain(const base::Error& error, int code) {
  cli::note("runyard: " + error.message);
  return code;
}

int run(const std::vector<std::string>& arguments) {
  const auto parsed = cli::parse(arguments, cli::all_commands());
  if (!parsed) return complain(parsed.error(), kUsage);
  if (!parsed->command) {
    const auto shown = cli::out(parsed->text);
    return shown ? 0 : complain(shown.error(), kCannot);
  }
  auto context = cli::Context::make(parsed->json);
  if (!context) return complain(context.error(), kCannot);
  const auto code = parsed->command->run(*context);
  if (code) return *code;
  return complain(code.error(), cli::is_wrong_usage(code.error()) ? kUsage : kCannot);
}

}  // namespace

int main(int argc, char** argv) {
  base::set_up_locale();
  ::signal(SIGPIPE, SIG_DFL);  // `runyard runs | head` ends quietly, whatever the parent has set
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    return complain(base::error(error.what()), kCannot);
  }
}
