// SPDX-License-Identifier: Apache-2.0
#include "cli/run_name.h"

#include <charconv>

#include "cli/words.h"
#include "protocol/json_field.h"
#include "protocol/names.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::text_at;

namespace {

constexpr int kPage = 1000;
constexpr std::size_t kNamedCandidates = 5;

base::Error no_run(const std::string& word) {
  return base::error("there is no run '" + printable(word) + "'", std::errc::no_such_file_or_directory);
}

/// Calls `visit` for each run until it returns false.
template <class Visit>
base::Result<void> for_each_run(const Client& client, const RunFilter& filter, Visit visit) {
  std::string cursor;
  do {
    TRY_ASSIGN(const json page, client.runs(filter, kPage, cursor));
    for (const json& run : list_at(page, "items"))
      if (!visit(run)) return {};
    cursor = text_at(page, "next");
  } while (!cursor.empty());
  return {};
}

base::Result<json> find_latest(const Client& client) {
  TRY_ASSIGN(const json page, client.runs({}, 1, ""));
  const json& items = list_at(page, "items");
  if (items.empty()) return base::error("there is no run yet", std::errc::no_such_file_or_directory);
  return client.run(text_at(items[0], "id"));
}

base::Result<json> find_number(const Client& client, const RunName& name, const std::string& word) {
  RunFilter filter;
  filter.experiment = name.text;
  filter.children = true;
  filter.expression = "number = " + std::to_string(name.number);
  std::vector<std::string> ids;  // workspaces have experiments of one name
  TRY(for_each_run(client, filter, [&](const json& run) {
    ids.push_back(text_at(run, "id"));
    return ids.size() <= kNamedCandidates;
  }));
  TRY_ASSIGN(const std::string id, only_match(word, ids));
  return client.run(id);
}

base::Result<json> find_beginning(const Client& client, const std::string& beginning) {
  RunFilter filter;
  filter.children = true;
  std::vector<std::string> ids;
  TRY(for_each_run(client, filter, [&](const json& run) {
    if (std::string id = text_at(run, "id"); id.starts_with(beginning)) ids.push_back(std::move(id));
    return ids.size() <= kNamedCandidates;
  }));
  TRY_ASSIGN(const std::string id, only_match(beginning, ids));
  return client.run(id);
}

}  // namespace

base::Result<std::string> only_match(const std::string& beginning, const std::vector<std::string>& ids) {
  if (ids.empty()) return no_run(beginning);
  if (ids.size() == 1) return ids[0];
  std::string list;
  for (std::size_t i = 0; i < ids.size() && i < kNamedCandidates; ++i) list += (i ? ", " : "") + printable(ids[i]);
  if (ids.size() > kNamedCandidates) list += ", ...";
  return base::error("'" + printable(beginning) + "' may be one of several runs: " + list);
}

base::Result<RunName> parse_run_name(std::string_view word) {
  if (word == "latest") return RunName{RunName::Kind::kLatest, "", 0};
  const auto slash = word.rfind('/');
  if (slash == std::string_view::npos) {
    TRY(protocol::check_run_id(word));
    return RunName{RunName::Kind::kId, std::string(word), 0};
  }
  RunName name{RunName::Kind::kNumber, std::string(word.substr(0, slash)), 0};
  const auto digits = word.substr(slash + 1);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), name.number);
  if (name.text.empty() || code != std::errc{} || end != digits.data() + digits.size() || name.number < 1)
    return base::error("'" + printable(word) + "' names no run: expected an id or EXPERIMENT/NUMBER");
  return name;
}

base::Result<json> find_run(const Client& client, const std::string& word) {
  TRY_ASSIGN(const RunName name, parse_run_name(word));
  if (name.kind == RunName::Kind::kLatest) return find_latest(client);
  if (name.kind == RunName::Kind::kNumber) return find_number(client, name, word);
  auto exact = client.run(name.text);
  if (exact || exact.error().code != std::errc::no_such_file_or_directory) return exact;
  return find_beginning(client, name.text);
}

base::Result<std::string> find_run_id(const Client& client, const std::string& word) {
  TRY_ASSIGN(const json run, find_run(client, word));
  return text_at(run, "id");
}

}  // namespace cli
