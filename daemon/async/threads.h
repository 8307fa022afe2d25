// SPDX-License-Identifier: Apache-2.0
// The daemon's threads besides the loop and the store's writer. Each pool exists so that its work waits for no other
// work.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "daemon/async/limited_pool.h"

namespace async {

/// Owned by serve(). Joined before the loop's io_context is destroyed.
struct Threads {
  boost::asio::thread_pool quick{2};                ///< short queries, and pieces of files
  boost::asio::thread_pool status{1};               ///< how the daemon is: answered at any time
  boost::asio::thread_pool lookups{1};              ///< which process holds a connection
  boost::asio::thread_pool sources{1};              ///< reading source directories
  boost::asio::thread_pool starts{1};               ///< forking launchers
  LimitedPool long_answers{"long answers", 4, 64};  ///< walks over folders, and reading through stored archives
  LimitedPool archives{"archives", 2, 16};          ///< the pieces of archives that are sent

  /// Waits for what they have been given. What that answers waits on the loop.
  void join() {
    sources.join();
    starts.join();
    archives.join();
    long_answers.join();
    status.join();
    lookups.join();
    quick.join();
  }
};

}  // namespace async
