// SPDX-License-Identifier: Apache-2.0
// Lambdas as one visitor of a variant: std::visit(Overloaded{[](A&) {...}, [](B&) {...}}, variant).
#pragma once

namespace base {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // clang 14 does not derive it

}  // namespace base
