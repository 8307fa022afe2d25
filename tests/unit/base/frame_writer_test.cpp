// SPDX-License-Identifier: Apache-2.0
#include "base/frame_writer.h"

#include <fcntl.h>
#include <zstd.h>

#include <string>

#include "base/file.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace {

// Lines that do not repeat, so that frames are not tiny.
std::string sample(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i * 2654435761u) + "\n";
  text.resize(size);
  return text;
}

base::Fd create(const base::Path& path) {
  auto fd = base::open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
  REQUIRE(fd);
  return std::move(*fd);
}

// Frame by frame, each by itself.
std::string unpacked(std::string_view packed) {
  std::string all;
  while (!packed.empty()) {
    const std::size_t frame = ZSTD_findFrameCompressedSize(packed.data(), packed.size());
    REQUIRE_FALSE(ZSTD_isError(frame));
    std::string content(ZSTD_getFrameContentSize(packed.data(), packed.size()), '\0');
    REQUIRE(ZSTD_decompress(content.data(), content.size(), packed.data(), frame) == content.size());
    all += content;
    packed.remove_prefix(frame);
  }
  return all;
}

}  // namespace

TEST_CASE("frame writer: many frames, each readable alone, the same bytes again") {
  support::Folder f;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{1 << 20}, std::size_t{5'000'000}}) {
    CAPTURE(size);
    const std::string text = sample(size);
    for (const std::size_t piece : {std::size_t{1 << 22}, std::size_t{70'001}}) {
      base::FrameWriter writer(create(f / std::to_string(piece)));
      for (std::size_t at = 0; at < size; at += piece) REQUIRE(writer.write(std::string_view(text).substr(at, piece)));
      REQUIRE(writer.finish());
      CHECK(unpacked(*base::read_file(f / std::to_string(piece))) == text);
    }
    CHECK(*base::read_file(f / "4194304") == *base::read_file(f / "70001"));
  }
}

TEST_CASE("frame writer: a full disk is an error, of a write and of the end") {
  const std::string text = sample(1 << 20);
  base::FrameWriter writer(create("/dev/full"));
  std::error_code code;
  for (int i = 0; i < 10 && !code; ++i)
    if (const auto written = writer.write(text); !written) code = written.error().code;
  CHECK(code == std::errc::no_space_on_device);
  CHECK_FALSE(writer.finish());
}

TEST_CASE("frame writer: can be given up at any time") {
  support::Folder f;
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{3 << 20}}) {
    base::FrameWriter writer(create(f / "x"));
    REQUIRE(writer.write(sample(size)));
  }
}
