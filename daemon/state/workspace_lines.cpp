// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/workspace_lines.h"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>

#include "base/text.h"
#include "protocol/json.h"

namespace state {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

constexpr std::uint64_t kLargest = 1ull << 30;

/// As the SDK spells it: '/', '%', control characters and a '.' at the start are percent-encoded.
std::string folder_name(const std::string& name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c != '/' && c != '%' && byte >= 0x20 && !(c == '.' && encoded.empty())) encoded += c;
    else encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return encoded;
}

Lines lines_of(std::string_view content) {
  Lines lines;
  for (std::size_t at = 0, end = 0; (end = content.find('\n', at)) != std::string_view::npos; at = end + 1) {
    json line = json::parse(content.substr(at, end - at), nullptr, false);
    if (line.is_object()) lines.push_back(std::move(line));
  }
  return lines;
}

/// The lock of this open file, which the SDK takes as well.
Result<void> wait_for_flock(const base::Fd& fd, const Path& file) {
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) return base::os_error("cannot lock '" + file.string() + "'");
  return {};
}

}  // namespace

Path folder_of_workspace(const protocol::StateDir& state, const protocol::WorkspaceId& id) {
  return state.datastores() / folder_name(id.subscription_id) / folder_name(id.resource_group) / folder_name(id.name);
}

Result<Lines> read_lines(const Path& file) {
  const auto content = base::read_file(file, kLargest);
  if (!content && content.error().code == std::errc::no_such_file_or_directory) return Lines();
  if (!content) return content.error();
  return lines_of(*content);
}

Result<void> append_line(const Path& file, const std::function<Result<std::optional<json>>(const Lines&)>& make) {
  TRY(base::make_directories(file.parent_path()));
  TRY_ASSIGN(const base::Fd fd, base::open_file(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW));
  TRY(wait_for_flock(fd, file));
  TRY_ASSIGN(const std::string content, base::read_whole(fd, file, kLargest));
  TRY_ASSIGN(const auto line, make(lines_of(content)));
  if (!line) return {};
  const bool torn = !content.empty() && !content.ends_with('\n');
  TRY(base::write_all(fd, (torn ? "\n" : "") + line->dump(-1, ' ', true) + "\n"));
  return base::sync_data(fd);
}

}  // namespace state
