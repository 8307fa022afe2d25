// SPDX-License-Identifier: Apache-2.0
// The completion token with which a coroutine waits for an operation of Asio. It gives [error code, results...]: errors
// are values, not exceptions.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace async {

inline constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace async
