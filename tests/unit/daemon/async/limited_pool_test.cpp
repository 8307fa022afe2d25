// SPDX-License-Identifier: Apache-2.0
#include "daemon/async/limited_pool.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "tests/support/catch.h"

namespace {

/// Goes on until it is canceled; 7.
base::Result<int> until_canceled(const std::atomic<bool>& canceled) {
  while (!canceled) std::this_thread::yield();
  return 7;
}

}  // namespace

TEST_CASE("limited pool: work is told when no caller waits for it any more") {
  boost::asio::io_context loop;
  async::LimitedPool pool("answers", 1, 1);
  boost::asio::cancellation_signal gone;
  bool ended = false;
  auto ask = [&]() -> async::Task<void> { (void)co_await pool.run(until_canceled); };
  const auto note_end = [&](const std::exception_ptr&) { ended = true; };
  boost::asio::co_spawn(loop, ask(), boost::asio::bind_cancellation_slot(gone.slot(), note_end));
  while (loop.poll_one() > 0) {}
  CHECK_FALSE(ended);
  gone.emit(boost::asio::cancellation_type::terminal);
  loop.run();
  CHECK(ended);
  CHECK(pool.enter());  // its place is free again
  pool.join();
}

TEST_CASE("limited pool: one too many is refused, and a place is free when it is left") {
  async::LimitedPool pool("answers", 1, 2);
  auto first = pool.enter(), second = pool.enter();
  REQUIRE(first);
  REQUIRE(second);
  const auto third = pool.enter();
  REQUIRE_FALSE(third);
  CHECK(third.error().code == std::errc::resource_unavailable_try_again);
  CHECK(third.error().message == "cannot answer: 2 answers are being made already; try again later");
  second->reset();
  CHECK(pool.enter());
  pool.join();
}

TEST_CASE("limited pool: what work returns and throws comes out") {
  boost::asio::io_context loop;
  async::LimitedPool pool("answers", 1, 1);
  std::string said;
  auto ask = [&]() -> async::Task<void> {
    const auto value = co_await pool.run([](const std::atomic<bool>&) -> base::Result<int> { return 3; });
    said = value ? std::to_string(*value) : value.error().message;
    (void)co_await pool.run([](const std::atomic<bool>&) -> base::Result<int> { throw std::runtime_error("broke"); });
  };
  auto end = [&](const std::exception_ptr& thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      said += e.what();
    }
  };
  boost::asio::co_spawn(loop, ask(), end);
  loop.run();
  CHECK(said == "3broke");
  pool.join();
}
