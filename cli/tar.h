// SPDX-License-Identifier: Apache-2.0
// Headers of a GNU tar archive, whose names are bytes whatever the locale. Pure functions of bytes. By hand, so that
// the size of an archive is known before a file is read.
#pragma once

#include <cstdint>
#include <string>

namespace cli {

struct TarEntry {
  enum class Type { file, directory, link };
  std::string path;
  Type type = Type::file;
  unsigned mode = 0;
  std::uint64_t size = 0;  ///< of a file
  std::string target;      ///< of a link
  bool sent = true;        ///< false: only named, with mode 0; a file then is a hole of its size

  /// The bytes of the file that follow the header, without the padding.
  std::uint64_t content() const { return sent && type == Type::file ? size : 0; }
};

constexpr std::size_t kTarBlock = 512;  ///< headers and padded files are multiples of it
constexpr std::uint64_t tar_padding(std::uint64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }
std::string tar_header(const TarEntry& entry);
/// What follows the last entry.
std::string tar_end();

}  // namespace cli
