// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/runs.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>
#include <unordered_set>

#include "base/lock.h"
#include "daemon/store/models.h"
#include "daemon/runs/removal.h"
#include "daemon/source/snapshot.h"
#include "daemon/store/queries/queries.h"
#include "daemon/state/trash.h"
#include "protocol/json.h"

namespace runs {

using base::Path;
using base::Result;

namespace {

constexpr std::chrono::seconds kCatchUp(2);

/// A run as it is found at the start.
struct Unfinished {
  store::RunKey key = 0;
  std::string id, target;
  protocol::RunState state = protocol::RunState::kQueued;
  std::string kind;
  bool inner = false;
};

Result<std::vector<Unfinished>> unfinished_runs(store::Database& database) {
  std::vector<Unfinished> runs;
  store::Query query = database.query("SELECT key, id, target, state, kind, journal IS NOT NULL FROM run WHERE state < ? ORDER BY key");
  query.bind(static_cast<std::int64_t>(protocol::RunState::kCompleted));
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return runs;
    runs.push_back({query.integer(0), query.text(1), query.text(2), static_cast<protocol::RunState>(query.integer(3)), query.text(4), query.integer(5) != 0});
  }
}

Result<std::int64_t> last_change(store::Database& database) {
  store::Query query = database.query("SELECT coalesce(max(number), 0) FROM change");
  TRY(query.step());
  return query.integer(0);
}

/// Directories of runs that the database does not know: written down, but not yet committed when the daemon died.
Result<std::vector<std::string>> stray_directories(store::Database& database, const Path& runs) {
  std::unordered_set<std::string> known;
  store::Query query = database.query("SELECT id FROM run");
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    known.insert(query.text(0));
  }
  std::vector<std::string> strays;
  std::error_code code;
  for (std::filesystem::directory_iterator entry(runs, code), end; !code && entry != end; entry.increment(code))
    if (std::string name = entry->path().filename(); !name.starts_with('.') && !known.contains(name)) strays.push_back(std::move(name));
  return strays;
}

Result<base::Fd> open_launcher(const Path& program) {
  TRY_ASSIGN_FOR("cannot use the launcher", base::Fd fd, base::open_file(program, O_RDONLY));
  return fd;
}

/// Ways of asking the store for something before the loop runs.
template <class T>
Result<T> now(store::Store& store, boost::asio::io_context& loop, std::function<Result<T>(store::Ingest&)> work) {
  std::optional<Result<T>> answer;
  auto ask = [&]() -> Task<void> { answer = co_await store.write(std::move(work)); };
  boost::asio::co_spawn(loop, ask(), async::or_end_daemon);
  auto guard = boost::asio::make_work_guard(loop);
  while (!answer) loop.run_one();
  return std::move(*answer);
}

}  // namespace

Yard::Yard(boost::asio::io_context& loop, state::Settings settings, base::Fd launcher)
    : loop_(loop),
      settings_(std::move(settings)),
      launcher_(std::move(launcher)),
      hub_(loop),
      readers_(settings_.state.database(), pool_.get_executor(), long_work_),
      status_readers_(settings_.state.database(), status_.get_executor(), long_work_),
      stat_cache_(settings_.state.stat_cache()),
      uploads_(settings_.state.uploads(), settings_.state.trash()) {}

Yard::~Yard() { stop_threads(); }

void Yard::stop_threads() {
  stopping_ = leaving_ = true;
  if (store_) store_->stop();
  snapshots_.join();
  starter_.join();
  archives_.join();
  long_work_.join();
  status_.join();
  lookups_.join();
  pool_.join();
}

Result<std::unique_ptr<Yard>> Yard::open(boost::asio::io_context& loop, state::Settings settings) {
  const auto& state = settings.state;
  for (const auto& folder : {state.runs(), state.snapshots(), state.contents(), state.cache(), state.uploads(), state.trash()})
    TRY(base::make_directories(folder));
  for (const auto& path : state::half_made(state)) TRY(state::put_away(state, path));
  TRY_ASSIGN(base::Fd launcher, open_launcher(settings.launcher));
  std::unique_ptr<Yard> yard(new Yard(loop, std::move(settings), std::move(launcher)));
  Yard* const self = yard.get();
  auto published = [self](std::vector<store::NumberedChange> changes) { self->published(std::move(changes)); };
  TRY_ASSIGN(yard->store_, store::Store::open(self->settings_.state, loop.get_executor(), published));
  auto take_in = [self](store::RunKey run, Watch::Done done) { self->take_in(run, std::move(done)); };
  TRY_ASSIGN(yard->watch_, Watch::make(loop, take_in));
  TRY_ASSIGN(yard->file_events_, FileEvents::make(loop));
  return yard;
}

