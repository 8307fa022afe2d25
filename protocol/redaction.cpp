// SPDX-License-Identifier: Apache-2.0
#include "protocol/redaction.h"

#include <algorithm>
#include <array>
#include <vector>

#include "protocol/address.h"
#include "protocol/json.h"

namespace protocol {

using nlohmann::json;

namespace {

/// What the SDK's configurations call a run's variables.
bool are_variables(std::string_view key) { return key == "environmentVariables" || key == "environment_variables"; }

void redact_variables(json& variables) {
  for (auto& [name, value] : variables.items())
    if (value.is_string() && (looks_secret(name) || holds_password(value.get_ref<const std::string&>())))
      value = kRedacted;
}

void redact_within(json& value) {
  if (value.is_string()) value = without_passwords(value.get_ref<const std::string&>());
  if (!value.is_structured()) return;
  for (auto& [key, member] : value.items()) {
    if (are_variables(key) && member.is_object()) redact_variables(member);
    else if (member.is_string() && value.is_object() && looks_secret(key)) member = kRedacted;
    else redact_within(member);
  }
}

void redact_all(std::vector<std::string>& lines) {
  for (auto& line : lines) line = without_passwords(line);
}

}  // namespace

bool looks_secret(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
  constexpr std::array kWords{"TOKEN",  "SECRET",  "PASSWORD",   "PASSWD",      "PASSPHRASE", "CREDENTIAL",
                              "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "AUTH",       "CONNECTION_STRING",
                              "_KEY",   "_PWD"};
  if (upper == "SSH_AUTH_SOCK" || upper == "XAUTHORITY") return false;
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* word) { return upper.find(word) != std::string::npos; });
}

StringMap redacted(StringMap variables) {
  for (auto& [name, value] : variables)
    if (looks_secret(name) || holds_password(value)) value = kRedacted;
  return variables;
}

Managed redacted(Managed managed) {
  for (auto* const lines : {&managed.pip, &managed.options, &managed.channels}) redact_all(*lines);
  for (auto& [package, requirement] : managed.conda) requirement = without_passwords(requirement);
  return managed;
}

RunSpec redacted(RunSpec spec) {
  spec.environment = redacted(std::move(spec.environment));
  redact_all(spec.requirements);
  if (spec.managed) spec.managed = redacted(std::move(*spec.managed));
  if (spec.configuration.empty()) return spec;
  json configuration = json::parse(spec.configuration);
  redact_within(configuration);
  spec.configuration = configuration.dump();
  return spec;
}

std::string redacted_environ(std::string_view text) {
  const auto parsed = parse_json(text, "environ.json");
  auto map = parsed ? map_from_json(*parsed) : base::Result<StringMap>(parsed.error());
  return map ? map_to_json(redacted(std::move(*map))).dump() + "\n" : "{}\n";
}

std::string redacted_spec(std::string_view text) {
  const auto parsed = parse_json(text, "spec.json");
  auto spec = parsed ? spec_from_json(*parsed) : base::Result<RunSpec>(parsed.error());
  if (!spec) return "{}\n";
  return to_text(to_json(redacted(std::move(*spec)))) + "\n";
}

}  // namespace protocol
