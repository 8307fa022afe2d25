// SPDX-License-Identifier: Apache-2.0
// Waiting for runs and following their logs, through restarts of the daemon, until Ctrl-C.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/context.h"
#include "cli/interrupt.h"

namespace cli {

/// A client that outlives its daemon: calls are repeated with the next one. Starts none. Its arguments must outlive it.
class Persistent {
 public:
  Persistent(const Context& context, Client client, const Interrupt& interrupt);

  /// The run when it is final, or as it is at `deadline`. Prints why it is queued whenever that changes.
  base::Result<nlohmann::json> wait(const std::string& id,
                                    std::optional<std::chrono::steady_clock::time_point> deadline);
  /// The bytes of the log to stdout as they come, until the run is final. `raw`: as for RunOutput.
  base::Result<void> follow(const std::string& id, LogPlace place, bool raw);
  /// The output of the build of its environment to stderr as it comes, until the run is past Preparing; nothing where
  /// none is built.
  base::Result<void> follow_build(const std::string& id);
  const Client& client() const { return client_; }

 private:
  base::Result<void> follow_into(const std::string& id, LogPlace place, const Sink& sink);
  base::Result<void> reconnect(const base::Error& why);
  void say_why_it_waits(const nlohmann::json& run);

  const Context& context_;
  Client client_;
  const Interrupt& interrupt_;
  std::string said_;
};

/// Whether `error` is Ctrl-C.
bool interrupted(const base::Error& error);
/// Prints that the run goes on and how to cancel it; returns the exit code.
int detach(const std::string& id);

}  // namespace cli
