// SPDX-License-Identifier: Apache-2.0
// How a coroutine waits for an operation of Asio: errors come back as values, [error code, results...].
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace async {

inline constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace async
