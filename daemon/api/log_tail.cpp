// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/log_tail.h"

#include "base/file.h"

namespace api {

using base::Result;

namespace {

constexpr std::size_t kTailPiece = 256 << 10;

}  // namespace

Result<std::uint64_t> tail_offset(const base::Fd& fd, std::uint64_t lines) {
  TRY_ASSIGN(const std::uint64_t size, base::file_size(fd));
  std::uint64_t end = size;
  while (end > 0) {
    const std::uint64_t begin = end > kTailPiece ? end - kTailPiece : 0;
    TRY_ASSIGN(const std::string bytes, base::read_at(fd, begin, end - begin));
    for (std::size_t i = bytes.size(); i > 0; --i) {
      if (bytes[i - 1] != '\n' || begin + i == size) continue;  // no line begins after the last byte
      if (--lines == 0) return begin + i;
    }
    end = begin;
  }
  return 0;
}

}  // namespace api
