// SPDX-License-Identifier: Apache-2.0
// Reads an HTTP/1.1 answer, byte by byte if it arrives so: bytes in, body bytes out. No sockets, no URLs.
// Not libcurl: a command starts in milliseconds, and bytes of a followed log reach the terminal as they arrive.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

/// One answer. Fed as bytes arrive, until done(); after an error only the destructor may follow.
class ResponseParser {
 public:
  /// Reads `bytes`, appends those of the body to `body`. Bytes after the end of the answer are an error.
  base::Result<void> feed(std::string_view bytes, std::string& body);
  /// The peer closed: success when the answer is whole.
  base::Result<void> finish();

  bool done() const { return state_ == State::kDone; }
  int status() const { return status_; }
  /// Value of a header, name in lower case; empty when absent.
  std::string header(const std::string& name) const;

 private:
  enum class State { kHead, kLength, kUntilClose, kChunkSize, kChunkData, kChunkEnd, kTrailer, kDone };
  base::Result<bool> read_line(std::string_view& bytes, std::size_t limit);
  base::Result<void> read_head(std::string_view& bytes);
  base::Result<void> read_status_line();
  base::Result<void> read_header();
  base::Result<void> end_of_head();
  base::Result<void> choose_body();
  base::Result<void> read_chunk_size();
  void read_data(std::string_view& bytes, std::string& body, State next);
  base::Result<void> step(std::string_view& bytes, std::string& body);

  State state_ = State::kHead;
  std::string line_;  ///< the line being read, without its end
  std::size_t head_bytes_ = 0;
  int status_ = 0;
  std::map<std::string, std::string> headers_;
  std::uint64_t left_ = 0;  ///< bytes of the body or chunk still to come
};

}  // namespace cli
