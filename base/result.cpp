// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <cerrno>
#include <stdexcept>

namespace base {

Error Error::with(std::string_view context) const { return {code, std::string(context) + ": " + message}; }

Error os_error(std::string_view context) { return os_error(context, errno); }

Error os_error(std::string_view context, int number) {
  const std::error_code code(number, std::generic_category());
  std::string words = code.message();
  if (!words.empty() && words[0] >= 'A' && words[0] <= 'Z' && !(words.size() > 1 && words[1] >= 'A' && words[1] <= 'Z'))
    words[0] = static_cast<char>(words[0] - 'A' + 'a');
  return {code, std::string(context) + ": " + words};
}

Error error(std::string message, std::errc code) { return {std::make_error_code(code), std::move(message)}; }

void throw_exception_from_error(const Error& e, const boost::source_location&) { throw std::runtime_error(e.message); }

}  // namespace base
