// SPDX-License-Identifier: Apache-2.0
#include "cli/python_place.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::text_at;
using protocol::value_at;

namespace {

constexpr std::string_view kGuard =
    "exec(\"try:\\n    import _runyard_hook\\n    _runyard_hook.install()\\nexcept Exception:\\n    pass\")";

/// A path line is read in the locale's encoding, and some beginnings mean something else.
bool plain_path(const std::string& path) {
  return path.starts_with('/') &&
         std::all_of(path.begin(), path.end(), [](char c) { return c >= ' ' && c < '\x7f'; }) && !path.ends_with(' ');
}

/// b'...' with everything but plain letters as \xNN.
std::string bytes_literal(const std::string& bytes) {
  std::string text = "b'";
  for (const char c : bytes) {
    char escape[8];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '_' || c == '-';
    std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += plain ? std::string(1, c) : escape;
  }
  return text + "'";
}

std::vector<std::string> strings(const json& array) {
  std::vector<std::string> list;
  for (const json& item : array)
    if (item.is_string()) list.push_back(item.get<std::string>());
  return list;
}

base::Error no_place(const PythonFacts& facts, const std::string& why) {
  return base::error("cannot enable " + printable(facts.executable) + ": " + why, std::errc::permission_denied);
}

}  // namespace

const std::string kFactsProgram = R"(
import json, os, site, sys, sysconfig
import importlib.util
venv = sys.prefix != getattr(sys, "base_prefix", sys.prefix)
marker = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
places = site.getsitepackages() if hasattr(site, "getsitepackages") else [sysconfig.get_path("purelib")]
spec = importlib.util.find_spec("azureml")
found = list(spec.submodule_search_locations or []) if spec else []
names = os.path.join("runyard", "_names", "azureml")
print()
print("runyard:facts")
print(json.dumps({
    "executable": sys.executable, "version": list(sys.version_info[:3]), "venv": venv,
    "managed": not venv and os.path.exists(marker), "places": places,
    "user_site": not venv and not os.environ.get("PYTHONNOUSERSITE"), "user": site.getusersitepackages(),
    "other_azureml": [path for path in found if not path.endswith(names)],
}))
)";

base::Result<PythonFacts> python_facts_from(std::string_view text) {
  TRY_ASSIGN(const json j, protocol::parse_json(text, "the interpreter's answer"));
  PythonFacts facts;
  const json& version = list_at(j, "version");
  if (version.size() != 3 || !version[0].is_number_integer() || !version[1].is_number_integer() ||
      !version[2].is_number_integer())
    return base::error("the interpreter does not say its version");
  facts.major = version[0].get<int>();
  facts.minor = version[1].get<int>();
  facts.version =
      std::to_string(facts.major) + "." + std::to_string(facts.minor) + "." + std::to_string(version[2].get<int>());
  facts.executable = text_at(j, "executable");
  facts.venv = value_at(j, "venv", false);
  facts.managed = value_at(j, "managed", false);
  facts.user_site = value_at(j, "user_site", false);
  facts.places = strings(list_at(j, "places"));
  facts.user = text_at(j, "user");
  if (const auto other = strings(list_at(j, "other_azureml")); !other.empty()) facts.other_azureml = other[0];
  return facts;
}

base::Result<base::Path> choose_place(const PythonFacts& facts,
                                      const std::function<bool(const base::Path&)>& writable) {
  if (facts.major != 3 || facts.minor < 7)
    return no_place(facts, "it is Python " + facts.version + ", the SDK needs 3.7 or newer");
  if (facts.places.empty()) return no_place(facts, "it has no site-packages folder");
  const std::string first = "'" + printable(facts.places[0]) + "'";
  if (!facts.managed)
    for (const auto& place : facts.places)
      if (std::error_code ignored; std::filesystem::is_directory(place, ignored) && writable(place))
        return base::Path(place);
  if (facts.venv) return no_place(facts, first + " is not writable");
  if (facts.user_site && !facts.user.empty() && writable(facts.user)) return base::Path(facts.user);
  const std::string why = facts.managed ? "it belongs to the system's packages" : first + " is not writable";
  return no_place(facts, why + ", and the user's own site-packages " +
                             (facts.user_site ? "cannot be written" : "is switched off") +
                             "; make a venv and enable that: " + printable(facts.executable) + " -m venv venv");
}

bool is_writable(const base::Path& folder) {
  std::error_code ignored;
  base::Path place = folder;
  while (!std::filesystem::exists(place, ignored) && place.has_relative_path()) place = place.parent_path();
  return std::filesystem::is_directory(place, ignored) && ::access(place.c_str(), W_OK | X_OK) == 0;
}

std::string pth_text(const std::string& sdk_folder) {
  if (plain_path(sdk_folder)) return sdk_folder + "\nimport sys; " + std::string(kGuard) + "\n";
  return "import os, sys; sys.path.append(os.fsdecode(" + bytes_literal(sdk_folder) + ")); " + std::string(kGuard) +
         "\n";
}

bool is_our_pth(std::string_view text) { return text.ends_with(std::string(kGuard) + "\n"); }

}  // namespace cli
