// SPDX-License-Identifier: Apache-2.0
// Expected failure, returned. A caller that must react gets a code; a caller that can only report gets a sentence.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace base {

/// What went wrong, as a sentence that grows on the way up:
/// "cannot start run 7f3a: cannot unpack snapshot: no space left on device".
struct Error {
  std::error_code code;  ///< the cause, for callers that react
  std::string message;   ///< for people; never empty

  /// The same cause with "cannot do X: " before the message.
  Error with(std::string_view context) const;
};

/// Makes an Error of errno (or `number`): "<context>: <words of errno>".
Error os_error(std::string_view context);
Error os_error(std::string_view context, int number);
/// An error that no system call gave; `code` is for callers that react.
Error error(std::string message, std::errc code = std::errc::invalid_argument);

[[noreturn]] void throw_exception_from_error(const Error& e, const boost::source_location& where);

template <class T = void>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
  Result() requires std::is_default_constructible_v<boost::system::result<T, Error>>
  = default;
};

}  // namespace base

#define RUNYARD_JOIN2(a, b) a##b
#define RUNYARD_JOIN(a, b) RUNYARD_JOIN2(a, b)

/// Returns the error of `expr` from the calling function, if it has one.
#define TRY(expr)                                                                       \
  do {                                                                                  \
    if (auto try_result_ = (expr); !try_result_) return std::move(try_result_).error(); \
  } while (false)

/// Declares `decl` as the value of `expr`, or returns its error.
#define TRY_ASSIGN(decl, expr)                                                               \
  auto RUNYARD_JOIN(try_, __LINE__) = (expr);                                                \
  if (!RUNYARD_JOIN(try_, __LINE__)) return std::move(RUNYARD_JOIN(try_, __LINE__)).error(); \
  decl = std::move(*RUNYARD_JOIN(try_, __LINE__))

/// As TRY and TRY_ASSIGN, with words put before the message.
#define TRY_FOR(context, expr)                                                             \
  do {                                                                                     \
    if (auto try_result_ = (expr); !try_result_) return try_result_.error().with(context); \
  } while (false)

#define TRY_ASSIGN_FOR(context, decl, expr)                                                     \
  auto RUNYARD_JOIN(try_, __LINE__) = (expr);                                                   \
  if (!RUNYARD_JOIN(try_, __LINE__)) return RUNYARD_JOIN(try_, __LINE__).error().with(context); \
  decl = std::move(*RUNYARD_JOIN(try_, __LINE__))
