// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using protocol::text_at;
namespace {

struct CancelOptions {
  std::vector<std::string> runs;
  std::optional<double> grace;
};

base::Result<void> cancel_one(const Context& context, const Client& client, const std::string& word,
                              const CancelOptions& options) {
  TRY_ASSIGN(const nlohmann::json before, find_run(client, word));
  TRY_ASSIGN(const nlohmann::json run, client.cancel(text_at(before, "id"), options.grace));
  if (context.json()) return out_json(run);
  const std::string id = printable(text_at(run, "id"));
  if (is_final(before)) return out("run " + id + " had ended already: " + text_at(before, "status") + "\n");
  return out("run " + id + " is being canceled\n");
}

base::Result<int> cancel(const Context& context, const CancelOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  int failures = 0;
  for (const auto& word : options.runs) {
    const auto done = cancel_one(context, client, word, options);
    if (!done) note("runyard: cannot cancel '" + printable(word) + "': " + done.error().message);
    failures += !done;
  }
  return failures > 0 ? 1 : 0;
}

}  // namespace

Command cancel_command() {
  const auto o = std::make_shared<CancelOptions>();
  return {"cancel",
          "end runs: SIGTERM, a grace time, then the hard end",
          "  runyard cancel latest\n"
          "  runyard cancel --grace 60 ridge/3 ridge/4\n",
          {{"RUN", &o->runs, "the runs", "", true},
           {"--grace", &o->grace, "seconds between SIGTERM and the hard end", "SECONDS"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return cancel(context, *o); }};
}

}  // namespace cli
