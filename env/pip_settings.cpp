// SPDX-License-Identifier: Apache-2.0
#include "env/pip_settings.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/file.h"
#include "base/text.h"
#include "env/variables.h"

namespace env {
namespace {

struct Setting {
  std::string_view name;  ///< in pip.conf; PIP_INDEX_URL and so on among the variables
  std::string_view uv;
  char separator;  ///< of several values, for uv
};
constexpr std::array kSettings = {
    Setting{"index-url", "UV_INDEX_URL", ' '},   Setting{"extra-index-url", "UV_EXTRA_INDEX_URL", ' '},
    Setting{"find-links", "UV_FIND_LINKS", ','}, Setting{"no-index", "UV_NO_INDEX", ' '},
    Setting{"cert", "SSL_CERT_FILE", ' '},
};
constexpr std::array kOfUv = {"UV_INDEX_URL",  "UV_DEFAULT_INDEX", "UV_INDEX",      "UV_EXTRA_INDEX_URL",
                              "UV_FIND_LINKS", "UV_NO_INDEX",      "UV_CONFIG_FILE"};

std::string variable_of(std::string_view name) {
  std::string variable = "PIP_";
  for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return variable;
}

using Values = std::map<std::string, std::string>;

struct Sections {
  Values global, install;
};

/// As pip reads a name: "Index_URL" is index-url.
std::string normalized(std::string_view name) {
  std::string normal = base::lower(base::trim(name));
  std::replace(normal.begin(), normal.end(), '_', '-');
  return normal;
}

/// One file; a value may go on in lines that begin with a space.
void read_conf(const base::Path& file, Sections& sections) {
  if (!file.is_absolute()) return;
  const auto text = base::read_file(file, 1 << 20);
  if (!text) return;
  Values* values = nullptr;
  std::string* last = nullptr;
  for (const auto& line : base::split(*text, '\n')) {
    const std::string bare(base::trim(line));
    if (bare.empty() || bare[0] == '#' || bare[0] == ';') continue;
    const auto equals = bare.find_first_of("=:");
    if (bare[0] == '[') {
      values = bare == "[global]" ? &sections.global : bare == "[install]" ? &sections.install : nullptr;
      last = nullptr;
    } else if ((line[0] == ' ' || line[0] == '\t') && last) {
      *last += (last->empty() ? "" : " ") + bare;
    } else if (values && equals != std::string::npos) {
      last = &((*values)[normalized(std::string_view(bare).substr(0, equals))] =
                   base::trim(std::string_view(bare).substr(equals + 1)));
    }
  }
}

/// In pip's order: the user's over the machine's, one that is named over both; in all of them, install over global.
Values conf_of(const std::vector<std::string>& environment) {
  const base::Path home = value_of(environment, "HOME");
  const std::string xdg = value_of(environment, "XDG_CONFIG_HOME"), named = value_of(environment, "PIP_CONFIG_FILE");
  Sections sections;
  if (named == "/dev/null") return {};
  for (const auto& file : {base::Path("/etc/xdg/pip/pip.conf"), base::Path("/etc/pip.conf"), home / ".pip" / "pip.conf",
                           (xdg.empty() ? home / ".config" : base::Path(xdg)) / "pip" / "pip.conf", base::Path(named)})
    read_conf(file, sections);
  sections.install.merge(sections.global);  // existing keys stay
  return std::move(sections.install);
}

}  // namespace

std::vector<std::string> pip_settings_for_uv(const std::vector<std::string>& environment) {
  const bool has_own =
      std::any_of(kOfUv.begin(), kOfUv.end(), [&](const char* name) { return !value_of(environment, name).empty(); });
  if (has_own) return {};
  auto values = conf_of(environment);
  std::vector<std::string> settings;
  for (const auto& setting : kSettings) {
    std::string value = value_of(environment, variable_of(setting.name));
    if (value.empty()) value = values[std::string(setting.name)];
    if (value.empty() || !value_of(environment, setting.uv).empty()) continue;
    std::replace(value.begin(), value.end(), ' ', setting.separator);
    settings.push_back(std::string(setting.uv) + "=" + value);
  }
  return settings;
}

}  // namespace env
