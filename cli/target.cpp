// SPDX-License-Identifier: Apache-2.0
#include <memory>

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

struct TargetOptions {
  std::string name;
  std::optional<std::int64_t> slots;
};

base::Result<int> list_targets(const Context& context) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json targets, client.targets());
  Table table({{"TARGET"},
               {"SLOTS", Table::Align::kRight},
               {"RUNNING", Table::Align::kRight},
               {"QUEUED", Table::Align::kRight}});
  for (const json& target : list_at(targets, "items"))
    table.add({text_at(target, "name"), std::to_string(number_at(target, "slots")),
               std::to_string(list_at(target, "running").size()), std::to_string(list_at(target, "queued").size())});
  return context.show(targets, table.text(context.terminal().color, 0));
}

base::Result<int> set(const Context& context, const TargetOptions& options) {
  if (!options.slots || *options.slots < 0) return wrong_usage("cannot set the slots: --slots must be 0 or more");
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN_FOR("cannot set the slots of target '" + printable(options.name) + "'", const json target,
                 client.set_slots(options.name, *options.slots));
  return context.show(target, "target " + printable(options.name) + ": " +
                                  plural(static_cast<std::uint64_t>(*options.slots), "slot") +
                                  (*options.slots == 0 ? ", nothing new starts\n" : "\n"));
}

}  // namespace

Command target_command() {
  return {"target",
          "list where runs run, with slots and queues",
          "  runyard target\n  runyard target set local --slots 3\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return list_targets(context); }};
}

Command target_set_command() {
  const auto o = std::make_shared<TargetOptions>();
  return {"target set",
          "how many runs a target takes at once",
          "  runyard target set local --slots 3\n"
          "  runyard target set local --slots 0      pause: what runs goes on\n",
          {{"TARGET", &o->name, "the target", "", true}, {"--slots", &o->slots, "runs at once; 0 pauses", "N", true}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return set(context, *o); }};
}

}  // namespace cli
