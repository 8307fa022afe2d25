// SPDX-License-Identifier: Apache-2.0
// Looking into a tar archive (zstd) without unpacking it.
#pragma once

#include <atomic>
#include <map>
#include <string>

#include "base/file.h"
#include "base/libarchive.h"
#include "base/result.h"

namespace base {

/// One regular file of `archive`, in a file without a name in `folder`; `no_such_file_or_directory`: it holds none.
/// `operation_canceled` soon after `canceled` has become true.
Result<Fd> file_of_tar_zst(const Path& archive, const std::string& name, const Path& folder,
                           const std::atomic<bool>& canceled);

/// Name to SHA-256, hex, of each regular file of `archive`.
Result<std::map<std::string, std::string>> digests_of_tar_zst(const Path& archive);

// For readers that go entry by entry.
/// Begins to read `from`, which may be empty.
Result<void> open_tar_zst(archive* reader, const Path& from);
/// The name of an entry, without the '/' of a folder.
std::string name_of_entry(archive_entry* entry);
/// "DOING: why", with the message of libarchive.
Error archive_error(std::string_view doing, archive* a);
Error cannot_read_archive(archive* reader);

}  // namespace base
