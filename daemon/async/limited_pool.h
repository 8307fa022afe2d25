// SPDX-License-Identifier: Apache-2.0
// A pool of threads for answers whose time grows with the data. These answers never delay short ones, their number is
// limited, and each learns when its client has gone.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "daemon/async/run_on.h"

namespace async {

/// Loop thread only.
class LimitedPool {
 public:
  /// At most `most` are under way at once. `what` says what they are, in the plural, for messages: "archives".
  LimitedPool(std::string what, std::size_t threads, std::size_t most)
      : what_(std::move(what)), most_(most), pool_(threads) {}

  /// One of the `most` places, held while this lives. The pool outlives it.
  using Place = std::shared_ptr<void>;
  /// Fails with `resource_unavailable_try_again` when all places are held.
  base::Result<Place> enter() {
    if (inside_ == most_)
      return base::error(
          "cannot answer: " + std::to_string(most_) + " " + what_ + " are being made already; try again later",
          std::errc::resource_unavailable_try_again);
    ++inside_;
    return Place(this, [](LimitedPool* pool) { --pool->inside_; });
  }

  /// Holds a place and runs a copy of `work` on a thread of the pool; returns its base::Result. `work` gets a flag that
  /// becomes true once the client has gone.
  template <class Work>
  Task<std::invoke_result_t<Work&, const std::atomic<bool>&>> run(Work work) {
    const auto place = enter();
    if (!place) co_return place.error();
    const auto canceled = std::make_shared<std::atomic<bool>>(false);
    auto job = [work = std::move(work), canceled]() mutable { return work(*canceled); };
    co_return co_await run_on(executor(), std::move(job), canceled);
  }

  /// For one step of an answer whose place the caller holds.
  boost::asio::any_io_executor executor() { return pool_.get_executor(); }
  void join() { pool_.join(); }

 private:
  std::string what_;
  std::size_t most_;
  std::size_t inside_ = 0;
  boost::asio::thread_pool pool_;
};

}  // namespace async
