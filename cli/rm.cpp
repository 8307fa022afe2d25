// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::text_at;

namespace {

struct RmOptions {
  std::vector<std::string> runs;
  bool yes = false;
};

/// Asks on the terminal; an error when there is none.
base::Result<bool> confirmed(const std::vector<json>& runs) {
  for (const json& run : runs)
    note("  " + printable(text_at(run, "id")) + "  " + text_at(run, "status") + "  " + command_line(run));
  if (::isatty(STDIN_FILENO) != 1)
    return base::error("cannot ask whether to remove them: --yes removes without asking");
  (void)!::write(STDERR_FILENO, "remove with all files? [y/N] ", 29);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

base::Result<int> rm(const Context& context, const RmOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  std::vector<json> runs;
  for (const auto& word : options.runs) {
    TRY_ASSIGN(runs.emplace_back(), find_run(client, word));
  }
  if (!options.yes) {
    TRY_ASSIGN(const bool agreed, confirmed(runs));
    if (!agreed) return base::error("nothing was removed");
  }
  int failures = 0;
  for (const json& run : runs) {
    const std::string id = text_at(run, "id");
    const auto removed = client.remove(id);
    if (!removed) note("runyard: cannot remove run " + printable(id) + ": " + removed.error().message);
    else if (context.json()) TRY(out_json(run));
    else TRY(out("removed run " + printable(id) + "\n"));
    failures += !removed;
  }
  return failures > 0 ? 1 : 0;
}

}  // namespace

Command rm_command() {
  const auto o = std::make_shared<RmOptions>();
  return {"rm",
          "remove runs that have ended, with their files",
          "  runyard rm ridge/3\n"
          "  runyard rm --yes ridge/3 ridge/4\n",
          {{"RUN", &o->runs, "the runs", "", true}, {"-y,--yes", &o->yes, "do not ask"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return rm(context, *o); }};
}

}  // namespace cli
