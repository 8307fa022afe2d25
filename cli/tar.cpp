// SPDX-License-Identifier: Apache-2.0
#include "cli/tar.h"

#include <cinttypes>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace cli {
namespace {

/// A block with the fields of GNU tar. What stays zero means nothing, or 0.
struct Header {
  char name[100], mode[8], uid[8], gid[8], size[12], time[12], checksum[8], type, target[100], magic[8], other[218],
      real_size[12], end[17];
};
static_assert(sizeof(Header) == kTarBlock);

constexpr char kLongName = 'L', kLongTarget = 'K', kDirectory = '5', kLink = '2', kFile = '0', kSparse = 'S';

/// Octal digits, or a binary number where these are too few.
void put_size(char (&field)[12], std::uint64_t size) {
  if (size >> 33 == 0) {
    std::snprintf(field, sizeof field, "%011" PRIo64, size);
    return;
  }
  field[0] = '\x80';
  for (std::size_t i = sizeof field; --i > 0; size >>= 8) field[i] = static_cast<char>(size & 0xff);
}

std::string block_of(char type, std::string_view path, std::string_view target, unsigned mode, std::uint64_t size) {
  Header header{};
  path.copy(header.name, sizeof header.name);
  target.copy(header.target, sizeof header.target);
  std::snprintf(header.mode, sizeof header.mode, "%07o", mode);
  put_size(header.size, type == kSparse ? 0 : size);
  if (type == kSparse) put_size(header.real_size, size);
  header.type = type;
  std::memcpy(header.magic, "ustar  ", sizeof header.magic);
  std::memset(header.checksum, ' ', sizeof header.checksum);
  std::string block(reinterpret_cast<const char*>(&header), sizeof header);
  unsigned sum = 0;
  for (const char byte : block) sum += static_cast<unsigned char>(byte);
  std::snprintf(&block[offsetof(Header, checksum)], sizeof header.checksum - 1, "%06o", sum);
  return block;
}

/// A text that its field cannot hold comes before the header, as an entry of its own.
std::string long_text(char type, std::string_view text) {
  if (text.size() <= sizeof Header::name) return "";
  std::string entry = block_of(type, "././@LongLink", "", 0644, text.size() + 1).append(text);
  return entry.append(1 + tar_padding(text.size() + 1), '\0');
}

char type_of(const TarEntry& entry) {
  if (entry.type == TarEntry::Type::directory) return kDirectory;
  if (entry.type == TarEntry::Type::link) return kLink;
  return entry.sent ? kFile : kSparse;
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
  return long_text(kLongTarget, entry.target) + long_text(kLongName, entry.path) +
         block_of(type_of(entry), entry.path, entry.target, entry.sent ? entry.mode : 0, entry.size);
}

std::string tar_end() { return std::string(2 * kTarBlock, '\0'); }

}  // namespace cli
