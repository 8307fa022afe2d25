// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <cmath>
#include <cstdio>
#include <ctime>

namespace base {

Micros now() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<Micros>(t.tv_sec) * 1'000'000 + t.tv_nsec / 1000;
}

std::string iso_time(Micros t) {
  std::time_t seconds = static_cast<std::time_t>(t / 1'000'000);
  Micros fraction = t % 1'000'000;
  if (fraction < 0) {
    fraction += 1'000'000;
    --seconds;
  }
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, static_cast<long>(fraction));
  return text;
}

std::optional<Micros> parse_iso_time(std::string_view text) {
  std::tm utc{};
  int used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &utc.tm_year, &utc.tm_mon, &utc.tm_mday, &utc.tm_hour,
                  &utc.tm_min, &utc.tm_sec, &used) != 6)
    return std::nullopt;
  utc.tm_year -= 1900;
  utc.tm_mon -= 1;
  Micros fraction = 0;
  std::string_view rest = std::string_view(copy).substr(static_cast<std::size_t>(used));
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    Micros unit = 100'000;
    for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1), unit /= 10)
      fraction += unit * (rest[0] - '0');
  }
  if (rest != "Z") return std::nullopt;
  return static_cast<Micros>(::timegm(&utc)) * 1'000'000 + fraction;
}

double to_seconds(Micros t) { return static_cast<double>(t) / 1e6; }

Micros from_seconds(double seconds) {
  constexpr double kLimit = 9e12;  // beyond this microseconds leave 63 bits
  if (!std::isfinite(seconds)) return 0;
  return static_cast<Micros>(std::llround(std::fmin(std::fmax(seconds, -kLimit), kLimit) * 1e6));
}

std::string format_duration(std::chrono::microseconds duration) {
  const double seconds = static_cast<double>(duration.count()) / 1e6;
  char text[64];
  if (seconds < 60) {
    std::snprintf(text, sizeof text, "%.3g s", seconds);
    return text;
  }
  const long whole = std::lround(seconds);
  if (whole < 3600) std::snprintf(text, sizeof text, "%ld min %ld s", whole / 60, whole % 60);
  else std::snprintf(text, sizeof text, "%ld h %ld min", whole / 3600, whole % 3600 / 60);
  return text;
}

}  // namespace base
