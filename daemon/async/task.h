// SPDX-License-Identifier: Apache-2.0
// Coroutines of the loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>

namespace async {

template <class T = void>
using Task = boost::asio::awaitable<T>;

/// The completion handler of a task that nothing waits for and that must not break off: an exception (there is no
/// memory) ends the daemon. The next one begins with what is written down, a state that every test of a killed daemon
/// knows.
void or_end_daemon(const std::exception_ptr& thrown) noexcept;

}  // namespace async
