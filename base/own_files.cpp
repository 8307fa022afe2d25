// SPDX-License-Identifier: Apache-2.0
#include "base/own_files.h"

namespace base {

Result<Path> own_folder() {
  std::error_code code;
  const Path program = std::filesystem::read_symlink("/proc/self/exe", code);
  if (code) return os_error("cannot find the folder of this program", code.value());
  return program.parent_path();
}

Result<Path> library_folder() {
  TRY_ASSIGN(const Path folder, own_folder());
  if (folder.filename() == "runyard") return folder;  // the launcher
  const Path prefix = folder.parent_path();
  std::error_code code;
  return prefix / (std::filesystem::is_directory(prefix / "share/runyard", code) ? "share/runyard" : "lib/runyard");
}

}  // namespace base
