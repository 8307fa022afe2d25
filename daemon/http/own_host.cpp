// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/own_host.h"

#include <spdlog/spdlog.h>

#include "base/digest.h"

namespace http {

namespace {

constexpr std::string_view kBegin = "runyard-", kEnd = ".localhost";
constexpr std::size_t kRandomBytes = 10;  // 80 bits: it cannot be guessed
constexpr std::size_t kLength = kBegin.size() + 2 * kRandomBytes + kEnd.size();

bool is_own_host_name(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kBegin) || !text.ends_with(kEnd)) return false;
  return text.substr(kBegin.size(), 2 * kRandomBytes).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string own_host(const base::Path& file) {
  constexpr std::size_t kLongestFile = 256;
  if (const auto kept = base::read_file(file, kLongestFile)) {
    auto line = kept->substr(0, kept->find('\n'));
    if (is_own_host_name(line)) return line;
  }
  std::string drawn = std::string(kBegin) + base::random_hex(kRandomBytes) + std::string(kEnd);
  if (const auto written = base::write_file_atomic(file, drawn + "\n"); !written)
    spdlog::warn("The addresses of pages will change with the daemon's next start: {}", written.error().message);
  return drawn;
}

}  // namespace http
