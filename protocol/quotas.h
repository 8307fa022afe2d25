// SPDX-License-Identifier: Apache-2.0
// Limits to the growth of a run. Reaching one is a warning of the run, never its end.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace protocol {

struct Quotas {
  std::uint64_t log_bytes = 20ull << 30;  ///< of output; the rest is read and discarded
  std::uint64_t journal_bytes =
      10ull << 30;                          ///< of each journal; lines beyond it stay in the file and are not ingested
  std::uint64_t output_bytes = 1ull << 40;  ///< collected in all; other files stay in the working directory
  std::uint64_t output_files = 100'000;     ///< likewise
};

nlohmann::json to_json(const Quotas& quotas);
/// The quotas that `object` names, on top of `otherwise`. Refuses unknown names, and values that are no positive whole
/// number, by name.
base::Result<Quotas> quotas_from_json(const nlohmann::json& object, Quotas otherwise = {});

}  // namespace protocol
