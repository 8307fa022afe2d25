// SPDX-License-Identifier: Apache-2.0
#include "base/account.h"

#include <unistd.h>

#include "base/file.h"
#include "base/spawn.h"
#include "base/text.h"

namespace base {

namespace {

constexpr int kPatienceMs = 10'000;  ///< for a directory service that does not answer

std::optional<std::string> name_from_getent(uid_t user) {
  SpawnOptions options;
  options.argv = {"getent", "passwd", std::to_string(user)};
  options.environment = current_environment();
  const auto answer = run_to_end(std::move(options), kPatienceMs);
  if (!answer || answer->code != 0) return {};
  return name_in_passwd(answer->output, user);
}

}  // namespace

std::optional<std::string> name_in_passwd(std::string_view lines, uid_t user) {
  const std::string number = std::to_string(user);
  for (const auto& line : split(lines, '\n')) {
    const auto fields = split(line, ':');  // name, password, number, ...
    if (fields.size() > 2 && !fields[0].empty() && fields[2] == number) return fields[0];
  }
  return {};
}

std::optional<std::string> user_name() {
  const uid_t user = ::getuid();
  if (const auto lines = read_file("/etc/passwd"))
    if (auto name = name_in_passwd(*lines, user)) return name;
  return name_from_getent(user);
}

}  // namespace base
