// SPDX-License-Identifier: Apache-2.0
// Catch2, and how it shows what our functions return.
#pragma once

#include <catch2/catch.hpp>

#include "base/result.h"

namespace Catch {

template <class T>
struct StringMaker<base::Result<T>> {
  static std::string convert(const base::Result<T>& result) {
    return result ? "success" : "error: " + result.error().message;
  }
};

}  // namespace Catch
