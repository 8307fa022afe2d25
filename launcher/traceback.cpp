// SPDX-License-Identifier: Apache-2.0
#include "launcher/traceback.h"

#include <algorithm>

#include "base/text.h"

namespace launcher {
namespace {

constexpr std::string_view kHeader = "Traceback (most recent call last):";

/// The last header that begins a line.
std::size_t last_header(std::string_view log) {
  auto at = log.rfind(kHeader);
  while (at != std::string_view::npos && at > 0 && log[at - 1] != '\n') at = log.rfind(kHeader, at - 1);
  return at;
}

/// Whether the text is the name of a type, such as "pandas.errors.ParserError", in ASCII or UTF-8.
bool is_type(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9') || text[0] == '.') return false;
  for (const char c : text)
    if (!(c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
          static_cast<unsigned char>(c) >= 0x80))
      return false;
  return true;
}

/// The position of the next '\n' from `at`, or the end of the log.
std::size_t line_end(std::string_view log, std::size_t at) { return std::min(log.find('\n', at), log.size()); }

/// The line that names the exception: the first one after the header that is not indented.
std::size_t exception_line(std::string_view log, std::size_t header) {
  for (auto at = line_end(log, header); at < log.size(); at = line_end(log, at)) {
    ++at;
    if (at >= log.size()) break;
    if (log[at] != ' ' && log[at] != '\n' && log[at] != '\r') return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<protocol::ProgramError> last_traceback(std::string_view log_tail) {
  const auto header = last_header(log_tail);
  if (header == std::string_view::npos) return {};
  const auto begin = exception_line(log_tail, header);
  if (begin == std::string_view::npos) return {};
  const auto end = line_end(log_tail, begin);
  std::string_view line = log_tail.substr(begin, end - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto colon = std::min(line.find(": "), line.size());
  const auto type = line.substr(0, colon);
  if (!is_type(type)) return {};
  protocol::ProgramError error;
  error.type = base::to_utf8(type);
  error.message = base::to_utf8(line.substr(std::min(colon + 2, line.size())));
  error.traceback = base::to_utf8(log_tail.substr(header, end - header)) + "\n";
  return error;
}

}  // namespace launcher
