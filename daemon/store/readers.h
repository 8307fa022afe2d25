// SPDX-License-Identifier: Apache-2.0
// Queries off the loop: read-only connections, one for each query under way.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "daemon/http/http.h"
#include "daemon/http/worker.h"
#include "daemon/store/sqlite.h"

namespace yard {

/// There are few threads for questions: none may hold one for ever.
inline constexpr std::chrono::seconds kLongestQuery(30);

/// Owned by Yard. ask() may be called from the loop; the function runs on a pool thread.
class Readers {
 public:
  Readers(base::Path database, boost::asio::any_io_executor pool) : path_(std::move(database)), pool_(std::move(pool)) {}

  /// What `query` finds. It sees all that was committed before the call, and nothing that is committed while it goes on.
  template <class T>
  Task<base::Result<T>> ask(std::function<base::Result<T>(Database&)> query) {
    auto work = [this, query = std::move(query)] { return with_connection<T>(query); };
    co_return co_await run_on(pool_, std::move(work));
  }

 private:
  template <class T>
  base::Result<T> with_connection(const std::function<base::Result<T>(Database&)>& query) {
    TRY_ASSIGN(Database database, take());
    database.end_at(std::chrono::steady_clock::now() + kLongestQuery);
    auto result = in_transaction<T>(database, query);
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(database));
    return result;
  }

  template <class T>
  static base::Result<T> in_transaction(Database& database, const std::function<base::Result<T>(Database&)>& query) {
    TRY_ASSIGN(const Transaction transaction, Transaction::begin_reading(database));
    return query(database);
  }

  base::Result<Database> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        Database database = std::move(free_.back());
        free_.pop_back();
        return database;
      }
    }
    return Database::open_read_only(path_);
  }

  base::Path path_;
  boost::asio::any_io_executor pool_;
  std::mutex mutex_;
  std::vector<Database> free_;
};

}  // namespace yard
