// SPDX-License-Identifier: Apache-2.0
// The place where a command was called, and its way to the daemon.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "cli/client.h"
#include "cli/terminal.h"
#include "protocol/names.h"

namespace cli {

/// Owned by main, used by the one command that runs.
class Context {
 public:
  /// Refuses a state directory that other users can write, before a command reads or writes anything in it.
  static base::Result<Context> make(bool json);

  const protocol::StateDir& state() const { return state_; }
  const Terminal& terminal() const { return terminal_; }
  bool json() const { return json_; }
  /// Prints what the daemon answered: as JSON if that was asked for, else as `text`. Returns the exit status 0.
  base::Result<int> show(const nlohmann::json& answer, std::string_view text) const;
  /// The run that this program belongs to; empty outside one.
  const std::string& own_run() const { return own_run_; }
  /// The journal file of that run, empty outside one.
  const std::string& own_metrics() const { return own_metrics_; }

  /// A client of the daemon, which is started when none runs; never from inside a run.
  base::Result<Client> client() const;
  /// As client(), but starts nothing.
  base::Result<Client> running_client() const;
  /// Starts a daemon unless one runs; returns when it answers.
  base::Result<void> start_daemon() const;

 private:
  protocol::StateDir state_;
  Terminal terminal_;
  bool json_ = false;
  std::string own_run_;
  std::string own_metrics_;
};

/// runyardd, beside this program or on the PATH.
base::Result<base::Path> daemon_program();
/// The folder that holds the Python package, beside this program's; an error when it does not exist.
base::Result<base::Path> sdk_folder();

}  // namespace cli
