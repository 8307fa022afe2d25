// SPDX-License-Identifier: Apache-2.0
#include "launcher/stop_request.h"

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace launcher {

std::optional<protocol::StopRequest> read_stop_request(const Attempt& attempt) {
  const auto text = base::read_file(attempt.run.stop_requests());
  if (!text) return {};
  for (const auto& line : base::split(*text, '\n')) {
    const auto parsed = protocol::parse_json(line, "record/wishes.jsonl");
    if (!parsed) continue;
    if (auto request = protocol::stop_request_from_json(*parsed)) return std::move(*request);
  }
  return {};
}

}  // namespace launcher
