// SPDX-License-Identifier: Apache-2.0
// JSON that programs read from the record, as values: what is taken reads back the same.

#include "protocol/bytes_json.h"
#include "protocol/exit_record.h"
#include "protocol/json.h"
#include "protocol/managed.h"
#include "protocol/redaction.h"
#include "protocol/spec.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

using nlohmann::json;

template <class Value>
void expect_round_trip(const json& given, base::Result<Value> (*read)(const json&), json (*write)(const Value&)) {
  const auto value = read(given);
  if (!value) return EXPECT(!value.error().message.empty());
  const std::string text = write(*value).dump();
  const auto parsed = protocol::parse_json(text, "what we wrote");
  EXPECT(parsed);
  const auto again = read(*parsed);
  EXPECT(again);
  EXPECT(write(*again).dump() == text);
}

}  // namespace

void fuzz::records(std::string_view input) {
  EXPECT(protocol::parse_json(protocol::redacted_environ(input), "environ.json"));
  EXPECT(protocol::redacted_spec(protocol::redacted_spec(input)) == protocol::redacted_spec(input));
  const auto given = protocol::parse_json(input, "a record");
  if (!given) return;
  expect_round_trip<protocol::ExitRecord>(*given, protocol::exit_record_from_json, protocol::to_json);
  expect_round_trip<protocol::RunSpec>(*given, protocol::spec_from_json, protocol::to_json);
  expect_round_trip<protocol::StopRequest>(*given, protocol::stop_request_from_json, protocol::to_json);
  expect_round_trip<protocol::Managed>(*given, protocol::managed_from_json, protocol::to_json);
  expect_round_trip<protocol::StringMap>(*given, protocol::map_from_json, protocol::map_to_json);
  (void)protocol::reported_ending_from_json(*given);
  (void)protocol::program_error_from_json(*given);
}
