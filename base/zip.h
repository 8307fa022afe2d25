// SPDX-License-Identifier: Apache-2.0
// Zip files made while they are read: they take no disk, and no more memory than a piece.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace base {

/// Used by one thread at a time. Names in it are UTF-8; one that is not UTF-8 is kept as bytes; `\` and `:` are
/// percent-encoded, and `%` in such a name. No times.
class ZipStream {
 public:
  virtual ~ZipStream() = default;
  /// The next bytes, made from about a mebibyte of input: there may be few or none. Nothing at the end. An error is
  /// final.
  virtual Result<std::optional<std::string>> next() = 0;
};

/// All of a tar archive (zstd). Untrusted content is skipped as in extract_tar_zst (archive.h). Regular files, folders
/// and links, modes masked with 0777.
Result<std::unique_ptr<ZipStream>> zip_of_tar_zst(const Path& archive);

/// A file under the name that it gets in the zip.
struct ZipSource {
  std::string name;
  std::function<Result<Fd>()> open;
};
/// Each file is opened in its turn, and has the length that it has then; one that cannot be opened is named, with the
/// reason, in "FILES LEFT OUT.txt".
Result<std::unique_ptr<ZipStream>> zip_of_files(std::vector<ZipSource> files);

}  // namespace base
