// SPDX-License-Identifier: Apache-2.0
// Open-file-description locks: they live as long as any copy of the descriptor, so a child inherits one without a gap.
#pragma once

#include "base/fd.h"
#include "base/file.h"
#include "base/result.h"

namespace base {

/// Opens (creating) `path` and takes the write lock; `std::errc::resource_unavailable_try_again` when it is taken.
Result<Fd> lock_file(const Path& path);
/// As lock_file, but waits until it is free, however long that takes.
Result<Fd> wait_for_lock(const Path& path);
/// Opens (creating) `path` and takes a read lock: several may hold one, which keeps the write lock away. Does not wait.
Result<Fd> share_lock(const Path& path);
/// Whether the lock on `path` is held, without taking it. A file that does not exist is not locked.
Result<bool> is_locked(const Path& path);
/// Whether another process holds a POSIX record lock (fcntl.lockf) on `path`.
Result<bool> is_record_locked(const Path& path);

}  // namespace base
