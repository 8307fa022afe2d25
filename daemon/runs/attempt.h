// SPDX-License-Identifier: Apache-2.0
// Steps in the life of a run's attempt: reading who holds it, beginning it, redacting its secrets.
#pragma once

#include <optional>

#include "base/result.h"
#include "daemon/store/ingest/ingest.h"
#include "daemon/store/queries/run_view.h"
#include "protocol/launch_record.h"
#include "protocol/names.h"

namespace runs {

/// Reads which processes hold the attempt. Fails until a launcher of this boot has written them to the lock file.
base::Result<protocol::LaunchRecord> read_launch_record(const protocol::AttemptDir& attempt);

/// Whether it has, or had, a launcher.
base::Result<bool> has_begun(const protocol::AttemptDir& attempt);

/// What the folder of an attempt without a launcher says about its ending.
enum class AttemptEnding {
  kRecorded,
  kMissing,     ///< another launcher can write it
  kImpossible,  ///< no launcher can: the folder is gone, or something else has its name
};
AttemptEnding ending_of(const protocol::AttemptDir& attempt);

/// Whether the attempt of a run that was started began before the machine was last started. Files that its launcher
/// wrote may then be lost, even its claim. An error when the record does not say when it began.
base::Result<bool> begun_in_another_boot(const protocol::RunDir& dir);

/// Where a run is that builds its environment, as its launcher and the daemon have written.
enum class Slot { kHeld, kYielded, kAskedFor, kGivenBack };
Slot read_slot(const protocol::AttemptDir& attempt);

/// Takes the lock of a run's attempt, then appends the fact "starting". Call it in a job of the store.
base::Result<base::Fd> begin_attempt(store::Ingest& ingest, store::RunKey run, const protocol::AttemptDir& attempt);

/// Where the process of an interactive run reports; nothing for a child run, which is reported in its parent's journal.
std::optional<store::Reporting> reporting_of(const protocol::AttemptDir& attempt);

/// Redacts what looks secret in the variables and the spec of a run that ended without a launcher. A launcher does this
/// for its own run. The log says what could not be redacted.
void forget_secrets(const protocol::RunDir& dir);

}  // namespace runs
