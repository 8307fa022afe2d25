// SPDX-License-Identifier: Apache-2.0
// The manifest of a snapshot (docs/formats/run-directory.md): one JSON object a line, sorted by the bytes of the path.
// Its SHA-256 names the snapshot, so an entry is always written in the same way. Pure functions of bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace source {

struct ManifestEntry {
  enum class Type { file, directory, link };
  std::string path;
  Type type = Type::file;
  unsigned mode = 0;       ///< 0777 at most
  std::uint64_t size = 0;  ///< files
  std::string sha256;      ///< files; hex
  std::string target;      ///< links
};

void append_manifest_line(std::string& manifest, const ManifestEntry& entry);
/// The error names the line. Paths are relative and stay below the root.
base::Result<std::vector<ManifestEntry>> parse_manifest(std::string_view manifest);

}  // namespace source
