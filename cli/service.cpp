// SPDX-License-Identifier: Apache-2.0
// runyard service: the web services of a workspace.
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/logs.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/words.h"
#include "cli/workspace.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::number_at;
using protocol::text_at;

namespace {

constexpr std::uint64_t kLargestBody = 100'000'000;

struct ServiceOptions {
  std::string name, workspace;
  std::string data, file, type = "application/json";
  bool keys = false;
  std::optional<std::int64_t> version;
  std::optional<double> timeout;
  std::string auth;
  LogsOptions logs;
};

/// A client, and the workspace that the options name.
struct Place {
  Client client;
  json workspace;
};

base::Result<Place> place_of(const Context& context, const ServiceOptions& options) {
  TRY_ASSIGN(Client client, context.client());
  TRY_ASSIGN(json workspace, workspace_named(client, options.workspace));
  return Place{std::move(client), std::move(workspace)};
}

std::string field_line(const std::string& name, const std::string& value) {
  return value.empty() ? ""
                       : name + std::string(10 - std::min<std::size_t>(name.size(), 9), ' ') + printable(value) + "\n";
}

std::string versions_text(const Context& context, const json& service) {
  Table table({{"VERSION", Table::Align::kRight}, {"STATE"}, {"RUN"}, {"CREATED"}});
  for (const json& version : list_at(service, "versions"))
    table.add({std::to_string(number_at(version, "number")), text_at(version, "state"), text_at(version, "run"),
               age(text_at(version, "created"), base::now())});
  return table.text(context.terminal().color, 0);
}

base::Result<int> list_services(const Context& context, const ServiceOptions& options) {
  TRY_ASSIGN(const Place place, place_of(context, options));
  TRY_ASSIGN(const json services, place.client.services(place.workspace));
  Table table({{"SERVICE"}, {"STATE"}, {"VERSION", Table::Align::kRight}, {"ADDRESS"}});
  for (const json& service : list_at(services, "items"))
    table.add({text_at(service, "name"), text_at(service, "state"), std::to_string(number_at(service, "version")),
               text_at(service, "scoring_uri")});
  return context.show(services, table.text(context.terminal().color, 0));
}

base::Result<int> show_service(const Context& context, const ServiceOptions& options) {
  TRY_ASSIGN(const Place place, place_of(context, options));
  TRY_ASSIGN(json service, place.client.service(place.workspace, options.name));
  std::string text = field_line("service", text_at(service, "name")) + field_line("state", text_at(service, "state")) +
                     field_line("reason", text_at(service, "reason")) +
                     field_line("address", text_at(service, "scoring_uri")) +
                     field_line("run", text_at(service, "run"));
  if (options.keys) {
    TRY_ASSIGN(service["keys"], place.client.service_keys(place.workspace, options.name));
    text += field_line("primary", text_at(service["keys"], "primary")) +
            field_line("secondary", text_at(service["keys"], "secondary"));
  }
  return context.show(service, text + versions_text(context, service));
}

base::Result<int> service_logs(const Context& context, const ServiceOptions& options) {
  TRY(check_logs(options.logs));
  TRY_ASSIGN(Place place, place_of(context, options));
  TRY_ASSIGN(const json service, place.client.service(place.workspace, options.name));
  const std::string run = text_at(service, "run");
  if (run.empty()) return base::error("the service '" + printable(options.name) + "' has no run yet");
  return print_log(context, std::move(place.client), run, options.logs);
}

base::Result<std::string> body_of(const ServiceOptions& options) {
  if (!options.data.empty() && !options.file.empty()) return wrong_usage("--data and --file exclude each other");
  if (options.file.empty()) return options.data;
  return base::read_file(options.file, kLargestBody);
}

/// Sends one request, with the key where the service asks for one.
base::Result<int> test_service(const Context& context, const ServiceOptions& options) {
  TRY_ASSIGN(const std::string body, body_of(options));
  TRY_ASSIGN(const Place place, place_of(context, options));
  TRY_ASSIGN(const json service, place.client.service(place.workspace, options.name));
  std::string key;
  if (protocol::value_at(service, "auth", false)) {
    TRY_ASSIGN(const json keys, place.client.service_keys(place.workspace, options.name));
    key = text_at(keys, "primary");
  }
  TRY_ASSIGN(const Response answer, place.client.score(service, body, options.type, key));
  RunOutput output(context.terminal(), false);
  TRY(output.write(answer.body));
  if (context.terminal().output && !answer.body.ends_with('\n')) TRY(output.write("\n"));
  if (answer.status / 100 == 2) return 0;
  note("runyard: the service answered with status " + std::to_string(answer.status));
  return 1;
}

base::Result<json> change_of(const ServiceOptions& options) {
  json change = json::object();
  if (options.version) change["version"] = *options.version;
  if (options.timeout) change["timeout"] = *options.timeout;
  if (!options.auth.empty() && options.auth != "on" && options.auth != "off")
    return wrong_usage("--auth is on or off, not '" + printable(options.auth) + "'");
  if (!options.auth.empty()) change["auth"] = options.auth == "on";
  if (change.empty()) return wrong_usage("name what changes: --version, --auth or --timeout");
  return change;
}

base::Result<int> update_service(const Context& context, const ServiceOptions& options) {
  TRY_ASSIGN(const json change, change_of(options));
  TRY_ASSIGN(const Place place, place_of(context, options));
  TRY_ASSIGN_FOR("cannot update service '" + printable(options.name) + "'", const json service,
                 place.client.change_service(place.workspace, options.name, change));
  return context.show(service, "service " + printable(options.name) + ": version " +
                                   std::to_string(number_at(service, "version")) + ", " +
                                   printable(text_at(service, "state")) + "\n");
}

base::Result<int> delete_service(const Context& context, const ServiceOptions& options) {
  TRY_ASSIGN(const Place place, place_of(context, options));
  TRY_ASSIGN_FOR("cannot delete service '" + printable(options.name) + "'", const json removed,
                 place.client.remove_service(place.workspace, options.name));
  return context.show(removed, "service " + printable(options.name) + " is removed; its runs stay\n");
}

using Action = base::Result<int> (*)(const Context&, const ServiceOptions&);

/// A command about one service. `more`: its options besides the name and the workspace.
Command command(const std::string& verb, const std::string& about, const std::string& examples,
                const std::shared_ptr<ServiceOptions>& o, std::vector<Option> more, Action action) {
  std::vector<Option> options;
  if (verb != "list") options.push_back({"SERVICE", &o->name, "the service", "", true});
  options.insert(options.end(), more.begin(), more.end());
  options.push_back(workspace_option(o->workspace));
  return {"service " + verb, about,   examples, std::move(options),
          nullptr,           nullptr, "",       [o, action](Context& context) { return action(context, *o); }};
}

}  // namespace

