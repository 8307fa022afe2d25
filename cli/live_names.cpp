// SPDX-License-Identifier: Apache-2.0
#include "cli/live_names.h"

#include <sys/timerfd.h>

#include <map>

#include "base/fd.h"
#include "cli/environments.h"
#include "cli/words.h"
#include "cli/workspace.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::number_at;
using protocol::text_at;
using Names = base::Result<std::vector<Candidate>>;

namespace {

constexpr int kMostRuns = 200;
constexpr int kPatienceSeconds = 1;

/// A descriptor that becomes readable when the patience is over.
base::Result<base::Fd> end_of_patience() {
  base::Fd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  const itimerspec when{{0, 0}, {kPatienceSeconds, 0}};
  if (!timer || ::timerfd_settime(timer.get(), 0, &when, nullptr) != 0) return base::os_error("cannot set a timer");
  return timer;
}

/// By ids, or as EXPERIMENT/NUMBER where that is what has been typed.
Names runs(const Client& client, const std::string& typed) {
  const auto slash = typed.rfind('/');
  RunFilter filter;
  filter.children = !typed.empty();
  if (slash != std::string::npos) filter.experiment = typed.substr(0, slash);
  TRY_ASSIGN(const json page, client.runs(filter, kMostRuns, ""));
  std::vector<Candidate> names;
  if (slash == std::string::npos && !list_at(page, "items").empty()) names.push_back({"latest", "the newest run"});
  for (const json& run : list_at(page, "items")) {
    const std::string id = text_at(run, "id"), status = text_at(run, "status"),
                      number = text_at(run, "experiment") + "/" + std::to_string(number_at(run, "number"));
    if (slash == std::string::npos) names.push_back({id, number + ", " + status});
    else names.push_back({number, id + ", " + status});
  }
  return names;
}

/// The field `name` of each item, once.
std::vector<Candidate> names_in(const json& list, const char* about) {
  std::map<std::string, std::string> found;
  for (const json& item : list_at(list, "items")) found.emplace(text_at(item, "name"), text_at(item, about));
  std::vector<Candidate> names;
  for (const auto& [name, text] : found)
    if (!name.empty()) names.push_back({name, text});
  return names;
}

/// Where the names of a kind come from, and the field that says more about one.
struct Source {
  base::Result<json> (*list)(const Client& client, const json& workspace);
  const char* about;
};

Names named_things(const Client& client, const std::string& named) {
  static const std::map<std::string, Source> kSources{
      {"DATASET", {[](const Client& c, const json& usual) { return c.datasets(usual); }, "type"}},
      {"DATASTORE", {[](const Client& c, const json& usual) { return c.datastores(usual); }, "path"}},
      {"EXPERIMENT", {[](const Client& c, const json&) { return c.experiments(); }, ""}},
      {"MODEL", {[](const Client& c, const json& usual) { return c.models(usual); }, ""}},
      {"SERVICE", {[](const Client& c, const json& usual) { return c.services(usual); }, "state"}},
      {"TARGET", {[](const Client& c, const json&) { return c.targets(); }, ""}},
      {"WORKSPACE", {[](const Client& c, const json&) { return c.workspaces(); }, ""}}};
  const auto source = kSources.find(named);
  if (source == kSources.end()) return std::vector<Candidate>();
  TRY_ASSIGN(const json usual, workspace_named(client, ""));
  TRY_ASSIGN(const json list, source->second.list(client, usual));
  return names_in(list, source->second.about);
}

}  // namespace

Names live_names(const Context& context, const std::string& named, const std::string& typed) {
  if (named == "ENVIRONMENT") {
    TRY_ASSIGN(const json environments, built_environments(context, kPatienceSeconds * 1000));
    return names_in(environments, "digest");
  }
  TRY_ASSIGN(Client client, context.running_client());
  TRY_ASSIGN(const base::Fd timer, end_of_patience());
  client.interrupt_by(timer.get());
  return named == "RUN" ? runs(client, typed) : named_things(client, named);
}

}  // namespace cli
