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
  char separator = ' ';     ///< of several values, for uv
  bool says_where = false;  ///< packages are: not passed on if uv has such a setting of its own
};
constexpr std::array kSettings = {
    Setting{"index-url", "UV_INDEX_URL", ' ', true},
    Setting{"extra-index-url", "UV_EXTRA_INDEX_URL", ' ', true},
    Setting{"find-links", "UV_FIND_LINKS", ',', true},
    Setting{"no-index", "UV_NO_INDEX", ' ', true},
    Setting{"cert", "SSL_CERT_FILE"},
    Setting{"client-cert", "SSL_CLIENT_CERT"},
    Setting{"constraint", "UV_CONSTRAINT"},
    Setting{"proxy", "ALL_PROXY"},
    Setting{"retries", "UV_HTTP_RETRIES"},
    Setting{"timeout", "UV_HTTP_TIMEOUT"},
    Setting{"trusted-host", "UV_INSECURE_HOST"},
};
/// Which form of packages is taken: ":all:", ":none:", or names with commas.
struct Form {
  std::string_view name, uv_of_all, uv_of_names;
};
constexpr std::array kForms = {Form{"no-binary", "UV_NO_BINARY", "UV_NO_BINARY_PACKAGE"},
                               Form{"only-binary", "UV_NO_BUILD", "UV_NO_BUILD_PACKAGE"}};
constexpr std::array kWhereOfUv = {"UV_INDEX_URL",       "UV_DEFAULT_INDEX", "UV_INDEX",
                                   "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS",    "UV_NO_INDEX"};

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

/// Whether uv's variables, or the file that they name, say where packages are.
bool uv_knows_where(const std::vector<std::string>& environment) {
  for (const char* name : kWhereOfUv)
    if (!value_of(environment, name).empty()) return true;
  const std::string file = value_of(environment, "UV_CONFIG_FILE");
  const auto text = base::read_file(file, 1 << 20);
  return text && (text->find("index") != std::string::npos || text->find("find-links") != std::string::npos);
}

bool is_true(const std::string& value) {
  const std::string text = base::lower(value);
  return text == "1" || text == "true" || text == "yes" || text == "on";
}

}  // namespace

std::vector<std::string> pip_settings_for_uv(const std::vector<std::string>& environment) {
  auto values = conf_of(environment);
  const auto value_in_pip = [&](std::string_view name) {
    const std::string value = value_of(environment, variable_of(name));
    return value.empty() ? values[std::string(name)] : value;
  };
  std::vector<std::string> settings;
  const auto add = [&](std::string_view variable, const std::string& value) {
    if (!value.empty() && value_of(environment, variable).empty())
      settings.push_back(std::string(variable) + "=" + value);
  };
  const bool knows_where = uv_knows_where(environment);
  for (const auto& setting : kSettings) {
    std::string value = value_in_pip(setting.name);
    std::replace(value.begin(), value.end(), ' ', setting.separator);
    if (!setting.says_where || !knows_where) add(setting.uv, value);
  }
  for (const auto& form : kForms) {
    std::string names = value_in_pip(form.name);
    std::replace(names.begin(), names.end(), ',', ' ');
    if (names == ":all:") add(form.uv_of_all, "1");
    else if (names != ":none:") add(form.uv_of_names, names);
  }
  if (is_true(value_in_pip("pre"))) add("UV_PRERELEASE", "allow");
  return settings;
}

}  // namespace env
