// SPDX-License-Identifier: Apache-2.0
#include "cli/takeover.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace cli {
namespace {

constexpr std::string_view kDeleted = " (deleted)";  ///< what the kernel adds to the name of a file that is gone

int number(std::string_view text) {
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Serving serving(pid_t pid, std::string version) {
  Serving daemon;
  daemon.version = std::move(version);
  std::error_code code;
  std::string program = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", code).string();
  const bool deleted = program.ends_with(kDeleted);
  if (deleted) program.resize(program.size() - kDeleted.size());
  daemon.replaced = deleted && std::filesystem::exists(program, code);
  daemon.removed = deleted && !daemon.replaced;
  daemon.program = std::move(program);
  return daemon;
}

int compare_versions(std::string_view one, std::string_view other) {
  const auto ones = base::split(one, '.'), others = base::split(other, '.');
  for (std::size_t i = 0; i < std::max(ones.size(), others.size()); ++i) {
    const int difference = (i < ones.size() ? number(ones[i]) : 0) - (i < others.size() ? number(others[i]) : 0);
    if (difference != 0) return difference;
  }
  return 0;
}

bool takes_over(const Serving& daemon, std::string_view own) {
  const int difference = compare_versions(daemon.version, own);
  return daemon.removed || difference < 0 || (daemon.replaced && difference == 0);
}

std::string serving_warning(const Serving& daemon, std::string_view own) {
  const int difference = compare_versions(daemon.version, own);
  const std::string both = "the daemon is runyard " + daemon.version + ", and this is " + std::string(own);
  if (difference < 0) return both + ": 'runyard up' lets this version take over; runs go on";
  if (daemon.removed) return "the daemon's installation was removed: 'runyard up' lets this one take over; runs go on";
  if (difference > 0) return both + ": it serves both; upgrade this installation";
  if (daemon.replaced) return "the daemon's program was replaced: 'runyard up' starts the new one; runs go on";
  return "";
}

}  // namespace cli
