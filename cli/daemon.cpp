// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon.h"

#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "base/account.h"
#include "base/lock.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/interrupt.h"
#include "cli/takeover.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kStopPatience{30};
constexpr int kStopPollMs = 50;

std::string own_linger_warning(std::int64_t pid) {
  const auto cgroup = base::read_file("/proc/" + std::to_string(pid) + "/cgroup", 1 << 16);
  return cgroup ? linger_warning(*cgroup, base::user_name().value_or(""), "/var/lib/systemd/linger") : "";
}

/// "2 Running, 1 Queued"; "none" when there is none.
std::string counts_text(const json& status) {
  std::string text;
  for (const auto& [word, count] : member_at(status, "runs").items())
    if (count.is_number_integer() && count != 0)
      text += (text.empty() ? "" : ", ") + count.dump() + " " + printable(word);
  return text.empty() ? "none" : text;
}

std::string slots_text(const json& targets) {
  std::string text;
  for (const json& target : list_at(targets, "items"))
    text += (text.empty() ? "" : ", ") + printable(text_at(target, "name")) + " " +
            std::to_string(list_at(target, "running").size()) + " of " + std::to_string(number_at(target, "slots")) +
            " in use";
  return text;
}

Serving daemon_of(const json& status) {
  return serving(static_cast<pid_t>(number_at(status, "pid")), text_at(status, "version"));
}

std::string status_text(const json& status, const json& targets) {
  std::string text = "runyard " + printable(text_at(status, "version")) + " is running\n";
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(name) + printable(value) + "\n";
  };
  const std::string started = age(text_at(status, "started"), base::now());
  line("pid       ", std::to_string(number_at(status, "pid")) + (started.empty() ? "" : ", started " + started));
  line("program   ", daemon_of(status).program.string());
  line("page      ", text_at(status, "portal"));
  line("socket    ", text_at(status, "socket"));
  line("state     ", text_at(status, "state_dir"));
  line("runs      ", counts_text(status));
  line("slots     ", slots_text(targets));
  for (const json& warning : list_at(status, "warnings"))
    if (warning.is_string()) line("warning   ", warning.get<std::string>());
  return text;
}

void add_warning(json& status, const std::string& warning) {
  if (warning.empty() || !list_at(status, "warnings").is_array()) return;
  json warnings = list_at(status, "warnings");
  warnings.push_back(warning);
  status["warnings"] = std::move(warnings);
}

base::Result<int> print_status(const Context& context, const Client& client) {
  TRY_ASSIGN(json status, client.status());
  add_warning(status, own_linger_warning(number_at(status, "pid")));
  add_warning(status, serving_warning(daemon_of(status), RUNYARD_VERSION));
  if (context.json()) {
    TRY(out_json(status));
    return 0;
  }
  TRY_ASSIGN(const json targets, client.targets());
  TRY(out(status_text(status, targets)));
  return 0;
}

base::Result<int> status(const Context& context) {
  const auto client = context.running_client();
  if (client) return print_status(context, *client);
  if (client.error().code != std::errc::connection_refused) return client.error();
  note("runyard: " + client.error().message + "; 'runyard up' starts one");
  return kExitNotRunning;
}

/// Returns once no daemon holds the state directory any more.
base::Result<void> wait_until_gone(const Context& context, const Interrupt& interrupt) {
  const auto end = Clock::now() + kStopPatience;
  for (;;) {
    TRY_ASSIGN(const bool held, base::is_locked(context.state().lock()));
    if (!held) return {};
    if (interrupt.came() || Clock::now() >= end)
      return base::error("the daemon was asked to stop, but still runs", std::errc::timed_out);
    interrupt.sleep(kStopPollMs);
  }
}

std::int64_t going_on(const json& status) {
  std::int64_t count = 0;
  for (const char* word : {"Preparing", "Running", "Finalizing", "CancelRequested"})
    count += number_at(member_at(status, "runs"), word);
  return count;
}

/// "; 2 runs go on", "; 1 run goes on"; empty when none does.
std::string going_on_text(const json& status) {
  const auto left = static_cast<std::uint64_t>(going_on(status));
  return left == 0 ? "" : "; " + plural(left, "run") + (left == 1 ? " goes on" : " go on");
}

/// Stops a daemon that is older than this program, or whose program was replaced; the next request starts ours.
base::Result<void> replace_daemon(const Context& context) {
  const auto client = context.running_client();
  if (!client || !context.own_run().empty()) return {};
  TRY_ASSIGN(const json status, client->status());
  if (!takes_over(daemon_of(status), RUNYARD_VERSION)) return {};
  TRY_ASSIGN(const json before, stop_daemon(context));
  note("runyard " RUNYARD_VERSION " takes over from " + printable(text_at(status, "version")) + going_on_text(before));
  return {};
}

base::Result<int> up(const Context& context) {
  TRY(replace_daemon(context));
  TRY_ASSIGN(const Client client, context.client());
  return print_status(context, client);
}

base::Result<int> down(const Context& context) {
  TRY_ASSIGN(const json before, stop_daemon(context));
  if (before.is_null()) {
    note("no daemon is running");
    return 0;
  }
  return context.show(before, "the daemon has stopped" + going_on_text(before) + "\n");
}

}  // namespace

std::string linger_warning(std::string_view cgroup, const std::string& user, const base::Path& linger) {
  std::error_code ignored;
  if (user.empty() || cgroup.find("/user@") == std::string_view::npos) return "";
  if (std::filesystem::exists(linger / user, ignored)) return "";
  return "runs end when you log out: 'loginctl enable-linger " + user + "' keeps them";
}

base::Result<json> stop_daemon(const Context& context) {
  const auto client = context.running_client();
  if (!client && client.error().code == std::errc::connection_refused) return json();
  TRY(client);
  TRY_ASSIGN(json before, client->status());
  TRY(client->stop());
  TRY_ASSIGN(const Interrupt interrupt, Interrupt::catch_it());
  TRY(wait_until_gone(context, interrupt));
  return before;
}

Command up_command() {
  return {"up",
          "start the daemon unless it runs; a newer version takes over",
          "  runyard up\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return up(context); }};
}

Command down_command() {
  return {"down", "stop the daemon; runs go on", "  runyard down\n", {}, nullptr, nullptr, "", [](Context& context) {
            return down(context);
          }};
}

Command status_command() {
  return {"status",
          "the daemon, its address, runs and slots",
          "  runyard status\n  runyard status --json\n\nExit code 3: no daemon is running.\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return status(context); }};
}

}  // namespace cli
