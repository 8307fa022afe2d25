// SPDX-License-Identifier: Apache-2.0
// The one writer of the database: a thread that gathers jobs, does them in one transaction, syncs the files that they
// appended to, commits, and only then answers.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/async/task.h"
#include "daemon/store/ingest/ingest.h"

namespace store {

using async::Task;

/// A committed change with its number in the table `change`, for clients that follow the events.
struct NumberedChange {
  std::int64_t number = 0;
  Change change;
};

/// Owned by the engine. Everything but the work itself may be called from the loop thread alone.
class Store {
 public:
  using Published = std::function<void(std::vector<NumberedChange>)>;

  /// Opens (or makes) the database and starts the thread. `published` is called on `loop` after each commit that
  /// changed something, in order.
  static base::Result<std::unique_ptr<Store>> open(const protocol::StateDir& state, boost::asio::any_io_executor loop,
                                                   Published published);
  ~Store();
  /// Does the jobs that were posted, then ends the thread. Later jobs are not done.
  void stop();

  /// `work` (copyable, takes an Ingest&, returns a base::Result) runs on the writer thread inside a transaction; its
  /// error rolls back what it did. Returns what it returned, after the commit.
  template <class Work>
  Task<std::invoke_result_t<Work&, Ingest&>> write(Work work) {
    using Answer = std::invoke_result_t<Work&, Ingest&>;
    return run<Answer>(std::function<Answer(Ingest&)>(std::move(work)));
  }
  /// Reads all that the run's files hold now, for at most two seconds. False when there is more.
  Task<base::Result<bool>> catch_up(RunKey run);
  /// Adds lines of the metric protocol to a run from outside; they are valid.
  Task<base::Result<void>> add_lines(RunKey run, std::string lines);
  /// The same as write(), without an answer's coroutine: `done` is called on the loop.
  void post(std::function<base::Result<void>(Ingest&)> work, std::function<void(base::Result<void>)> done);

 private:
  struct Job {
    std::function<base::Result<void>(Ingest&)> work;
    std::function<void(base::Result<void>)> done;  ///< called on the writer thread
  };

  template <class Answer>
  Task<Answer> run(std::function<Answer(Ingest&)> work);

  Store(Database database, protocol::StateDir state, bool rebooted, boost::asio::any_io_executor loop,
        Published published);
  void push(Job job);
  void live();
  void serve(std::vector<Job> jobs);
  base::Result<void> do_all(std::vector<Job>& jobs, std::vector<base::Result<void>>& results,
                            std::vector<NumberedChange>& changes);
  base::Result<void> do_one(const Job& job);
  base::Result<void> number(std::vector<NumberedChange>& changes);

  Database database_;
  Ingest ingest_;
  boost::asio::any_io_executor loop_;
  Published published_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

template <class Answer>
Task<Answer> Store::run(std::function<Answer(Ingest&)> work) {
  auto initiate = [this](auto handler, std::function<Answer(Ingest&)> job) {
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    auto answer = std::make_shared<std::optional<Answer>>();
    auto on_writer = [job = std::move(job), answer](Ingest& ingest) -> base::Result<void> {
      answer->emplace(job(ingest));
      return **answer ? base::Result<void>() : base::Result<void>((*answer)->error());
    };
    auto on_loop = [waiting, answer](base::Result<void> committed) {
      std::move (*waiting)(committed ? std::move(**answer) : Answer(committed.error()));
    };
    post(std::move(on_writer), std::move(on_loop));
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Answer)>(
      std::move(initiate), boost::asio::use_awaitable, std::move(work));
}

}  // namespace store
