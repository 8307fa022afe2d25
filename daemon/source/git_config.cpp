// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/git_config.h"

#include <cctype>

#include "base/text.h"

namespace source {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

// Ends at an unquoted comment; quotes and backslashes are resolved.
std::string value_of(std::string_view text) {
  std::string value;
  std::size_t solid = 0;  // blanks at the end do not count
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      quoted = !quoted;
      solid = value.size();
      continue;
    }
    if (!quoted && (c == '#' || c == ';')) break;
    const bool escaped = c == '\\' && i + 1 < text.size();
    if (escaped) {
      c = text[++i];
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    value += c;
    if (quoted || escaped || !std::isspace(static_cast<unsigned char>(c))) solid = value.size();
  }
  value.resize(solid);
  return value;
}

struct Section {
  std::string name, sub;  // [name "sub"]
};

// What follows the header on its line, or nothing when it has no end.
std::string_view read_header(std::string_view line, Section& section) {
  section = {};
  const auto quote = line.find('"'), end = line.find(']');
  if (quote == std::string_view::npos || quote > end) {
    section.name = base::lower(trimmed(line.substr(1, end == std::string_view::npos ? end : end - 1)));
    return end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
  }
  section.name = base::lower(trimmed(line.substr(1, quote - 1)));
  std::size_t i = quote + 1;
  for (; i < line.size() && line[i] != '"'; ++i) {
    if (line[i] == '\\' && i + 1 < line.size()) ++i;
    section.sub += line[i];
  }
  const auto close = line.find(']', i);
  return close == std::string_view::npos ? std::string_view() : line.substr(close + 1);
}

void take(GitConfig& config, const Section& section, std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string key = base::lower(trimmed(line.substr(0, equals)));
  if (section.name == "remote" && key == "url")
    config.remotes.emplace(section.sub, value_of(trimmed(line.substr(equals + 1))));
  if (section.name == "branch" && key == "remote")
    config.branch_remote[section.sub] = value_of(trimmed(line.substr(equals + 1)));
}

}  // namespace

GitConfig parse_git_config(std::string_view text) {
  GitConfig config;
  Section section;
  // Anywhere: several sections may share a line.
  const std::string all = base::lower(text);
  config.names_programs = all.find("[filter") != std::string::npos || all.find("[include") != std::string::npos;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with('[')) {
      line = trimmed(read_header(line, section));
    }
    if (!line.empty() && line.front() != '#' && line.front() != ';') take(config, section, line);
  }
  return config;
}

}  // namespace source
