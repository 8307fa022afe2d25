// SPDX-License-Identifier: Apache-2.0
// Catch2, and how it shows what our functions return.
#pragma once

#include <catch2/catch.hpp>

#include "base/result.h"

namespace Catch {

template <class T, class Failure>
struct StringMaker<boost::system::result<T, Failure>> {
  static std::string convert(const boost::system::result<T, Failure>& result) {
    return result ? "success" : "error: " + result.error().message;
  }
};
template <class T>
struct StringMaker<base::Result<T>> : StringMaker<boost::system::result<T, base::Error>> {};

}  // namespace Catch
