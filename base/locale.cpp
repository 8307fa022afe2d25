// SPDX-License-Identifier: Apache-2.0
#include "base/locale.h"

#include <clocale>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/own_files.h"

namespace base {

namespace {

/// Where the C library looks for locales first. The former value comes back, since programs of the user inherit it.
class LocalePath {
 public:
  explicit LocalePath(const Path& folder) {
    if (const char* before = std::getenv(kName)) before_ = before;
    ::setenv(kName, folder.c_str(), 1);
  }
  ~LocalePath() { before_ ? ::setenv(kName, before_->c_str(), 1) : ::unsetenv(kName); }
  LocalePath(const LocalePath&) = delete;
  LocalePath& operator=(const LocalePath&) = delete;

 private:
  static constexpr const char* kName = "LOCPATH";
  std::optional<std::string> before_;
};

}  // namespace

// A static program brings the locale along: the machine may have none, or that of another C library.
void set_up_locale() {
  const auto library = library_folder();
  std::optional<LocalePath> path;
  if (std::error_code code; library && std::filesystem::is_directory(*library / "locale", code))
    path.emplace(*library / "locale");
  if (!std::setlocale(LC_CTYPE, "C.UTF-8")) std::setlocale(LC_CTYPE, "C.utf8");
}

}  // namespace base
