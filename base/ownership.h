// SPDX-License-Identifier: Apache-2.0
// Folders and files must belong to this user before anything in them is trusted. Errors name the path, say what is
// wrong, and what to do. A directory that others can write to is refused, never repaired: what lies in it (hooks/,
// settings.json) would be obeyed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace base {

/// Accepts `directory` (called `name` in messages) when it is a directory of this user to which neither group nor
/// others may write. A symbolic link of this user or root is followed, one of another user is refused. A directory that
/// is absent is accepted: it holds nothing. Refuses everything where the kernel gives this user's uid to others too (a
/// user namespace that does not map it).
Result<void> check_own_directory(std::string_view name, const Path& directory);

/// The same; makes the directory (0700), and those above it, where it is absent.
Result<void> make_own_directory(std::string_view name, const Path& directory);

/// The content of a file of this user, `limit` bytes at most. Neither a symbolic link nor a file of another user is
/// read.
Result<std::string> read_own_file(const Path& path, std::uint64_t limit);

}  // namespace base
