// SPDX-License-Identifier: Apache-2.0
// Runs queries off the loop, each with a read-only connection. Queries that may take long have threads of their own.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "daemon/async/limited_pool.h"
#include "daemon/async/run_on.h"
#include "daemon/async/task.h"
#include "daemon/store/sqlite.h"

namespace store {

using async::Task;

/// A query fails after this time, because there are few threads for queries.
inline constexpr std::chrono::seconds kLongestQuery(30);

/// Owned by the engine. Called from the loop; the query runs on a pool thread.
class Readers {
 public:
  Readers(base::Path database, boost::asio::any_io_executor pool, async::LimitedPool& long_queries)
      : path_(std::move(database)), pool_(std::move(pool)), long_queries_(long_queries) {}

  /// Runs `query` (copyable, takes a Database&, returns a base::Result) and returns its result. It sees everything that
  /// was committed before the call, and nothing that is committed while it runs.
  template <class Query>
  Task<std::invoke_result_t<Query&, Database&>> read(Query query) {
    using Answer = std::invoke_result_t<Query&, Database&>;
    return on_pool<Answer>(std::function<Answer(Database&)>(std::move(query)));
  }

  /// The same, for a query whose time grows with the data. It ends when its client goes away (Route::waits), and is
  /// refused when too many are under way (LimitedPool).
  template <class Query>
  Task<std::invoke_result_t<Query&, Database&>> read_long(Query query) {
    using Answer = std::invoke_result_t<Query&, Database&>;
    return on_long_pool<Answer>(std::function<Answer(Database&)>(std::move(query)));
  }

 private:
  template <class Answer>
  Task<Answer> on_pool(std::function<Answer(Database&)> query) {
    auto work = [this, query = std::move(query)] { return with_connection<Answer>(query, nullptr); };
    co_return co_await async::run_on(pool_, std::move(work));
  }

  template <class Answer>
  Task<Answer> on_long_pool(std::function<Answer(Database&)> query) {
    auto work = [this, query = std::move(query)](const std::atomic<bool>& canceled) {
      return with_connection<Answer>(query, &canceled);
    };
    co_return co_await long_queries_.run(std::move(work));
  }

  template <class Answer>
  Answer with_connection(const std::function<Answer(Database&)>& query, const std::atomic<bool>* canceled) {
    TRY_ASSIGN(Database database, acquire());
    database.end_at(std::chrono::steady_clock::now() + kLongestQuery, canceled);
    auto result = in_transaction<Answer>(database, query);
    database.end_at(std::chrono::steady_clock::time_point::max());  // `canceled` may end before the connection
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(database));
    return result;
  }

  template <class Answer>
  static Answer in_transaction(Database& database, const std::function<Answer(Database&)>& query) {
    TRY_ASSIGN(const Transaction transaction, Transaction::begin_reading(database));
    return query(database);
  }

  base::Result<Database> acquire() {
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
  async::LimitedPool& long_queries_;
  std::mutex mutex_;
  std::vector<Database> free_;
};

}  // namespace store
