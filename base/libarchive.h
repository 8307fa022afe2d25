// SPDX-License-Identifier: Apache-2.0
// Shared by the files that use libarchive: owners of its handles, and how much it reads and writes at a time.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <cstddef>
#include <memory>

namespace base {

struct FreeReader {
  void operator()(archive* a) const { archive_read_free(a); }
};
/// For archives and for writers to disk. Ends an archive first: archive_write_fail() would leave its buffer behind.
struct FreeWriter {
  void operator()(archive* a) const { archive_write_free(a); }
};
struct FreeEntry {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};
using ArchiveReader = std::unique_ptr<archive, FreeReader>;
using ArchiveEntry = std::unique_ptr<archive_entry, FreeEntry>;

inline constexpr std::size_t kArchiveBlock = 1 << 17;  ///< bytes
inline constexpr std::size_t kReasonsKept = 1000;      ///< of entries that were refused, in an ExtractReport

}  // namespace base