void Yard::published(std::vector<store::NumberedChange> changes) {
  for (const auto& [number, change] : changes) {
    if (change.born == 0 || stopping_ || lives_.contains(change.born)) continue;
    ids_[change.born] = change.run;
    begin_life(change.born, Begin::kInner);
  }
  hub_.publish(std::move(changes));
}

void Yard::take_in(store::RunKey run, Watch::Done done) {
  auto pass = std::make_shared<store::Pass>();
  auto work = [run, pass](store::Ingest& ingest) -> Result<void> {
    TRY_ASSIGN(*pass, ingest.take_run(run));
    return {};
  };
  auto finished = [pass, done = std::move(done)](Result<void> committed) {
    done(committed ? Result<store::Pass>(*pass) : Result<store::Pass>(committed.error()));
  };
  store_->post(std::move(work), std::move(finished));
}

Result<void> Yard::adopt_strays() {
  const auto runs = settings_.state.runs();
  auto look = [this, runs](store::Ingest& ingest) -> Result<std::vector<std::string>> {
    TRY(ingest.take_yard());
    TRY_ASSIGN(const auto ghosts, delete_ghosts(ingest.database(), settings_.state));
    for (const auto& id : ghosts) spdlog::warn("The run {} is not known any more: it has no directory", id);
    return stray_directories(ingest.database(), runs);
  };
  TRY_ASSIGN(const auto strays, now<std::vector<std::string>>(*store_, loop_, std::move(look)));
  for (const auto& id : strays) {  // each for itself: of one that cannot be taken in nothing stays
    auto adopt = [&id](store::Ingest& ingest) { return ingest.adopt(id); };
    if (const auto key = now<store::RunKey>(*store_, loop_, std::move(adopt)); !key)
      spdlog::warn("Cannot take in the run directory '{}': {}", id, key.error().message);
  }
  return {};
}

Result<void> Yard::resume() {
  TRY(adopt_strays());
  TRY_ASSIGN(store::Database database, store::Database::open_read_only(settings_.state.database()));
  store::remove_unused_contents(database, settings_.state);
  TRY_ASSIGN(const std::int64_t number, last_change(database));
  hub_.start_at(number);
  TRY_ASSIGN(const auto targets, store::list_targets(database));
  queue_.set_slots("local", 1);
  for (const auto& target : targets) {
    if (target["alias_of"].is_null()) queue_.set_slots(target["name"], target["slots"]);
    else queue_.set_alias(target["name"], target["alias_of"], target["removed"]);
  }
  TRY_ASSIGN(const auto runs, unfinished_runs(database));
  for (const auto& run : runs) {
    ids_[run.key] = run.id;
    if (run.kind == protocol::word(protocol::RunKind::kInteractive)) {
      begin_life(run.key, run.inner ? Begin::kInner : Begin::kInteractive);
      continue;
    }
    TRY_ASSIGN(const Begin how, how_to_go_on(run.id, run.state));
    if (how == Begin::kStart && run.state == protocol::RunState::kQueued) {
      queue_.add(run.key, run.target);
      continue;
    }
    queue_.add_running(run.key, run.target);
    begin_life(run.key, how);
  }
  schedule();
  return {};
}

void Yard::schedule() noexcept {
  if (stopping_) return;
  for (const store::RunKey run : queue_.take_startable()) begin_life(run, Begin::kStart);
}

Task<Result<bool>> Yard::catch_up(store::RunKey run) {
  const auto deadline = std::chrono::steady_clock::now() + kCatchUp;
  for (;;) {
    auto take = [run](store::Ingest& ingest) { return ingest.take_run(run); };
    auto pass = co_await store_->write(std::move(take));
    if (!pass) co_return pass.error();
    if (!pass->more) co_return true;
    if (std::chrono::steady_clock::now() >= deadline) co_return false;
  }
}

Task<Result<void>> Yard::add_lines(store::RunKey run, std::string lines) {
  auto write = [run, lines = std::move(lines)](store::Ingest& ingest) -> Result<bool> {
    TRY(ingest.append_lines(run, lines));
    return true;
  };
  auto written = co_await store_->write(std::move(write));
  if (!written) co_return written.error();
  co_return Result<void>();
}

void Yard::note_question(store::RunKey waiter, store::RunKey awaited, bool ended) {
  if (ended) return queue_.learn_end(waiter, awaited);
  queue_.ask(waiter, awaited);
  schedule();
}

Yard::Lending::Lending(Yard& yard, store::RunKey waiter) : yard_(yard), waiter_(waiter) {
  yard_.queue_.begin_waiting(waiter_);
  yard_.schedule();
}

Yard::Lending::~Lending() { yard_.queue_.end_waiting(waiter_); }

}  // namespace runs
