// SPDX-License-Identifier: Apache-2.0
// From a submission to a queued run: snapshot, record, row. What has been answered survives a power loss.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/async/threads.h"
#include "daemon/runs/runs.h"
#include "daemon/runs/submission.h"
#include "daemon/runs/submitted_source.h"
#include "daemon/source/stat_cache.h"
#include "daemon/source/upload.h"
#include "daemon/state/settings.h"

namespace runs {

/// What Submitter works with; all of it outlives it.
struct SubmitterParts {
  boost::asio::io_context& loop;
  const state::Settings& settings;
  async::Threads& threads;
  store::Store& store;
  store::Readers& readers;
  source::Uploads& uploads;
  Runs& runs;
};

/// Owned by serve(); loop thread only.
class Submitter {
 public:
  explicit Submitter(const SubmitterParts& parts) : p_(parts), stat_cache_(parts.settings.state.stat_cache()) {}

  /// Takes the snapshot, writes the record, queues the run. The same submission again gets the first answer.
  Task<SourceResult<Submitted>> submit(Submission submission);
  /// Takes a snapshot for a run that has none. `file_exists`: it has one.
  Task<SourceResult<void>> take_snapshot(RunKey run, Submission submission);
  /// How far a submission under way is; nothing when there is none of that id.
  std::optional<SubmitProgress> progress(const std::string& submission_id) const;
  /// Gives up the sources that are being read. No submission is under way when it returns.
  Task<void> leave();
  /// The same for a daemon that ends without leave(): the threads are joined next.
  void give_up() { leaving_ = true; }

 private:
  struct CreatedRun;
  Task<base::Result<Submitted>> create_run(Submission& submission, CreatedRun& created, const Runs::HeldSlot* slot);
  void admit(const Submission& submission, CreatedRun& created, Runs::HeldSlot* slot) noexcept;
  Task<SourceResult<CapturedSource>> read_source(const Submission& submission, SubmitProgress& progress);
  Task<base::Result<void>> share_source(Submission& submission);
  Task<void> take_snapshot_later(RunKey run, Submission submission);
  Task<base::Result<void>> note_snapshot(RunKey run, protocol::DaemonFact fact);
  Task<void> drop_upload(std::string id);

  SubmitterParts p_;
  source::StatCache stat_cache_;
  std::map<std::string, std::shared_ptr<SubmitProgress>> submitting_;
  base::Micros last_submitted_ = 0;
  std::atomic<bool> leaving_ = false;  ///< read by the thread that reads sources
};

}  // namespace runs
