// SPDX-License-Identifier: Apache-2.0
#include "env/pins.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "env/version.h"

namespace env {
namespace {

std::size_t skip_spaces(const std::string& line, std::size_t at) {
  at = line.find_first_not_of(" \t", at);
  return at == std::string::npos ? line.size() : at;
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/// Where the name of a requirement and its extras end.
std::size_t end_of_name(const std::string& line) {
  std::size_t at = 0;
  while (at < line.size() && is_name(line[at])) ++at;
  if (at < line.size() && line[at] == '[') at = std::min(line.find(']', at), line.size() - 1) + 1;
  return at;
}

/// The name of the package in lower case, with '-' for '_', without extras.
std::string package_of(const std::string& line) {
  std::string name = base::lower(std::string_view(line).substr(0, std::min(line.find('['), end_of_name(line))));
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// The first version of a package that works with numpy 2.
struct NewNumpy {
  std::string_view package, since;
};
constexpr std::array kNewNumpy = {
    NewNumpy{"h5py", "3.11"},          NewNumpy{"matplotlib", "3.8.4"}, NewNumpy{"opencv-python", "4.10"},
    NewNumpy{"pandas", "2.2.2"},       NewNumpy{"pyarrow", "16"},       NewNumpy{"scikit-image", "0.23"},
    NewNumpy{"scikit-learn", "1.4.2"}, NewNumpy{"scipy", "1.13"},       NewNumpy{"statsmodels", "0.14.2"},
    NewNumpy{"tables", "3.9.3"},       NewNumpy{"tensorflow", "2.18"},  NewNumpy{"tensorflow-gpu", "2.18"},
    NewNumpy{"torch", "2.3"},          NewNumpy{"torchvision", "0.18"}};

/// Whether the clauses after a name ("==2.1.*", ">=1,<2.1") exclude every version from `since` on.
bool stays_below(std::string_view clauses, std::string_view since) {
  const auto equals = clauses.find("=="), less = clauses.find('<');
  const auto at = equals == std::string_view::npos ? less : equals;
  if (at == std::string_view::npos) return false;
  const bool excludes_bound = at == less && !clauses.substr(at).starts_with("<=");
  const auto begin = std::min(clauses.find_first_not_of("=< ", at), clauses.size());
  const auto bound = numbers_of(clauses.substr(begin)), limit = numbers_of(since);
  return !bound.empty() && (bound < limit || (excludes_bound && bound == limit));
}

}  // namespace

bool needs_old_numpy(const std::string& line) {
  const auto known = std::find_if(kNewNumpy.begin(), kNewNumpy.end(),
                                  [name = package_of(line)](const NewNumpy& entry) { return entry.package == name; });
  if (known == kNewNumpy.end()) return false;
  const auto clauses = std::string_view(line).substr(end_of_name(line));
  return stays_below(clauses.substr(0, clauses.find_first_of(";@")), known->since);
}

std::optional<Pin> pin_in(const std::string& line) {
  if (line.empty() || line[0] == '-' || line[0] == '.' || line.find("--hash") != std::string::npos) return {};
  const std::size_t end = end_of_name(line);
  std::size_t at = skip_spaces(line, end);
  if (end == 0 || line.compare(at, 2, "==") != 0) return {};
  at += line.compare(at, 3, "===") == 0 ? 3 : 2;
  const std::size_t begin = skip_spaces(line, at);
  const std::size_t stop = std::min(line.find_first_of(" \t;,#", begin), line.size());
  const std::size_t rest = skip_spaces(line, stop);
  if (begin == stop || (rest < line.size() && line[rest] == ',')) return {};
  return Pin{line.substr(0, end), line.substr(begin, stop - begin), line.substr(stop)};
}

bool fits(const Pin& pin, const std::string& version) {
  if (pin.version.ends_with(".*")) return begins_with(version, pin.version);
  return version == pin.version || (begins_with(version, pin.version) && begins_with(pin.version, version));
}

Loosened loosen(const std::vector<std::string>& lines, const std::string& python,
                const std::function<std::string(const Pin&)>& nearest) {
  Loosened loosened{lines, {}};
  for (auto& line : loosened.lines) {
    const auto pin = pin_in(line);
    if (!pin) continue;
    const std::string found = nearest(*pin);
    if (found.empty() || fits(*pin, found)) continue;
    line = pin->name + "==" + found + pin->rest;
    loosened.sentences.push_back(pin->name + "==" + pin->version + " cannot be had for Python " + python +
                                 ": the nearest version that exists is " + found);
  }
  return loosened;
}

}  // namespace env
