// SPDX-License-Identifier: Apache-2.0
#include "env/pins.h"

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

/// Where the name and its extras end.
std::size_t end_of_name(const std::string& line) {
  std::size_t at = 0;
  while (at < line.size() && is_name(line[at])) ++at;
  if (at < line.size() && line[at] == '[') at = std::min(line.find(']', at), line.size() - 1) + 1;
  return at;
}

}  // namespace

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
