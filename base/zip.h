// SPDX-License-Identifier: Apache-2.0
// A tar archive (zstd) for people who look into it: as a zip file, or one file of it. Untrusted content is skipped as in
// extract_tar_zst (archive.h).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/archive.h"
#include "base/file.h"
#include "base/result.h"

namespace base {

/// Makes the new file `zip` of `archive`; the caller removes it, also after an error. Regular files, folders and links,
/// modes masked with 0777, no times. Names are UTF-8 in a UTF-8 locale; one that is not UTF-8 is kept as bytes.
Result<ExtractReport> zip_of_tar_zst(const Path& archive, const Path& zip);

/// A file under the name that it gets in the zip.
struct ZipSource {
  std::string name;
  std::function<Result<Fd>()> open;
};
/// Makes the new file `zip`. Each file is opened in its turn, and as long as it is then; one that cannot be opened is named, with the
/// reason, in "FILES LEFT OUT.txt". In names `\` and `:` are percent-encoded.
Result<void> zip_of_files(const std::vector<ZipSource>& files, const Path& zip);

/// One regular file of `archive`, in a file without a name in `folder`; `no_such_file_or_directory`: it holds none.
Result<Fd> file_of_tar_zst(const Path& archive, const std::string& name, const Path& folder);

/// Name to SHA-256, hex, of each regular file of `archive`.
Result<std::map<std::string, std::string>> digests_of_tar_zst(const Path& archive);

}  // namespace base
