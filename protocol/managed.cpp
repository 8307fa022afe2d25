// SPDX-License-Identifier: Apache-2.0
#include "protocol/managed.h"

#include "base/text.h"
#include "protocol/address.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace protocol {

using nlohmann::json;

namespace {

constexpr std::size_t kMostLines = 10'000;

base::Error refuse(const std::string& field, const std::string& line, const std::string& why) {
  return base::error("'managed." + field + "' holds '" + base::to_utf8(line) + "': " + why);
}

base::Result<void> check_line(const std::string& field, const std::string& line) {
  if (line.find_first_not_of(" \t") == std::string::npos) return refuse(field, line, "it is empty");
  if (base::has_control(line)) return refuse(field, line, "control characters are not allowed");
  return {};
}

/// A package of conda becomes an argument of a program.
base::Result<void> check_conda(const Managed& managed) {
  for (const auto& [package, requirement] : managed.conda) {
    TRY(check_line("conda", package));
    if (package.starts_with('-')) return refuse("conda", package, "a package does not begin with '-'");
    if (holds_password(package))
      return refuse("conda", without_passwords(package),
                    "every user of the machine would see its address: name the channel in 'channels'");
    if (!requirement.empty()) TRY(check_line("conda", requirement));
  }
  for (const auto& channel : managed.channels) {
    TRY(check_line("channels", channel));
    if (channel.starts_with('-')) return refuse("channels", channel, "a channel does not begin with '-'");
  }
  return {};
}

base::Result<void> check(const Managed& managed) {
  if (managed.pip.size() + managed.conda.size() > kMostLines)
    return base::error("'managed' asks for more than 10,000 packages");
  for (const auto& line : managed.pip) TRY(check_line("pip", line));
  for (const auto& line : managed.options) {
    TRY(check_line("options", line));
    if (!line.starts_with('-')) return refuse("options", line, "an option begins with '-'");
  }
  if (managed.python.find_first_not_of("0123456789.") != std::string::npos)
    return base::error("'managed.python' is '" + base::to_utf8(managed.python) + "', not a version such as 3.9");
  return check_conda(managed);
}

base::Result<void> read_conda(const json& j, StringMap& conda) {
  const auto it = j.find("conda");
  if (it == j.end() || it->is_null()) return {};
  if (!it->is_object()) return base::error("'managed.conda' is not an object");
  for (const auto& [package, requirement] : it->items()) {
    if (!requirement.is_null() && !requirement.is_string())
      return base::error("'managed.conda." + package + "' is neither a text nor null");
    conda[package] = requirement.is_null() ? "" : requirement.get<std::string>();
  }
  return {};
}

}  // namespace

json to_json(const Managed& managed) {
  json conda = json::object();
  for (const auto& [package, requirement] : managed.conda)
    conda[package] = requirement.empty() ? json(nullptr) : json(requirement);
  return {{"name", managed.name},
          {"python", managed.python.empty() ? json(nullptr) : json(managed.python)},
          {"pip", managed.pip},
          {"options", managed.options},
          {"conda", std::move(conda)},
          {"channels", managed.channels},
          {"conda_from_index", managed.conda_from_index},
          {"strict", managed.strict}};
}

base::Result<Managed> managed_from_json(const json& j) {
  if (!j.is_object()) return base::error("'managed' is not an object");
  Managed managed;
  TRY_FOR("'managed'", read_field(j, "name", managed.name));
  TRY_FOR("'managed'", read_field(j, "python", managed.python));
  TRY_FOR("'managed'", read_field(j, "pip", managed.pip));
  TRY_FOR("'managed'", read_field(j, "options", managed.options));
  TRY(read_conda(j, managed.conda));
  TRY_FOR("'managed'", read_field(j, "channels", managed.channels));
  TRY_FOR("'managed'", read_field(j, "conda_from_index", managed.conda_from_index));
  TRY_FOR("'managed'", read_field(j, "strict", managed.strict));
  TRY(check(managed));
  return managed;
}

}  // namespace protocol
