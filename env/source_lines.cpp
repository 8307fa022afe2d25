// SPDX-License-Identifier: Apache-2.0
#include "env/source_lines.h"

#include <array>
#include <string_view>

namespace env {
namespace {

struct Option {
  std::string_view name;
  bool of_a_file;  ///< which pip looks for beside the requirements file
};
constexpr std::array kOptions = {Option{"-e", false},          Option{"--editable", false}, Option{"-c", true},
                                 Option{"--constraint", true}, Option{"-f", true},          Option{"--find-links", true}};

struct Named {
  const Option* option = nullptr;
  std::string value;
};

/// The option of a line and its value; no option: it is another line.
Named named_in(const std::string& line) {
  for (const auto& option : kOptions) {
    const auto size = option.name.size();
    if (!line.starts_with(option.name) || line.size() <= size || (line[size] != ' ' && line[size] != '=')) continue;
    const auto begin = line.find_first_not_of(" =", size);
    return {&option, begin == std::string::npos ? "" : line.substr(begin)};
  }
  return {};
}

bool is_relative_path(const std::string& value) {
  return !value.empty() && !value.starts_with('/') && value.find("://") == std::string::npos;
}

}  // namespace

bool is_relative(const std::string& line) {
  if (line.starts_with('.') || line.starts_with("file:.")) return true;
  const Named named = named_in(line);
  return named.option && is_relative_path(named.value);
}

std::string anchored(const std::string& line) {
  const Named named = named_in(line);
  if (!named.option || !named.option->of_a_file || !is_relative_path(named.value)) return line;
  return std::string(named.option->name) + " " + kSourceLink + "/" + named.value;
}

}  // namespace env
