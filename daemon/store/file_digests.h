// SPDX-License-Identifier: Apache-2.0
// SHA-256 of the files that runs leave behind, in record/digests.jsonl: the doctor can tell years later whether a file
// has changed.
#pragma once

#include <atomic>
#include <map>
#include <string>

#include "daemon/store/queries/artifacts.h"
#include "protocol/names.h"

namespace store {

/// Artifact name to SHA-256, hex, of the files of a run that have one noted.
std::map<std::string, std::string> noted_digests(const protocol::RunDir& run);
/// Reads the file (below runs/) and notes its digest. Empty: it is mostly holes, and reading them could take for ever.
base::Result<std::string> note_digest(const protocol::StateDir& state, const std::string& run, const ArtifactRow& file,
                                      const std::atomic<bool>* stop = nullptr);

}  // namespace store
