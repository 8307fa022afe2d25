// SPDX-License-Identifier: Apache-2.0
// Targets: names with slots, and other names of them.

#include "daemon/runs/runs.h"

#include "protocol/json.h"

namespace runs {

using base::Result;
using nlohmann::json;

namespace {

Task<Result<void>> append(store::Store& store, json fact) {
  auto write = [fact = std::move(fact)](store::Ingest& ingest) -> Result<bool> {
    TRY(ingest.append_yard(fact));
    return true;
  };
  auto written = co_await store.write(std::move(write));
  if (!written) co_return written.error();
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> Yard::set_slots(const std::string& target, std::int64_t slots) {
  if (queue_.knows(target) && !queue_.has_slots(target))
    co_return base::error("'" + target + "' is another name of a target and has no slots of its own", std::errc::file_exists);
  json fact = {{"k", "target"}, {"name", target}, {"slots", slots}};
  auto written = co_await append(*store_, std::move(fact));
  if (!written) co_return written.error();
  queue_.set_slots(target, slots);
  schedule();
  co_return Result<void>();
}

Task<Result<bool>> Yard::set_alias(const std::string& name, const std::string& target, json properties) {
  if (queue_.has_slots(name)) co_return base::error("the target '" + name + "' has slots of its own: it cannot become another name", std::errc::file_exists);
  if (!queue_.has_slots(target)) co_return base::error("there is no target '" + target + "' with slots", std::errc::no_such_file_or_directory);
  const bool is_new = !queue_.knows(name);
  json fact = {{"k", "alias"}, {"name", name}, {"alias_of", target}, {"properties", std::move(properties)}};
  auto written = co_await append(*store_, std::move(fact));
  if (!written) co_return written.error();
  queue_.set_alias(name, target);
  schedule();
  co_return is_new;
}

Task<Result<void>> Yard::forget_alias(const std::string& name) {
  if (queue_.has_slots(name)) co_return base::error("the target '" + name + "' has slots of its own: only other names can be forgotten", std::errc::file_exists);
  if (!queue_.knows(name)) co_return base::error("there is no target '" + name + "'", std::errc::no_such_file_or_directory);
  json fact = {{"k", "alias_removed"}, {"name", name}};
  auto written = co_await append(*store_, std::move(fact));
  if (!written) co_return written.error();
  queue_.set_alias(name, queue_.queue_of(name), true);
  co_return Result<void>();
}

}  // namespace runs
