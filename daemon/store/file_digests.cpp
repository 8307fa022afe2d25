// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/file_digests.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"
#include "daemon/state/blobs.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

constexpr std::int64_t kBlock = 512, kFewHoles = 1 << 20;  // of st_blocks; bytes

bool is_hollow(const base::Fd& fd) {
  struct stat status {};
  return ::fstat(fd.get(), &status) == 0 && status.st_blocks * kBlock + kFewHoles < status.st_size / 2;
}

}  // namespace

std::map<std::string, std::string> noted_digests(const protocol::RunDir& run) {
  std::map<std::string, std::string> noted;
  const auto text = base::read_file(run.digests());
  if (!text) return noted;
  for (const auto& line : base::split(*text, '\n'))
    if (const auto entry = protocol::parse_json(line, "digests.jsonl"); entry && entry->is_object())
      noted[protocol::text_at(*entry, "n")] = protocol::text_at(*entry, "sha256");
  return noted;
}

Result<std::string> note_digest(const protocol::StateDir& state, const std::string& run, const ArtifactRow& file,
                                const std::atomic<bool>* stop) {
  TRY_ASSIGN(const base::Fd fd,
             base::open_beneath(state.runs(), (Path(run) / file.path).lexically_normal(), O_RDONLY | O_NONBLOCK));
  if (is_hollow(fd)) return std::string();
  TRY_ASSIGN(std::string digest, state::digest_of(fd, stop));
  TRY_ASSIGN(base::Appender notes, base::Appender::open(state.run(run).digests()));
  TRY(notes.append(json{{"n", file.name}, {"size", file.size}, {"sha256", digest}}.dump(
      -1, ' ', false, json::error_handler_t::replace)));
  return digest;
}

}  // namespace store
