// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/settings.h"

#include <unistd.h>

#include "base/own_files.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace state {

base::Result<void> read_settings(Settings& settings) {
  const base::Path path = settings.state.settings();
  const auto text = base::read_file(path, 1 << 20);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return {};
  if (!text) return text.error();
  TRY_ASSIGN(const nlohmann::json written, protocol::parse_json(*text, path.string()));
  if (!written.is_object()) return base::error("cannot read " + path.string() + ": it is not a JSON object");
  for (const auto& [name, value] : written.items())
    if (name != "quotas")
      return base::error("cannot read " + path.string() + ": there is no setting '" + name + "', only quotas");
  TRY_ASSIGN_FOR("cannot read " + path.string(), settings.quotas,
                 protocol::quotas_from_json(written.value("quotas", nlohmann::json())));
  return {};
}

base::Result<void> find_siblings(Settings& settings) {
  TRY_ASSIGN(const base::Path own, base::own_folder());
  TRY_ASSIGN(const base::Path library, base::library_folder());
  for (const auto& candidate : {own / "runyard-launcher", library / "runyard-launcher"})
    if (settings.launcher.empty() && ::access(candidate.c_str(), X_OK) == 0) settings.launcher = candidate;
  if (settings.launcher.empty())
    return base::error(
        "cannot find runyard-launcher: neither in '" + own.string() + "' nor in '" + library.string() + "'",
        std::errc::no_such_file_or_directory);
  if (settings.portal.empty()) settings.portal = library / "portal";
  const base::Path python = library / "python";
  if (std::error_code code; settings.sdk.empty() && std::filesystem::is_directory(python, code)) settings.sdk = python;
  return {};
}

}  // namespace state
