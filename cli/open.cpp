// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <memory>

#include "base/spawn.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

namespace {

struct OpenOptions {
  std::string run;
  bool print = false;
  bool end = false;
};

bool has_display() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return value && *value;
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY");
}

/// Whether a browser was started. All users of the machine can read the arguments of a program, so `url` is no login
/// link: the daemon knows a browser of the same user without one.
bool show(const std::string& url) {
  const auto environment = base::current_environment();
  if (!has_display() || !base::find_program("xdg-open", environment)) return false;
  base::SpawnOptions options;
  options.argv = {"xdg-open", url};
  options.environment = environment;
  options.new_session = true;
  return base::spawn(options).has_value();
}

base::Result<int> end_sessions(const Context& context, const Client& client) {
  TRY_ASSIGN(const auto ended, client.end_sessions());
  if (context.json()) TRY(out_json(nlohmann::json{{"ended", ended}}));
  else note(plural(static_cast<std::uint64_t>(ended), "browser") + " must log in again");
  return 0;
}

base::Result<int> open(const Context& context, const OpenOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  if (options.end) return end_sessions(context, client);
  std::string id;
  if (!options.run.empty()) {
    TRY_ASSIGN(id, find_run_id(client, options.run));
  }
  TRY_ASSIGN(const std::string url, client.login_link(id));
  if (context.json()) {
    TRY(out_json(nlohmann::json{{"url", url}}));
    return 0;
  }
  TRY(out(printable(url) + "\n"));
  if (!options.print && show(client.page(id))) note("opened in a browser");
  else note("good once, for five minutes");
  return 0;
}

}  // namespace

Command open_command() {
  const auto o = std::make_shared<OpenOptions>();
  return {"open",
          "a link that lets a browser see the pages",
          "  runyard open\n"
          "  runyard open latest\n"
          "  ssh -o ExitOnForwardFailure=yes -L 7471:127.0.0.1:7471 host, then open the printed link here\n",
          {{"RUN", &o->run, "go to the page of this run"},
           {"--print", &o->print, "print the link, start no browser"},
           {"--end", &o->end, "log out the browsers that were let in by a link"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return open(context, *o); }};
}

}  // namespace cli
