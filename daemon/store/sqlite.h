// SPDX-License-Identifier: Apache-2.0
// Owners of a SQLite connection and its prepared statements. One connection belongs to one thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/file.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace store {

/// A prepared statement in use: bind in order, step, read columns. Reset when it goes out of scope.
/// Programming errors (bad SQL, wrong column) end the program; a failing disk and a damaged database come back from
/// step() and run().
class Query {
 public:
  /// `in_use`: the flag of a kept statement; null: the statement is this query's own.
  Query(sqlite3_stmt* statement, bool* in_use) : statement_(statement), in_use_(in_use) {}
  /// Of a database that cannot be read: what step() says.
  explicit Query(base::Error failure);
  Query(Query&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), in_use_(other.in_use_),
        failure_(std::move(other.failure_)), next_(other.next_) {}
  Query& operator=(Query&&) = delete;
  ~Query();

  Query& bind(std::int64_t value);
  Query& bind(double value);
  Query& bind(std::string_view text);
  Query& bind_blob(std::string_view bytes);
  Query& bind_null();
  template <class T>
  Query& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }

  /// True while there is a row.
  base::Result<bool> step();
  /// For statements without rows.
  base::Result<void> run();

  int columns() const;
  bool is_null(int column) const;
  bool is_integer(int column) const;
  bool is_real(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  ///< also blobs
  std::optional<std::int64_t> optional_integer(int column) const;

 private:
  sqlite3_stmt* statement_;
  bool* in_use_;
  std::unique_ptr<base::Error> failure_;
  int next_ = 1;
};

/// One connection. Statements are prepared once and kept.
class Database {
 public:
  /// Opens for reading and writing, creating; WAL, FULL synchronization, foreign keys off (rows follow files).
  static base::Result<Database> open(const base::Path& path);
  static base::Result<Database> open_read_only(const base::Path& path);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// A query of the same text may be in use already: then this one gets a statement of its own.
  Query query(std::string_view sql);
  /// For text that is made up as it goes: its statement is not kept.
  Query query_once(std::string_view sql);
  /// Several statements without parameters (migrations).
  base::Result<void> execute(const std::string& sql);
  /// From then on, and once `canceled` (null: none) is true, a statement that still runs fails with timed_out.
  void end_at(std::chrono::steady_clock::time_point deadline, const std::atomic<bool>* canceled = nullptr);
  std::int64_t last_insert_id() const;
  /// Rows that the last statement changed.
  std::int64_t changes() const;

 private:
  struct Connection;
  explicit Database(std::unique_ptr<Connection> connection);
  static base::Result<Database> connect(const base::Path& path, int flags);
  std::unique_ptr<Connection> connection_;
};

/// Rolled back unless committed.
class Transaction {
 public:
  static base::Result<Transaction> begin(Database& database);
  /// For reading: all statements see the database as it is at the first one.
  static base::Result<Transaction> begin_reading(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace store
