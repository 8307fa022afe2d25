// SPDX-License-Identifier: Apache-2.0
#include "cli/http.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace cli {
namespace {

constexpr std::size_t kHeadLimit = 64 << 10;
constexpr std::size_t kChunkLineLimit = 4 << 10;

base::Error broken(std::string_view why) {
  return base::error("cannot read the daemon's answer: " + std::string(why), std::errc::protocol_error);
}

/// The whole of `digits` as a number that fits a file.
bool whole_number(std::string_view digits, int base, std::uint64_t& value) {
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return code == std::errc{} && end == digits.data() + digits.size() && value <= (1ull << 62);
}

}  // namespace

std::string ResponseParser::header(const std::string& name) const {
  const auto found = headers_.find(name);
  return found == headers_.end() ? "" : found->second;
}

/// Moves bytes into line_ up to a line end: true when the line is whole.
base::Result<bool> ResponseParser::read_line(std::string_view& bytes, std::size_t limit) {
  const auto end = bytes.find('\n');
  line_.append(bytes.substr(0, end));
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  if (line_.size() > limit) return broken("a line of its head is too long");
  if (end == std::string_view::npos) return false;
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

base::Result<void> ResponseParser::read_status_line() {
  std::uint64_t status = 0;
  if (!line_.starts_with("HTTP/1.") || line_.size() < 12 || line_[8] != ' ' ||
      !whole_number(std::string_view(line_).substr(9, 3), 10, status) || status < 100)
    return broken("it does not begin like HTTP");
  status_ = static_cast<int>(status);
  return {};
}

base::Result<void> ResponseParser::read_header() {
  const auto colon = line_.find(':');
  if (colon == std::string::npos || colon == 0) return broken("a header has no name");
  const std::string name = base::lower(std::string_view(line_).substr(0, colon));
  const std::string value(base::trim(std::string_view(line_).substr(colon + 1)));
  const auto [place, is_new] = headers_.emplace(name, value);
  if (!is_new && name == "content-length" && place->second != value) return broken("two lengths");
  return {};
}

base::Result<void> ResponseParser::choose_body() {
  const std::string coding = base::lower(header("transfer-encoding"));
  const std::string length = header("content-length");
  if (status_ == 204 || status_ == 304) {
    state_ = State::kDone;
  } else if (!coding.empty()) {
    if (coding != "chunked") return broken("unknown transfer coding");
    state_ = State::kChunkSize;
  } else if (length.empty()) {
    state_ = State::kUntilClose;
  } else {
    if (!whole_number(length, 10, left_)) return broken("its length is not a number");
    state_ = left_ == 0 ? State::kDone : State::kLength;
  }
  return {};
}

base::Result<void> ResponseParser::end_of_head() {
  if (status_ == 0) return broken("it does not begin like HTTP");
  if (status_ >= 200) return choose_body();
  status_ = 0;  // 1xx: the answer proper follows
  headers_.clear();
  return {};
}

base::Result<void> ResponseParser::read_head(std::string_view& bytes) {
  const std::size_t before = bytes.size();
  TRY_ASSIGN(const bool whole, read_line(bytes, kHeadLimit));
  head_bytes_ += before - bytes.size();
  if (head_bytes_ > kHeadLimit) return broken("its head is too long");
  if (!whole) return {};
  if (line_.empty()) TRY(end_of_head());
  else if (status_ == 0) TRY(read_status_line());
  else TRY(read_header());
  line_.clear();
  return {};
}

base::Result<void> ResponseParser::read_chunk_size() {
  const auto size = base::trim(std::string_view(line_).substr(0, line_.find(';')));
  if (!whole_number(size, 16, left_)) return broken("the size of a chunk is not a number");
  line_.clear();
  state_ = left_ == 0 ? State::kTrailer : State::kChunkData;
  return {};
}

void ResponseParser::read_data(std::string_view& bytes, std::string& body, State next) {
  const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body.append(bytes.substr(0, n));
  bytes.remove_prefix(n);
  left_ -= n;
  if (left_ == 0) state_ = next;
}

/// One step of the machine: takes at least one byte.
base::Result<void> ResponseParser::step(std::string_view& bytes, std::string& body) {
  switch (state_) {
    case State::kHead:
      return read_head(bytes);
    case State::kLength:
      read_data(bytes, body, State::kDone);
      return {};
    case State::kChunkData:
      read_data(bytes, body, State::kChunkEnd);
      return {};
    case State::kUntilClose:
      body.append(bytes);
      bytes = {};
      return {};
    case State::kDone:
      return broken("more follows after its end");
    case State::kChunkSize:
    case State::kChunkEnd:
    case State::kTrailer:
      break;
  }
  TRY_ASSIGN(const bool whole, read_line(bytes, kChunkLineLimit));
  if (!whole) return {};
  if (state_ == State::kChunkSize) return read_chunk_size();
  if (state_ == State::kChunkEnd) {
    if (!line_.empty()) return broken("a chunk is longer than it says");
    state_ = State::kChunkSize;
  } else if (line_.empty()) {
    state_ = State::kDone;
  }
  line_.clear();
  return {};
}

base::Result<void> ResponseParser::feed(std::string_view bytes, std::string& body) {
  while (!bytes.empty()) TRY(step(bytes, body));
  return {};
}

base::Result<void> ResponseParser::finish() {
  if (state_ == State::kUntilClose) state_ = State::kDone;
  if (state_ == State::kDone) return {};
  return base::error("the daemon broke the connection before its answer was whole", std::errc::connection_reset);
}

}  // namespace cli
