// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/sqlite.h"

#include <sqlite3.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "daemon/store/health.h"

namespace store {

namespace {

bool is_damage(int code) { return (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB; }

/// Damage is noted here for every caller: the daemon then makes the database again.
base::Error database_error(sqlite3* connection, std::string_view doing) {
  const int code = sqlite3_extended_errcode(connection);
  if (code == SQLITE_INTERRUPT)
    return base::error("cannot answer: the question would take too long; ask for less of it, or with a narrower filter",
                       std::errc::timed_out);
  const char* const path = sqlite3_db_filename(connection, "main");
  if (is_damage(code) && path && *path) note_damage(path, sqlite3_errmsg(connection));
  const auto kind = (code & 0xFF) == SQLITE_FULL ? std::errc::no_space_on_device : std::errc::io_error;
  return base::error("cannot " + std::string(doing) + " the database: " + sqlite3_errmsg(connection), kind);
}

[[noreturn]] void broken(const char* what, const char* why) {
  std::fprintf(stderr, "runyardd: broken statement: %s: %s\n", what, why);
  std::abort();
}

}  // namespace

Query::Query(base::Error failure)
    : statement_(nullptr), in_use_(nullptr), failure_(std::make_unique<base::Error>(std::move(failure))) {}

Query::~Query() {
  if (!statement_) return;
  if (!in_use_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *in_use_ = false;
}

Query& Query::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_, next_++, value);
  return *this;
}

Query& Query::bind(double value) {
  sqlite3_bind_double(statement_, next_++, value);
  return *this;
}

Query& Query::bind(std::string_view text) {
  sqlite3_bind_text64(statement_, next_++, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Query& Query::bind_blob(std::string_view bytes) {
  sqlite3_bind_blob64(statement_, next_++, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Query& Query::bind_null() {
  sqlite3_bind_null(statement_, next_++);
  return *this;
}

base::Result<bool> Query::step() {
  if (failure_) return *failure_;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_error(sqlite3_db_handle(statement_), "use");
}

base::Result<void> Query::run() {
  TRY(step());
  return {};
}

int Query::columns() const { return sqlite3_column_count(statement_); }
bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
bool Query::is_integer(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_INTEGER; }
bool Query::is_real(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_FLOAT; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Query::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

namespace {

/// SQL: the number that a text is, from its first character to its last; else null.
void number_of(sqlite3_context* context, int, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return sqlite3_result_null(context);
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  const char* const end = text + sqlite3_value_bytes(values[0]);
  double number = 0;
  const auto [stop, error] = std::from_chars(text, end, number);
  if (error == std::errc() && stop == end) sqlite3_result_double(context, number);
  else sqlite3_result_null(context);
}

}  // namespace

struct Database::Connection {
  sqlite3* handle = nullptr;
  struct Kept {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  std::unordered_map<std::string, Kept> statements;  // nodes stay where they are
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  const std::atomic<bool>* canceled = nullptr;
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (const auto& [sql, kept] : statements) sqlite3_finalize(kept.statement);
    sqlite3_close(handle);
  }
  /// An error for a database that cannot be read; SQL that is wrong ends the program.
  base::Result<sqlite3_stmt*> prepare(std::string_view sql, unsigned flags) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()), flags, &statement, nullptr);
    if (code == SQLITE_OK) return statement;
    if ((code & 0xFF) == SQLITE_ERROR) broken(std::string(sql).c_str(), sqlite3_errmsg(handle));
    return database_error(handle, "use");
  }
};

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

base::Result<Database> Database::connect(const base::Path& path, int flags) {
  auto connection = std::make_unique<Connection>();
  const int code = sqlite3_open_v2(path.c_str(), &connection->handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK)
    return base::error("cannot open the database '" + path.string() + "': " + sqlite3_errstr(code),
                       std::errc::io_error);
  sqlite3_busy_timeout(connection->handle, 5000);
  sqlite3_create_function_v2(connection->handle, "number_of", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                             nullptr, number_of, nullptr, nullptr, nullptr);
  return Database(std::move(connection));
}

base::Result<Database> Database::open(const base::Path& path) {
  TRY_ASSIGN(Database database, connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  // The page size counts only before the first table; checkpoints run on a thread of their own.
  TRY(
      database.execute("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                       "PRAGMA wal_autocheckpoint=0; PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;"));
  return database;
}

base::Result<Database> Database::open_read_only(const base::Path& path) {
  TRY_ASSIGN(Database database, connect(path, SQLITE_OPEN_READONLY));
  TRY(database.execute("PRAGMA mmap_size=1073741824; PRAGMA query_only=ON;"));
  return database;
}

Query Database::query(std::string_view sql) {
  auto& kept = connection_->statements[std::string(sql)];
  if (kept.in_use) return query_once(sql);
  if (!kept.statement) {
    const auto prepared = connection_->prepare(sql, SQLITE_PREPARE_PERSISTENT);
    if (!prepared) return Query(prepared.error());
    kept.statement = *prepared;
  }
  kept.in_use = true;
  return Query(kept.statement, &kept.in_use);
}

Query Database::query_once(std::string_view sql) {
  const auto prepared = connection_->prepare(sql, 0);
  return prepared ? Query(*prepared, nullptr) : Query(prepared.error());
}

base::Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(connection_->handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return database_error(connection_->handle, "change");
  return {};
}

void Database::end_at(std::chrono::steady_clock::time_point deadline, const std::atomic<bool>* canceled) {
  constexpr int kSteps = 10'000;  // of SQLite's machine: well under a millisecond
  const auto is_late = [](void* connection) -> int {
    const auto& its = *static_cast<Connection*>(connection);
    return (its.canceled && *its.canceled) || std::chrono::steady_clock::now() > its.deadline;
  };
  connection_->deadline = deadline;
  connection_->canceled = canceled;
  sqlite3_progress_handler(connection_->handle, kSteps, is_late, connection_.get());
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(connection_->handle); }
std::int64_t Database::changes() const { return sqlite3_changes64(connection_->handle); }

base::Result<Transaction> Transaction::begin(Database& database) {
  TRY(database.query("BEGIN IMMEDIATE").run());
  return Transaction(database);
}

base::Result<Transaction> Transaction::begin_reading(Database& database) {
  TRY(database.query("BEGIN DEFERRED").run());
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_) (void)database_->query("ROLLBACK").run();
}

base::Result<void> Transaction::commit() {
  TRY(database_->query("COMMIT").run());
  database_ = nullptr;
  return {};
}

}  // namespace store
