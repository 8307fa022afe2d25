// SPDX-License-Identifier: Apache-2.0
// All web services of this daemon: made, found, changed and removed here; each is kept by its own coroutine.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/services/keeper.h"
#include "daemon/services/request.h"

namespace services {

using ServicePtr = std::shared_ptr<Keeper>;

/// Owned by the engine; loop thread only.
class Services {
 public:
  /// `loop` and `hub` outlive it.
  Services(boost::asio::io_context& loop, runs::Hub& hub, std::unique_ptr<Runner> runner, Pace pace = {})
      : loop_(loop), hub_(hub), runner_(std::move(runner)), pace_(pace) {}

  /// Goes on with what the last daemon kept. Call once, after the runs go on.
  void resume(const protocol::StateDir& state);
  /// Stops keeping the services, which go on. No coroutine of theirs is left when it returns.
  Task<void> leave();

  /// `file_exists`: the name is taken, and it is not to be overwritten. With it, the service gets another version.
  Task<runs::SourceResult<ServicePtr>> create(NewService asked);
  /// `operation_in_progress`: another change is under way.
  Task<runs::SourceResult<void>> change(ServicePtr service, Change change);
  Task<base::Result<void>> set_key(ServicePtr service, bool primary, std::string key);
  /// Requests are refused from now on; those under way may end.
  Task<base::Result<void>> remove(ServicePtr service);

  base::Result<ServicePtr> find(const protocol::WorkspaceId& workspace, const std::string& name) const;
  /// Null: there is none.
  ServicePtr at(const std::string& address) const;
  /// By name; nothing for a workspace: of all.
  std::vector<ServicePtr> all(const std::optional<protocol::WorkspaceId>& workspace) const;

 private:
  ServicePtr make_keeper(Record record);
  Record new_record(const NewService& asked) const;
  Task<runs::SourceResult<std::int64_t>> start_version(ServicePtr service, const Change& change);
  void spawn(Task<void> task);
  static Task<void> keep(ServicePtr service);
  static Task<void> adopt_and_keep(ServicePtr service);
  std::string free_address(const NewService& asked) const;

  boost::asio::io_context& loop_;
  runs::Hub& hub_;
  std::unique_ptr<Runner> runner_;
  Pace pace_;
  std::list<ServicePtr> services_;
  std::list<std::unique_ptr<boost::asio::cancellation_signal>> tasks_;  ///< one for each coroutine
  bool leaving_ = false;
};

}  // namespace services