Command service_list_command() {
  const auto o = std::make_shared<ServiceOptions>();
  return command("list", "list the web services of a workspace", "  runyard service list\n", o, {}, list_services);
}

Command service_show_command() {
  const auto o = std::make_shared<ServiceOptions>();
  return command("show", "print the state, address and versions of a web service", "  runyard service show churn\n", o,
                 {{"--keys", &o->keys, "with its keys, which are secrets"}}, show_service);
}

Command service_logs_command() {
  const auto o = std::make_shared<ServiceOptions>();
  return command("logs", "print what the program of a web service wrote", "  runyard service logs -f churn\n", o,
                 {{"-f,--follow", &o->logs.follow, "go on until its run has ended"},
                  {"-n,--tail", &o->logs.tail, "begin at the last LINES lines", "LINES"}},
                 service_logs);
}

Command service_test_command() {
  const auto o = std::make_shared<ServiceOptions>();
  return command("test", "send a request to a web service and print the answer",
                 "  runyard service test churn --data '{\"data\": [[1, 2, 3]]}'\n"
                 "  runyard service test digits --file seven.png --type image/png\n",
                 o,
                 {{"-d,--data", &o->data, "body of the request", "TEXT"},
                  {"--file", &o->file, "file that is the body", "FILE"},
                  {"--type", &o->type, "its content type (application/json)", "TYPE"}},
                 test_service);
}

Command service_update_command() {
  const auto o = std::make_shared<ServiceOptions>();
  return command("update", "change a web service, or go back to a version of it",
                 "  runyard service update churn --version 2\n", o,
                 {{"--version", &o->version, "version that answers from now on", "N"},
                  {"--auth", &o->auth, "on: answer only requests with a key; off", "on|off"},
                  {"--timeout", &o->timeout, "seconds that a request may take", "SECONDS"}},
                 update_service);
}

Command service_delete_command() {
  const auto o = std::make_shared<ServiceOptions>();
  return command("delete", "end a web service", "  runyard service delete churn\n", o, {}, delete_service);
}

}  // namespace cli
