// SPDX-License-Identifier: Apache-2.0
// What every target uses: its promise, its input in parts, and a folder to work in.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/file.h"

namespace fuzz {

[[noreturn]] inline void broken(const char* promise, const char* file, int line) {
  std::fprintf(stderr, "broken promise: %s (%s:%d)\n", promise, file, line);
  std::abort();
}

/// Several inputs in one, so that seeds are text: a line "---" between them. Those that are not there are empty.
inline std::vector<std::string_view> parts_of(std::string_view input, std::size_t count) {
  constexpr std::string_view kBetween = "\n---\n";
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < count) {
    const auto end = input.find(kBetween);
    parts.push_back(input.substr(0, end));
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + kBetween.size());
  }
  parts.push_back(input);
  return parts;
}

/// A folder that is gone with its owner.
class Scratch {
 public:
  Scratch() : path(std::filesystem::temp_directory_path() / ("fuzz-" + base::random_hex(6))) {
    std::filesystem::create_directories(path);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const base::Path path;
};

/// Makes `path` hold `bytes`, where its folder is there.
inline void write(const base::Path& path, std::string_view bytes) {
  if (const auto written = base::replace_file(path, bytes); !written)
    broken("a scratch file can be written", path.c_str(), 0);
}

}  // namespace fuzz

/// Ends the program when the promise does not hold.
#define EXPECT(promise) ((promise) ? void(0) : fuzz::broken(#promise, __FILE__, __LINE__))
