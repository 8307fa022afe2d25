// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/dataset_preview.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace state {

using base::Path;
using nlohmann::json;

namespace {

constexpr std::size_t kMostEntries = 2000;
constexpr std::size_t kMostFiles = 100;
constexpr std::size_t kMostBytes = 64 * 1024;

/// Regular files below the paths of a dataset, links not followed below a folder.
struct Look {
  std::vector<std::pair<std::string, std::uint64_t>> files;
  std::size_t entries = 0;  ///< that were looked at
  bool more = false;

  void at(const Path& path) {
    struct stat status {};
    if (++entries > kMostEntries || path.native().find("://") != std::string::npos) more = true;
    else if (::stat(path.c_str(), &status) != 0) more = true;  // a pattern, or it is gone
    else if (S_ISREG(status.st_mode)) files.emplace_back(path.string(), static_cast<std::uint64_t>(status.st_size));
    else if (S_ISDIR(status.st_mode)) below(path);
  }

  void below(const Path& folder) {
    std::error_code code;
    constexpr auto kOptions = std::filesystem::directory_options::skip_permission_denied;
    std::filesystem::recursive_directory_iterator entry(folder, kOptions, code), end;
    for (; !code && entry != end; entry.increment(code)) {
      struct stat status {};
      if (++entries > kMostEntries) {
        more = true;
        return;
      }
      if (::lstat(entry->path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
        files.emplace_back(entry->path().string(), static_cast<std::uint64_t>(status.st_size));
    }
  }
};

/// The beginning of a file, where it is text.
json text_of(const std::string& path) {
  const auto fd = base::open_file(path, O_RDONLY | O_NONBLOCK);
  if (!fd) return nullptr;
  auto content = base::read_at(*fd, 0, kMostBytes + 1);
  if (!content) return nullptr;
  const bool cut = content->size() > kMostBytes;
  if (cut) content->resize(content->rfind('\n', kMostBytes) + 1);  // npos + 1: one line is longer than all of it
  if (content->find('\0') != std::string::npos || !base::is_utf8(*content)) return nullptr;
  return {{"path", base::to_utf8(path)}, {"content", std::move(*content)}, {"cut", cut}};
}

}  // namespace

json preview_of(const json& dataset) {
  Look look;
  for (const json& path : protocol::list_at(dataset, "paths"))
    if (path.is_string()) look.at(path.get<std::string>());
  std::sort(look.files.begin(), look.files.end());
  json files = json::array();
  for (std::size_t i = 0; i < std::min(look.files.size(), kMostFiles); ++i)
    files.push_back({{"path", base::to_utf8(look.files[i].first)}, {"size", look.files[i].second}});
  json text = look.files.empty() ? json(nullptr) : text_of(look.files.front().first);
  return {
      {"files", std::move(files)}, {"more", look.more || look.files.size() > kMostFiles}, {"text", std::move(text)}};
}

}  // namespace state
