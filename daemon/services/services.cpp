// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/services.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "base/digest.h"
#include "base/finally.h"
#include "daemon/async/co_try.h"
#include "daemon/async/waiting.h"

namespace services {

using base::Result;

namespace {

constexpr std::chrono::milliseconds kLeavePoll(20);
constexpr std::size_t kIdBytes = 8;

base::Error is_changing(const Record& record) {
  return base::error("another change of service '" + record.name + "' is under way: try again when it is done",
                     std::errc::operation_in_progress);
}

}  // namespace

void Services::resume(const protocol::StateDir& state) {
  std::vector<std::string> problems;
  for (auto& record : read_records(state, problems)) {
    const bool removed = record.removed;
    auto service = make_keeper(std::move(record));
    if (!removed) services_.push_back(service);
    service->changing = true;  // until it is adopted
    spawn(adopt_and_keep(service));
  }
  for (const auto& problem : problems) spdlog::error("{}", problem);
}

ServicePtr Services::make_keeper(Record record) {
  KeeperParts parts{loop_, hub_, *runner_, pace_, [this](Task<void> task) { spawn(std::move(task)); }};
  return std::make_shared<Keeper>(std::move(parts), std::move(record));
}

Task<void> Services::keep(ServicePtr service) { co_await service->keep(); }

Task<void> Services::adopt_and_keep(ServicePtr service) {
  co_await service->adopt();
  co_await service->keep();
}

void Services::spawn(Task<void> task) {
  auto place = tasks_.insert(tasks_.end(), std::make_unique<boost::asio::cancellation_signal>());
  auto ended = [this, place](const std::exception_ptr& thrown) {
    if (thrown && !leaving_) async::or_end_daemon(thrown);
    boost::asio::post(loop_, [this, place] { tasks_.erase(place); });
  };
  boost::asio::co_spawn(loop_, std::move(task),
                        boost::asio::bind_cancellation_slot((*place)->slot(), std::move(ended)));
}

Task<void> Services::leave() {
  leaving_ = true;
  while (!tasks_.empty()) {
    for (const auto& task : tasks_) task->emit(boost::asio::cancellation_type::terminal);
    co_await async::pause(kLeavePoll);
  }
}

Result<ServicePtr> Services::find(const protocol::WorkspaceId& workspace, const std::string& name) const {
  for (const auto& service : services_)
    if (service->record().name == name && service->record().workspace == workspace) return service;
  return base::error("there is no service '" + name + "' in workspace '" + workspace.name + "'",
                     std::errc::no_such_file_or_directory);
}

ServicePtr Services::at(const std::string& address) const {
  const auto has_address = [&](const ServicePtr& service) { return service->record().address == address; };
  const auto found = std::find_if(services_.begin(), services_.end(), has_address);
  return found == services_.end() ? nullptr : *found;
}

std::vector<ServicePtr> Services::all(const std::optional<protocol::WorkspaceId>& workspace) const {
  std::vector<ServicePtr> all;
  for (const auto& service : services_)
    if (!workspace || service->record().workspace == *workspace) all.push_back(service);
  std::sort(all.begin(), all.end(),
            [](const ServicePtr& a, const ServicePtr& b) { return a->record().name < b->record().name; });
  return all;
}

/// The name; another workspace may have it.
std::string Services::free_address(const NewService& asked) const {
  std::string address = asked.name;
  for (int i = 1; at(address); ++i)
    address = asked.name + "@" + asked.workspace.name + (i == 1 ? "" : "-" + std::to_string(i));
  return address;
}

Record Services::new_record(const NewService& asked) const {
  Record record;
  record.id = base::random_hex(kIdBytes);
  record.name = asked.name;
  record.workspace = asked.workspace;
  record.address = free_address(asked);
  record.created = record.updated = base::now();
  record.primary = new_key();
  record.secondary = new_key();
  record.compute_type = "Local";
  apply(asked.settings, record);
  return record;
}

Task<runs::SourceResult<ServicePtr>> Services::create(NewService asked) {
  if (const auto known = find(asked.workspace, asked.name)) {
    if (!asked.overwrite)
      co_return base::error("there is a service '" + asked.name + "' already: update it, or deploy it with 'overwrite'",
                            std::errc::file_exists);
    AWAIT_TRY(change(*known, asked.settings));
    co_return *known;
  }
  const ServicePtr service = make_keeper(new_record(asked));
  services_.push_back(service);
  auto started = co_await start_version(service, asked.settings);
  if (!started) {
    services_.remove(service);
    const auto forgotten = co_await runner_->forget(service->record());
    if (!forgotten) spdlog::error("The files of a service that was refused stay: {}", forgotten.error().message);
    co_return started.error();
  }
  service->record().current = *started;
  auto saved = co_await service->save();
  if (!saved) spdlog::error("Cannot save service {}: {}", asked.name, saved.error().message);
  spawn(keep(service));
  co_return service;
}

/// The number of the version, whose first run is submitted. On an error there is no such version.
Task<runs::SourceResult<std::int64_t>> Services::start_version(ServicePtr service, const Change& change) {
  if (leaving_) co_return base::error("the daemon is stopping", std::errc::resource_unavailable_try_again);
  service->changing = true;
  const base::Finally done([&] { service->changing = false; });
  Version& version = add_version(change, service->record(), service->used_versions());
  const std::int64_t number = version.number;
  version.starts = 0;
  version.run.clear();
  auto started = co_await service->start(version);
  if (started) co_return number;
  service->record().versions.erase(number);
  if (service->record().versions.empty()) co_return started.error();
  auto saved = co_await service->save();
  if (!saved) spdlog::error("Cannot save service {}: {}", service->record().name, saved.error().message);
  co_return started.error();
}

Task<runs::SourceResult<void>> Services::change(ServicePtr service, Change change) {
  Record& record = service->record();
  if (service->changing) co_return is_changing(record);
  if (change.version && !record.versions.contains(*change.version))
    co_return base::error("service '" + record.name + "' has no version " + std::to_string(*change.version),
                          std::errc::no_such_file_or_directory);
  std::optional<std::int64_t> next = change.version;
  if (change.makes_version()) {
    AWAIT_TRY_ASSIGN(next, start_version(service, change));
  }
  apply(change, record);
  record.updated = base::now();
  if (next) {
    record.current = *next;
    record.failure.clear();
    record.versions.at(*next).failed = false;
  }
  if (change.version) service->renew(record.versions.at(*next));
  service->note_change();
  AWAIT_TRY(service->save());
  co_return runs::SourceResult<void>();
}

Task<Result<void>> Services::set_key(ServicePtr service, bool primary, std::string key) {
  if (service->changing) co_return is_changing(service->record());
  (primary ? service->record().primary : service->record().secondary) = std::move(key);
  co_return co_await service->save();
}

Task<Result<void>> Services::remove(ServicePtr service) {
  if (service->changing) co_return is_changing(service->record());
  service->record().removed = true;
  AWAIT_TRY(service->save());
  services_.remove(service);
  service->note_change();
  co_return Result<void>();
}

}  // namespace services
