// SPDX-License-Identifier: Apache-2.0
#include "protocol/managed.h"

#include <charconv>
#include <chrono>

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
  if (!managed.before.empty() && !is_day(managed.before))
    return base::error("'managed.before' is '" + base::to_utf8(managed.before) + "', not a day such as 2021-06-01");
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
  json object = {{"name", managed.name},
                 {"python", managed.python.empty() ? json(nullptr) : json(managed.python)},
                 {"pip", managed.pip},
                 {"options", managed.options},
                 {"conda", std::move(conda)},
                 {"channels", managed.channels},
                 {"conda_from_index", managed.conda_from_index},
                 {"strict", managed.strict}};
  // Written only if it is set: the digests of all other environments stay as they were before there was such a field.
  if (!managed.before.empty()) object["before"] = managed.before;
  return object;
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    const char* const end = text.data() + at + size;
    return std::from_chars(text.data() + at, end, value).ptr == end ? value : 0;
  };
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(number(0, 4))),
                                     std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2)))
      .ok();
}

base::Result<Managed> managed_from_json(const json& j) {
  if (!j.is_object()) return base::error("'managed' is not an object");
  Managed managed;
  TRY_FOR("'managed'", read_field(j, "name", managed.name));
  TRY_FOR("'managed'", read_field(j, "python", managed.python));
  TRY_FOR("'managed'", read_field(j, "pip", managed.pip));
  TRY_FOR("'managed'", read_field(j, "options", managed.options));
  TRY(read_conda(j, managed.conda));
  TRY_FOR("'managed'", read_field(j, "before", managed.before));
  TRY_FOR("'managed'", read_field(j, "channels", managed.channels));
  TRY_FOR("'managed'", read_field(j, "conda_from_index", managed.conda_from_index));
  TRY_FOR("'managed'", read_field(j, "strict", managed.strict));
  TRY(check(managed));
  return managed;
}

}  // namespace protocol
