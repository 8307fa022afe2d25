// SPDX-License-Identifier: Apache-2.0
// What a service needs of the rest of the daemon: runs, and a place for its files. A seam for tests.
#pragma once

#include <optional>
#include <string>

#include "daemon/runs/canceler.h"
#include "daemon/runs/submitter.h"
#include "daemon/services/record.h"

namespace services {

using async::Task;

/// How a run is.
struct RunLook {
  bool ended = false;
  std::string reason;  ///< of its end, a sentence
};

/// Loop thread only.
class Runner {
 public:
  virtual ~Runner() = default;
  /// Submits the host of a version; the id of its run. The same start again gives the same run.
  virtual Task<runs::SourceResult<std::string>> start(const Record& record, const Version& version) = 0;
  /// The run that a start became; nothing when it was never submitted.
  virtual Task<base::Result<std::optional<std::string>>> started(const Record& record, const Version& version) = 0;
  /// A run that is gone has ended.
  virtual Task<base::Result<RunLook>> look(std::string run) = 0;
  /// Asks the run to stop; nothing happens to one that has ended.
  virtual Task<base::Result<void>> stop(std::string run) = 0;
  /// Returns when the record is safe on disk. Records are written in the order of the calls.
  virtual Task<base::Result<void>> save(const Record& record) = 0;
  /// A path for the socket of a start, in a folder that only this user may enter. That of the start before is removed.
  virtual Task<base::Result<std::string>> make_socket_place(const Record& record, const Version& version) = 0;
  /// Removes everything that is kept of a service.
  virtual Task<base::Result<void>> forget(const Record& record) = 0;
};

/// The real one. Owned by Services.
class EngineRunner : public Runner {
 public:
  struct Parts {
    const state::Settings& settings;
    async::Threads& threads;
    store::Store& store;
    store::Readers& readers;
    runs::Runs& runs;
    runs::Submitter& submitter;
    runs::Canceler& canceler;
  };
  explicit EngineRunner(Parts parts) : p_(parts) {}

  Task<runs::SourceResult<std::string>> start(const Record& record, const Version& version) override;
  Task<base::Result<std::optional<std::string>>> started(const Record& record, const Version& version) override;
  Task<base::Result<RunLook>> look(std::string run) override;
  Task<base::Result<void>> stop(std::string run) override;
  Task<base::Result<void>> save(const Record& record) override;
  Task<base::Result<std::string>> make_socket_place(const Record& record, const Version& version) override;
  Task<base::Result<void>> forget(const Record& record) override;

 private:
  Task<base::Result<void>> make_target();

  Parts p_;
};

}  // namespace services
