// SPDX-License-Identifier: Apache-2.0
// Bytes of HTTP/1.1 that we send, and the one header whose grammar we read ourselves. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/http.h"

namespace http {

/// How the end of a body is told.
struct Framing {
  enum class End : std::uint8_t { kLength, kChunked, kClose } end = End::kLength;
  std::uint64_t length = 0;
  bool keep_alive = true;
  std::string content_range;  ///< of a 206 or 416; empty: none
};

/// Status line and headers, with the ones that every answer carries (nosniff, policy, no-store, ...).
std::string response_head(const Response& response, const Framing& framing);
std::string chunk_head(std::size_t size);

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
enum class Ranged : std::uint8_t { kWhole, kPart, kOutside };
/// What a Range header asks of `total` bytes. Other units, several ranges and broken syntax mean the whole.
Ranged read_range(std::string_view header, std::uint64_t total, ByteRange& range);

}  // namespace http
