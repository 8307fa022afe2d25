// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/file_digests.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"
#include "daemon/state/blobs.h"
#include "protocol/bytes_json.h"
#include "protocol/facts.h"

namespace store {

using base::Path;
using base::Result;

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
    if (const auto parsed = protocol::parse_json(line, "digests.jsonl"); parsed && parsed->is_object()) {
      auto digest = protocol::artifact_digest_from_json(*parsed);
      noted[digest.name] = std::move(digest.sha256);
    }
  return noted;
}

Result<std::string> note_digest(const protocol::StateDir& state, const std::string& run, const ArtifactRow& file,
                                const std::atomic<bool>* stop) {
  TRY_ASSIGN(const base::Fd fd,
             base::open_beneath(state.runs(), (Path(run) / file.path).lexically_normal(), O_RDONLY | O_NONBLOCK));
  if (is_hollow(fd)) return std::string();
  TRY_ASSIGN(std::string digest, state::digest_of(fd, stop));
  TRY_ASSIGN(base::Appender notes, base::Appender::open(state.run(run).digests()));
  TRY(notes.append(protocol::to_text(protocol::to_json(protocol::ArtifactDigest{file.name, file.size, digest}))));
  return digest;
}

}  // namespace store
