// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "base/text.h"
#include "daemon/doctor/finding.h"
#include "daemon/state/blobs.h"
#include "daemon/store/models.h"

namespace doctor {

using base::Path;
using base::Result;

namespace {

std::string content_damage(const Path& path) {
  const auto file = base::open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const auto digest = file ? state::digest_of(*file) : Result<std::string>(file.error());
  if (!digest) return "cannot be read: " + digest.error().message;
  return *digest == path.filename().string() ? "" : "does not hold what it held (its SHA-256 is another)";
}

}  // namespace

Result<std::string> check_blobs(const CheckContext& context, std::vector<Finding>& found) {
  TRY_ASSIGN(auto used, store::used_blobs(*context.index));
  std::size_t count = 0, unused = 0;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(context.state.blobs(), code), end; !code && entry != end;
       entry.increment(code)) {
    const std::string digest = entry->path().filename();
    if (digest.starts_with('.')) continue;
    ++count;
    const auto model = used.find(digest);
    if (const std::string what = content_damage(entry->path()); !what.empty())
      found.push_back({"content " + digest, what + (model == used.end() ? "" : " (model " + model->second + " has it)"),
                       "register the model again from its files; then the damaged one is of no use", nullptr});
    if (model == used.end()) ++unused;
    else used.erase(model);
  }
  note_unlisted(context.state.blobs(), code, found);
  for (const auto& [digest, model] : used)
    found.push_back(
        {"model " + model, "a file of it, " + digest + ", is not there", "register it again from its files", nullptr});
  return "models: " + count_of(count, "file") +
         (unused == 0 ? "" : " (" + std::to_string(unused) + " of no model: the daemon removes them after a day)");
}

}  // namespace doctor
