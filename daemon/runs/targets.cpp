// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/targets.h"

#include "daemon/async/co_try.h"
#include "protocol/facts.h"

namespace runs {

using base::Result;

namespace {

Task<Result<void>> append(store::Store& store, protocol::StateFact fact) {
  auto write = [fact = std::move(fact)](store::Ingest& ingest) { return ingest.append_state_fact(fact); };
  co_return co_await store.write(std::move(write));
}

}  // namespace

Task<Result<void>> set_slots(store::Store& store, Runs& runs, std::string target, std::int64_t slots) {
  const Queue& queue = runs.queue();
  if (queue.knows(target) && !queue.has_slots(target))
    co_return base::error("'" + target + "' is another name of a target and has no slots of its own",
                          std::errc::file_exists);
  AWAIT_TRY(append(store, protocol::TargetSet{target, slots}));
  runs.set_slots(target, slots);
  co_return Result<void>();
}

Task<Result<bool>> set_alias(store::Store& store, Runs& runs, std::string name, std::string target,
                             nlohmann::json properties) {
  const Queue& queue = runs.queue();
  if (queue.has_slots(name))
    co_return base::error("the target '" + name + "' has slots of its own: it cannot become another name",
                          std::errc::file_exists);
  if (!queue.has_slots(target))
    co_return base::error("there is no target '" + target + "' with slots", std::errc::no_such_file_or_directory);
  const bool is_new = !queue.knows(name);
  AWAIT_TRY(append(store, protocol::AliasSet{name, target, std::move(properties)}));
  runs.set_alias(name, target);
  co_return is_new;
}

Task<Result<void>> forget_alias(store::Store& store, Runs& runs, std::string name) {
  const Queue& queue = runs.queue();
  if (queue.has_slots(name))
    co_return base::error("the target '" + name + "' has slots of its own: only other names can be forgotten",
                          std::errc::file_exists);
  if (!queue.knows(name))
    co_return base::error("there is no target '" + name + "'", std::errc::no_such_file_or_directory);
  AWAIT_TRY(append(store, protocol::AliasRemoved{name}));
  runs.forget_alias(name);
  co_return Result<void>();
}

}  // namespace runs
