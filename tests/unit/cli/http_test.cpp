// SPDX-License-Identifier: Apache-2.0
#include "cli/http.h"

#include <random>

#include "tests/support/catch.h"

using cli::ResponseParser;

namespace {

struct Read {
  base::Result<void> fed;
  base::Result<void> finished;
  std::string body;
  int status = 0;
  bool done = false;
};

/// Feeds `bytes` in pieces of `size`.
Read read(std::string_view bytes, std::size_t size) {
  ResponseParser parser;
  Read result;
  for (std::size_t i = 0; i < bytes.size() && result.fed; i += size)
    result.fed = parser.feed(bytes.substr(i, size), result.body);
  result.finished = parser.finish();
  result.status = parser.status();
  result.done = parser.done();
  return result;
}

const std::string kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: a\r\n\r\n"
    "5\r\nhello\r\n7;ext=1\r\n, w\norl\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n";

}  // namespace

TEST_CASE("a body with a length is read whatever the pieces it comes in", "[cli][http]") {
  const std::string bytes = "HTTP/1.1 404 Not Found\r\ncontent-LENGTH:  5 \r\n\r\nhello";
  for (const std::size_t size : {1u, 2u, 3u, 7u, 1000u}) {
    const Read result = read(bytes, size);
    REQUIRE(result.fed);
    CHECK(result.finished);
    CHECK(result.body == "hello");
    CHECK(result.status == 404);
  }
}

TEST_CASE("chunks are joined, extensions and trailers are passed over", "[cli][http]") {
  for (std::size_t size = 1; size <= kChunked.size(); ++size) {
    const Read result = read(kChunked, size);
    REQUIRE(result.fed);
    CHECK(result.done);
    CHECK(result.body == "hello, w\norld");
  }
}

TEST_CASE("an answer that stops in the middle is a broken connection, not an end", "[cli][http]") {
  for (std::size_t cut = 0; cut < kChunked.size(); ++cut) {
    const Read result = read(std::string_view(kChunked).substr(0, cut), 16);
    REQUIRE(result.fed);
    REQUIRE_FALSE(result.finished);
    CHECK(result.finished.error().code == std::errc::connection_reset);
  }
}

TEST_CASE("without a length the body goes on until the peer closes", "[cli][http]") {
  const Read result = read("HTTP/1.1 200 OK\r\n\r\nall of it", 4);
  CHECK(result.finished);
  CHECK(result.body == "all of it");
}

TEST_CASE("an interim answer is passed over and 204 has no body", "[cli][http]") {
  const Read result = read("HTTP/1.1 100 Continue\r\nContent-Length: 3\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 5);
  REQUIRE(result.fed);
  CHECK(result.done);
  CHECK(result.status == 204);
}

TEST_CASE("what is not HTTP is refused with a reason", "[cli][http]") {
  for (const std::string bytes :
       {"SSH-2.0-OpenSSH\r\n", "\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 12x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"}) {
    CAPTURE(bytes);
    const Read result = read(bytes, 3);
    REQUIRE_FALSE(result.fed);
    CHECK(result.fed.error().message.starts_with("cannot read the daemon's answer: "));
  }
}

TEST_CASE("a head without end is refused before it fills the memory", "[cli][http]") {
  ResponseParser parser;
  std::string body;
  REQUIRE(parser.feed("HTTP/1.1 200 OK\r\n", body));
  base::Result<void> fed;
  int pieces = 0;
  for (; fed && pieces < 1000; ++pieces) fed = parser.feed("X-Many: " + std::string(1000, 'a') + "\r\n", body);
  CHECK_FALSE(fed);
  CHECK(pieces < 100);
}

TEST_CASE("damaged answers are read or refused, and never more body comes out than went in", "[cli][http]") {
  std::mt19937 random(20261124);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = kChunked;
    for (unsigned i = 0; i <= random() % 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    const Read result = read(bytes, 1 + random() % 20);
    REQUIRE(result.body.size() <= bytes.size());
  }
}
