// SPDX-License-Identifier: Apache-2.0
// Where and by which lines an interpreter finds the SDK: the pure half of `runyard python`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace cli {

inline constexpr std::string_view kPthName = "runyard.pth";

/// The facts that an interpreter prints about itself.
struct PythonFacts {
  std::string executable, version;  ///< "3.11.2"
  int major = 0, minor = 0;
  bool venv = false;
  bool managed = false;             ///< a distribution asks that nothing be installed there (PEP 668)
  bool user_site = false;           ///< it reads `user` at its start
  std::vector<std::string> places;  ///< its site-packages folders
  std::string user;                 ///< the user's own, which may not exist yet
  std::string other_azureml;        ///< folder of a package azureml that is not ours; empty: none
};

/// The program that makes an interpreter print its facts as JSON after a line that is kFactsMarker.
extern const std::string kFactsProgram;
inline constexpr std::string_view kFactsMarker = "runyard:facts";
base::Result<PythonFacts> python_facts_from(std::string_view text);

/// The folder for runyard.pth; the error says why there is none. `writable` says whether a file can be made in a folder
/// (or the folder itself made).
base::Result<base::Path> choose_place(const PythonFacts& facts, const std::function<bool(const base::Path&)>& writable);
/// Whether a file can be made: the folder, or the nearest one above it that exists, may be written.
bool is_writable(const base::Path& folder);

/// The text of runyard.pth: the folder of the SDK, and a line that starts its hook and never keeps Python from
/// starting.
std::string pth_text(const std::string& sdk_folder);
/// Whether pth_text made `text`, for any folder.
bool is_our_pth(std::string_view text);

}  // namespace cli
