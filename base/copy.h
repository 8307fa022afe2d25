// SPDX-License-Identifier: Apache-2.0
// Copies of files, and their way into the trash.
#pragma once

#include <cstdint>

#include "base/fd.h"
#include "base/file.h"
#include "base/result.h"

namespace base {

/// At most `size` bytes, so that a file which still grows comes to an end: 0, or an errno.
int copy_bytes(const Fd& from, const Fd& to, std::uint64_t size);

/// Makes `to`, which must not exist, a copy of the regular file `from` (links are followed), with its times and its
/// mode, always readable and writable for the owner. Shares the blocks where the file system can. Answers its bytes.
Result<std::uint64_t> copy_file(const Path& from, const Path& to);

/// Moves a file or folder into `folder` (made where it is missing) under a name that nothing else has. Gone already:
/// nothing happens.
Result<void> move_into(const Path& folder, const Path& path);

}  // namespace base
