// SPDX-License-Identifier: Apache-2.0
// Small questions about a run's attempt and its processes, for those who follow its life.
#pragma once

#include <optional>

#include "base/result.h"
#include "daemon/store/ingest/ingest.h"
#include "daemon/store/queries/run_view.h"
#include "protocol/launch_record.h"
#include "protocol/names.h"

namespace runs {

/// Which processes hold the attempt. An error while no launcher of this boot has written its processes down.
base::Result<protocol::LaunchRecord> read_launch_record(const protocol::AttemptDir& attempt);

/// Whether the attempt was begun before the machine started: what its launcher did then may be lost, its claim too.
base::Result<bool> begun_in_another_boot(const protocol::RunDir& dir);

/// In a transaction: takes the lock of a run's attempt, then says "starting".
base::Result<base::Fd> begin_attempt(store::Ingest& ingest, store::RunKey run, const protocol::AttemptDir& attempt);

/// Where the process that reports an interactive run does so; nothing for a child run, which is reported in its
/// parent's journal.
std::optional<store::Reporting> reporting_of(const protocol::AttemptDir& attempt);

/// Of a run that ended without a launcher: redacts what looks secret in its environment and spec. A launcher does this
/// itself.
void forget_secrets(const protocol::RunDir& dir);

}  // namespace runs
