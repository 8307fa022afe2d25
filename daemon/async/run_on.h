// SPDX-License-Identifier: Apache-2.0
// Blocking work off the loop: run_on(pool, function) runs it on a pool thread and resumes the coroutine on its own.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "daemon/async/task.h"

namespace async {

/// What a pool thread made: a value or the exception it threw.
template <class T>
struct Worked {
  std::optional<T> value;
  std::exception_ptr thrown;
};

template <class F>
auto work_through(F& work) {
  Worked<std::invoke_result_t<F&>> done;
  try {
    done.value.emplace(work());
  } catch (...) {
    done.thrown = std::current_exception();
  }
  return done;
}

/// Becomes true when the coroutine that waits for the work is canceled: its client has gone. Looked at by the work.
using Canceled = std::shared_ptr<std::atomic<bool>>;

/// Runs `work` (copyable, returns a value, keeps what it refers to alive by itself) on `pool`. Its exceptions come out
/// here. The coroutine goes on when the work is done, also when it is canceled; work that takes long looks at
/// `canceled`, where one is given. The pool is joined before the loop's io_context is destroyed.
template <class F>
Task<std::invoke_result_t<F&>> run_on(boost::asio::any_io_executor pool, F work, Canceled canceled = nullptr) {
  using T = std::invoke_result_t<F&>;
  const auto home = co_await boost::asio::this_coro::executor;
  auto initiate = [pool, home, canceled](auto handler, F job) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (canceled && slot.is_connected()) slot.assign([canceled](boost::asio::cancellation_type) { *canceled = true; });
    auto on_pool = [guard = boost::asio::make_work_guard(home), handler = std::move(handler),
                    job = std::move(job)]() mutable {
      auto on_loop = [handler = std::move(handler), done = work_through(job)]() mutable {
        if (auto left = boost::asio::get_associated_cancellation_slot(handler); left.is_connected()) left.clear();
        std::move(handler)(std::move(done));
      };
      boost::asio::post(guard.get_executor(), std::move(on_loop));
    };
    boost::asio::post(pool, std::move(on_pool));
  };
  Worked<T> done = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Worked<T>)>(
      std::move(initiate), boost::asio::use_awaitable, std::move(work));
  if (done.thrown) std::rethrow_exception(done.thrown);
  co_return std::move(*done.value);
}

template <class F>
Task<std::invoke_result_t<F&>> run_on(boost::asio::thread_pool& pool, F work) {
  return run_on(boost::asio::any_io_executor(pool.get_executor()), std::move(work));
}

}  // namespace async
