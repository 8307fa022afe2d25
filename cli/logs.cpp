// SPDX-License-Identifier: Apache-2.0
#include "cli/logs.h"

#include <memory>

#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

namespace {

base::Result<int> follow_logs(const Context& context, Client client, const std::string& id, const LogPlace& place,
                              bool raw) {
  TRY_ASSIGN(const Interrupt interrupt, Interrupt::catch_it());
  Persistent persistent(context, std::move(client), interrupt);
  auto followed = place.name.empty() ? persistent.follow_build(id) : base::Result<void>();
  if (followed) followed = persistent.follow(id, place, raw);
  if (!followed && interrupted(followed.error())) return detach(id);
  TRY(followed);
  TRY_ASSIGN(const nlohmann::json run, persistent.client().run(id));
  if (is_final(run)) note(outcome_sentence(run));
  return 0;
}

base::Result<int> logs(const Context& context, const LogsOptions& options) {
  TRY(check_logs(options));
  TRY_ASSIGN(Client client, context.client());
  TRY_ASSIGN(const std::string id, find_run_id(client, options.run));
  return print_log(context, std::move(client), id, options);
}

}  // namespace

base::Result<void> check_logs(const LogsOptions& options) {
  if (options.tail && *options.tail < 0) return wrong_usage("cannot show the last lines: --tail must not be negative");
  return {};
}

base::Result<int> print_log(const Context& context, Client client, const std::string& id, const LogsOptions& options) {
  LogPlace place;
  place.tail = options.tail;
  if (options.environment) place.name = "environment";
  if (options.follow) return follow_logs(context, std::move(client), id, place, options.raw);
  RunOutput output(context.terminal(), options.raw);
  TRY(client.log(id, place, false, [&](std::string_view piece) { return output.write(piece); }));
  return 0;
}

Command logs_command() {
  const auto o = std::make_shared<LogsOptions>();
  return {"logs",
          "print what a run wrote, byte for byte into a file or pipe",
          "  runyard logs latest\n"
          "  runyard logs -f ridge/12          follow until it ends; Ctrl-C leaves it running\n"
          "  runyard logs --tail 20 ridge_17\n",
          {{"RUN", &o->run, "the run", "", true},
           {"-f,--follow", &o->follow, "go on until the run has ended"},
           {"--environment", &o->environment, "what preparing its environment printed, instead"},
           {"--raw", &o->raw, "byte for byte on a terminal too, not only text and colors"},
           {"-n,--tail", &o->tail, "begin at the last LINES lines", "LINES"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return logs(context, *o); }};
}

}  // namespace cli
