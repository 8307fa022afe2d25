// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/store.h"

#include <spdlog/spdlog.h>

#include "base/process.h"
#include "daemon/async/co_try.h"
#include "daemon/store/schema.h"

namespace store {

using base::Result;

namespace {

constexpr std::chrono::seconds kCatchUp(2);
constexpr std::int64_t kKeptChanges = 10'000;  // for clients that come back with the number they saw last

/// True when the machine was restarted since the database was last opened; remembers this boot.
Result<bool> remember_boot(Database& database) {
  const std::string now = base::boot_id();
  std::string before;
  {
    Query query = database.query("SELECT id FROM boot");
    TRY_ASSIGN(const bool found, query.step());
    before = found ? query.text(0) : now;
  }
  TRY(database.query("DELETE FROM boot").run());
  TRY(database.query("INSERT INTO boot VALUES (?)").bind(std::string_view(now)).run());
  return before != now;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const protocol::StateDir& state, boost::asio::any_io_executor loop,
                                           Published published) {
  TRY_ASSIGN(Database database, Database::open(state.database()));
  TRY(migrate(database));
  TRY_ASSIGN(const bool rebooted, remember_boot(database));
  return std::unique_ptr<Store>(new Store(std::move(database), state, rebooted, std::move(loop), std::move(published)));
}

Store::Store(Database database, protocol::StateDir state, bool rebooted, boost::asio::any_io_executor loop,
             Published published)
    : database_(std::move(database)), ingest_(database_, std::move(state), rebooted), loop_(std::move(loop)),
      published_(std::move(published)), thread_([this] { live(); }) {}

Store::~Store() { stop(); }

void Store::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Store::post(std::function<Result<void>(Ingest&)> work, std::function<void(Result<void>)> done) {
  auto on_loop = [loop = loop_, done = std::move(done)](Result<void> result) {
    boost::asio::post(loop, [done, result = std::move(result)] { done(result); });
  };
  push({std::move(work), std::move(on_loop)});
}

void Store::push(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Store::live() {
  for (;;) {
    std::vector<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      const auto asked = [&] { return stopping_ || !jobs_.empty(); };
      if (!ingest_.owes_sync()) wake_.wait(lock, asked);
      else wake_.wait_for(lock, kSyncEvery, asked);
      if (stopping_ && jobs_.empty()) return;
      jobs.swap(jobs_);
    }
    if (!jobs.empty()) serve(std::move(jobs));
    else if (const auto synced = ingest_.sync(); !synced) spdlog::warn("{}", synced.error().message);
    else (void)ingest_.collect_changes();  // forgets the runs that have ended
  }
}

void Store::serve(std::vector<Job> jobs) {
  std::vector<Result<void>> results;
  std::vector<NumberedChange> changes;
  const auto committed = do_all(jobs, results, changes);
  if (!committed) {
    ingest_.forget();
    (void)ingest_.collect_changes();  // they were rolled back
    changes.clear();
    spdlog::error("Cannot write the database: {}", committed.error().message);
  }
  // Watchers get the change before the client that asked for it gets its answer: an answer is never ahead of the event
  // stream.
  if (!changes.empty())
    boost::asio::post(loop_, [this, changes = std::move(changes)]() mutable { published_(std::move(changes)); });
  for (std::size_t i = 0; i < jobs.size(); ++i) jobs[i].done(committed ? results[i] : committed);
}

Result<void> Store::do_all(std::vector<Job>& jobs, std::vector<Result<void>>& results,
                           std::vector<NumberedChange>& changes) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(database_));
  for (const auto& job : jobs) {
    TRY(database_.query("SAVEPOINT job").run());
    results.push_back(do_one(job));
    if (!results.back()) {
      ingest_.forget_job();
      TRY(database_.query("ROLLBACK TO job").run());
    }
    TRY(database_.query("RELEASE job").run());
    ingest_.finish_job();
  }
  TRY(ingest_.sync());
  for (auto& change : ingest_.collect_changes()) changes.push_back({.number = 0, .change = std::move(change)});
  TRY(number(changes));
  return transaction.commit();
}

/// Turns exceptions into errors: a fact of an unexpected shape must not end the daemon.
Result<void> Store::do_one(const Job& job) {
  try {
    TRY(job.work(ingest_));
    return ingest_.flush();
  } catch (const std::exception& exception) {
    return base::error(exception.what(), std::errc::bad_message);
  }
}

Result<void> Store::number(std::vector<NumberedChange>& changes) {
  for (auto& [number, change] : changes) {
    Query insert = database_.query("INSERT INTO change (run, what) VALUES (?, ?)");
    TRY(insert.bind(std::string_view(change.run)).bind(static_cast<std::int64_t>(change.what)).run());
    number = database_.last_insert_id();
  }
  // Deletes old changes once in kBetweenTrims changes, not in each commit.
  constexpr std::int64_t kBetweenTrims = kKeptChanges / 10;
  if (changes.empty() || changes.back().number / kBetweenTrims == (changes.front().number - 1) / kBetweenTrims)
    return {};
  return database_.query("DELETE FROM change WHERE number < ?").bind(changes.back().number - kKeptChanges).run();
}

Task<Result<bool>> Store::catch_up(RunKey run) {
  const auto deadline = std::chrono::steady_clock::now() + kCatchUp;
  for (;;) {
    auto ingest_pass = [run](Ingest& ingest) { return ingest.ingest_run(run); };
    AWAIT_TRY_ASSIGN(const IngestPass pass, write(std::move(ingest_pass)));
    if (!pass.more) co_return true;
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
  }
}

Task<Result<void>> Store::add_lines(RunKey run, std::string lines) {
  auto append = [run, lines = std::move(lines)](Ingest& ingest) { return ingest.append_lines(run, lines); };
  co_return co_await write(std::move(append));
}

}  // namespace store
