// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::number_at;
using protocol::text_at;

namespace {

/// The bytes that runs share.
constexpr std::array kShared = {std::pair("snapshots_bytes", "(snapshots)"),
                                std::pair("environments_bytes", "(environments: runyard env list)"),
                                std::pair("contents_bytes", "(files of models)"),
                                std::pair("datastores_bytes", "(datastores)"),
                                std::pair("fetched_bytes", "(fetched from web addresses: runyard dataset gc)"),
                                std::pair("database_bytes", "(database)")};

std::uint64_t bytes_of(const json& object, const char* key) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_at(object, key)));
}

Table usage_table(const json& usage) {
  std::vector<std::pair<std::uint64_t, std::string>> runs;
  for (const json& item : list_at(usage, "items")) runs.emplace_back(bytes_of(item, "bytes"), text_at(item, "run"));
  std::sort(runs.rbegin(), runs.rend());
  Table table({{"SIZE", Table::Align::kRight}, {"WHAT"}});
  std::uint64_t total = 0;
  for (const auto& [bytes, run] : runs) {
    table.add({base::format_bytes(bytes), run});
    total += bytes;
  }
  for (const auto& [key, what] : kShared) {
    table.add({base::format_bytes(bytes_of(usage, key)), what});
    total += bytes_of(usage, key);
  }
  table.add({base::format_bytes(total), "(in all)"});
  return table;
}

base::Result<int> du(const Context& context) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json usage, client.usage());
  return context.show(usage, usage_table(usage).text(context.terminal().color, 0));
}

}  // namespace

Command du_command() {
  return {"du",
          "disk space, largest runs first",
          "  runyard du\n  runyard du | head\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return du(context); }};
}

}  // namespace cli
