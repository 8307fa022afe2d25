// SPDX-License-Identifier: Apache-2.0
// A temporary folder of a test, removed with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "tests/support/catch.h"

namespace support {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "runyard-test-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ec;
    std::filesystem::remove_all(path, ec);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  base::Path operator/(std::string_view name) const { return path / name; }
  /// Makes the folders above it too.
  void write(std::string_view name, std::string_view text) const {
    std::filesystem::create_directories((path / name).parent_path());
    REQUIRE(base::write_file_atomic(path / name, text));
  }
  void make(std::string_view name) const { std::filesystem::create_directories(path / name); }

  base::Path path;
};

}  // namespace support
