// SPDX-License-Identifier: Apache-2.0
// How a snapshot differs from its source, and the one sentence that says so:
// "excluded by .gitignore: data/ (12 GB), 3 files *.csv; by runyard: .git/, outputs/; followed links out of the folder:
// common".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ignore.h"

namespace source {

using protocol::Ignore;

/// A size in words: "12 GB", or "over 12 GB" where counting stopped.
struct Amount {
  std::uint64_t bytes = 0;
  bool more = false;
};

/// Filled and owned by the walk over a source.
class Exclusions {
 public:
  void folder(const Ignore::Answer& why, std::string_view path, const Amount& size);
  void file(const Ignore::Answer& why, std::string_view path);
  /// A link that leads out of the source, in whose place the snapshot has what it leads to.
  void followed(std::string_view path);
  /// A socket, FIFO or device.
  void special() { ++special_; }
  /// The sentence, on one line; empty when nothing differs.
  std::string words() const;

 private:
  struct ByRule {
    std::vector<std::string> folders, files;  // the first few; UTF-8
    std::uint64_t folder_count = 0, file_count = 0;
    Amount size;
  };
  static std::string words_of(std::string_view source, const std::string& rule, const ByRule& left);
  std::map<std::string, std::map<std::string, ByRule>, std::less<>> sources_;
  std::vector<std::string> followed_;  // the first few; UTF-8
  std::uint64_t special_ = 0, followed_count_ = 0;
};

}  // namespace source
