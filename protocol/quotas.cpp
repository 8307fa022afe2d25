// SPDX-License-Identifier: Apache-2.0
#include "protocol/quotas.h"

#include <algorithm>
#include <array>

#include "protocol/json.h"

namespace protocol {

using nlohmann::json;

namespace {

struct Name {
  const char* word;
  std::uint64_t Quotas::*quota;
};
constexpr std::array kNames = {Name{"log_bytes", &Quotas::log_bytes}, Name{"journal_bytes", &Quotas::journal_bytes},
                               Name{"output_bytes", &Quotas::output_bytes},
                               Name{"output_files", &Quotas::output_files}};

}  // namespace

json to_json(const Quotas& quotas) {
  json object = json::object();
  for (const auto& [word, quota] : kNames) object[word] = quotas.*quota;
  return object;
}

base::Result<Quotas> quotas_from_json(const json& object, Quotas quotas) {
  if (object.is_null()) return quotas;
  if (!object.is_object()) return base::error("'quotas' is not an object");
  for (const auto& [key, value] : object.items()) {
    const auto known =
        std::find_if(kNames.begin(), kNames.end(), [&key = key](const Name& name) { return key == name.word; });
    if (known == kNames.end())
      return base::error("there is no quota '" + key +
                         "': there are log_bytes, journal_bytes, output_bytes and output_files");
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() == 0)
      return base::error("'quotas." + key + "' is " + to_text(value).substr(0, 80) + ", not a whole number above 0");
    quotas.*known->quota = value.get<std::uint64_t>();
  }
  return quotas;
}

}  // namespace protocol
