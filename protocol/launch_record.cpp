// SPDX-License-Identifier: Apache-2.0
#include "protocol/launch_record.h"

#include <tuple>

#include "protocol/bytes_json.h"
#include "protocol/json_table.h"

namespace protocol {

template <>
constexpr auto kTable<LaunchRecord> =
    std::tuple{Field{"version", &LaunchRecord::version}, OrNull{"guard", &LaunchRecord::guard},
               OrNull{"worker", &LaunchRecord::worker},  Field{"boot_id", &LaunchRecord::boot_id},
               Field{"nonce", &LaunchRecord::nonce},     Field{"pipe", &LaunchRecord::pipe},
               OrNull{"cgroup", &LaunchRecord::cgroup}};

std::string to_text(const LaunchRecord& record) { return to_text(to_object(record)) + "\n"; }

base::Result<LaunchRecord> launch_record_from_text(std::string_view text) {
  TRY_ASSIGN(const nlohmann::json object, parse_json(text, "the lock file"));
  return from_object<LaunchRecord>(object);
}

}  // namespace protocol
