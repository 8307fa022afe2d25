// SPDX-License-Identifier: Apache-2.0
// Turning a tar archive (zstd) into a zip file, for people who download it. Untrusted content is skipped as in
// extract_tar_zst (archive.h).
#pragma once

#include <cstdint>

#include "base/archive.h"
#include "base/file.h"
#include "base/result.h"

namespace base {

/// Makes the new file `zip` of `archive`; the caller removes it, also after an error. Regular files, folders and links,
/// modes masked with 0777, no times. Names are UTF-8 in a UTF-8 locale; one that is not UTF-8 is kept as bytes.
Result<ExtractReport> zip_of_tar_zst(const Path& archive, const Path& zip);

}  // namespace base
