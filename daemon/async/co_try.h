// SPDX-License-Identifier: Apache-2.0
// TRY of base/result.h for coroutines, and the same for what has to be awaited first.
//
// GCC 12 miscompiles temporaries with captures right of co_await (CONTRIBUTING.md): the awaitable and its result get
// names here.
#pragma once

#include <utility>

#include "base/result.h"

/// Returns the error of `expr` from the coroutine, if it has one.
#define CO_TRY(expr)                                                                       \
  do {                                                                                     \
    if (auto try_result_ = (expr); !try_result_) co_return std::move(try_result_).error(); \
  } while (false)

/// Declares `decl` as the value of `expr`, or returns its error.
#define CO_TRY_ASSIGN(decl, expr)                                                               \
  auto RUNYARD_JOIN(try_, __LINE__) = (expr);                                                   \
  if (!RUNYARD_JOIN(try_, __LINE__)) co_return std::move(RUNYARD_JOIN(try_, __LINE__)).error(); \
  decl = std::move(*RUNYARD_JOIN(try_, __LINE__))

/// Awaits `awaitable`, whose result must not be an error.
#define AWAIT_TRY(awaitable)                                    \
  do {                                                          \
    auto awaited_ = (awaitable);                                \
    auto try_result_ = co_await std::move(awaited_);            \
    if (!try_result_) co_return std::move(try_result_).error(); \
  } while (false)

/// Awaits `awaitable`, and declares `decl` as the value of its result, or returns its error.
#define AWAIT_TRY_ASSIGN(decl, awaitable)                                                       \
  auto RUNYARD_JOIN(awaited_, __LINE__) = (awaitable);                                          \
  auto RUNYARD_JOIN(try_, __LINE__) = co_await std::move(RUNYARD_JOIN(awaited_, __LINE__));     \
  if (!RUNYARD_JOIN(try_, __LINE__)) co_return std::move(RUNYARD_JOIN(try_, __LINE__)).error(); \
  decl = std::move(*RUNYARD_JOIN(try_, __LINE__))
