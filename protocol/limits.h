// SPDX-License-Identifier: Apache-2.0
// The names of the kernel's resource limits, as spec.json and the API have them: as in setrlimit(2), without "RLIMIT_",
// in lower case.
#pragma once

#include <sys/resource.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace protocol {

struct ResourceLimit {
  const char* name;
  int resource;  ///< RLIMIT_*
};

inline constexpr std::array kResourceLimits = {ResourceLimit{"as", RLIMIT_AS},
                                               ResourceLimit{"core", RLIMIT_CORE},
                                               ResourceLimit{"cpu", RLIMIT_CPU},
                                               ResourceLimit{"data", RLIMIT_DATA},
                                               ResourceLimit{"fsize", RLIMIT_FSIZE},
                                               ResourceLimit{"locks", RLIMIT_LOCKS},
                                               ResourceLimit{"memlock", RLIMIT_MEMLOCK},
                                               ResourceLimit{"msgqueue", RLIMIT_MSGQUEUE},
                                               ResourceLimit{"nice", RLIMIT_NICE},
                                               ResourceLimit{"nofile", RLIMIT_NOFILE},
                                               ResourceLimit{"nproc", RLIMIT_NPROC},
                                               ResourceLimit{"rss", RLIMIT_RSS},
                                               ResourceLimit{"rtprio", RLIMIT_RTPRIO},
                                               ResourceLimit{"rttime", RLIMIT_RTTIME},
                                               ResourceLimit{"sigpending", RLIMIT_SIGPENDING},
                                               ResourceLimit{"stack", RLIMIT_STACK}};

/// Its number for setrlimit; nothing for a name that the kernel does not have.
constexpr std::optional<int> resource_of(std::string_view name) {
  for (const auto& limit : kResourceLimits)
    if (name == limit.name) return limit.resource;
  return std::nullopt;
}

/// -1 stands for no limit.
constexpr std::int64_t limit_to_number(rlim_t value) {
  return value == RLIM_INFINITY ? -1 : static_cast<std::int64_t>(value);
}
constexpr rlim_t limit_from_number(std::int64_t value) {
  return value < 0 ? RLIM_INFINITY : static_cast<rlim_t>(value);
}

}  // namespace protocol
