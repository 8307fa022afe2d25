// SPDX-License-Identifier: Apache-2.0
#include "env/source_lines.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace env {
namespace {

struct Option {
  std::string_view name;
  bool of_a_file;  ///< which pip looks for beside the requirements file
};
constexpr std::array kOptions = {Option{"-e", false}, Option{"--editable", false},
                                 Option{"-c", true},  Option{"--constraint", true},
                                 Option{"-f", true},  Option{"--find-links", true}};

struct Named {
  const Option* option = nullptr;
  std::string value;
};

/// The option of a line and its value, which may follow a short one at once: "-e."; no option: it is another line.
Named named_in(const std::string& line) {
  for (const auto& option : kOptions) {
    const auto size = option.name.size();
    if (!line.starts_with(option.name) || line.size() <= size) continue;
    const bool attached = line[size] != ' ' && line[size] != '=';
    if (attached && option.name.starts_with("--")) continue;
    const auto begin = line.find_first_not_of(" =", size);
    return {&option, begin == std::string::npos ? "" : line.substr(begin)};
  }
  return {};
}

bool is_relative_path(const std::string& value) {
  return !value.empty() && !value.starts_with('/') && value.find("://") == std::string::npos;
}

/// Whether pip takes a requirement for a path: by a slash, or by the end of an archive's name.
bool is_path(const std::string& requirement) {
  if (requirement.starts_with('.') || requirement.find('/') != std::string::npos) return true;
  constexpr std::array<std::string_view, 7> kArchives = {".whl",    ".zip",     ".tar",   ".tgz",
                                                         ".tar.gz", ".tar.bz2", ".tar.xz"};
  return std::any_of(kArchives.begin(), kArchives.end(), [&](auto end) { return requirement.ends_with(end); });
}

/// "x @ ./x.whl ; marker" as ./x.whl, "x[extra]" as x.
std::string place_in(const std::string& line) {
  const auto at = line.find('@');
  std::string place =
      at == std::string::npos ? line : line.substr(std::min(line.find_first_not_of(' ', at + 1), line.size()));
  place = place.substr(0, place.find_first_of(" ;["));
  return place.starts_with("file:") ? place.substr(5) : place;
}

}  // namespace

bool is_relative(const std::string& line) {
  if (line.starts_with('-')) {
    const Named named = named_in(line);
    return named.option && is_relative_path(named.value);
  }
  if (line.find("://") != std::string::npos) return false;  // whose "user@host/x" looks like a path
  const std::string place = place_in(line);
  return is_path(place) && is_relative_path(place);
}

std::string anchored(const std::string& line) {
  const Named named = named_in(line);
  if (!named.option || !is_relative_path(named.value)) return line;
  if (named.option->of_a_file) return std::string(named.option->name) + " " + kSourceLink + "/" + named.value;
  return named.value.starts_with('.') ? named.value : "./" + named.value;
}

}  // namespace env
