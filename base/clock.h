// SPDX-License-Identifier: Apache-2.0
// Time. Points in time are microseconds since 1970 UTC; durations are std::chrono.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

/// Microseconds since 1970 UTC.
using Micros = std::int64_t;

Micros now();
/// "2026-11-24T01:02:03.000004Z".
std::string iso_time(Micros t);
/// Reads what iso_time writes, fraction optional.
std::optional<Micros> parse_iso_time(std::string_view text);
/// Seconds as a double, as journals write them, and back (microseconds kept until the year 2255).
double to_seconds(Micros t);
Micros from_seconds(double seconds);
/// "1.25 s", "3 min 20 s", "2 h 5 min".
std::string format_duration(std::chrono::microseconds duration);

}  // namespace base
