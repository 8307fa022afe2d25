// SPDX-License-Identifier: Apache-2.0
// The daemon's engine on a state directory of its own, with a launcher that starts nothing (fake_launcher.h).
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/digest.h"
#include "daemon/serve/engine.h"
#include "daemon/store/queries/run_view.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

namespace test {

class Engine {
 public:
  explicit Engine(base::Path launcher = std::filesystem::read_symlink("/proc/self/exe")) {
    settings_.state = {std::filesystem::temp_directory_path() / ("engine_" + base::random_hex(6))};
    settings_.launcher = std::move(launcher);
    settings_.user = "tester";
    start();
  }
  ~Engine() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(settings_.state.root, ignored);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  serve::Engine& operator*() { return *engine_; }
  serve::Engine* operator->() { return engine_.get(); }
  const protocol::StateDir& state() const { return settings_.state; }

  /// As the daemon does when it starts.
  void start() {
    loop_ = std::make_unique<Loop>();
    engine_ = std::make_unique<serve::Engine>(*loop_, settings_);
    REQUIRE(engine_->open());
    REQUIRE(engine_->runs->resume());
  }
  /// As a daemon that is killed: nothing is finished.
  void stop() {
    if (!engine_) return;
    engine_->stop_threads();
    loop_->drop_handlers();
    engine_.reset();
    loop_.reset();
  }

  /// What the task returns; the loop runs until then.
  template <class T>
  T await(async::Task<T> task) {
    std::optional<T> answer;
    auto run = [&]() -> async::Task<void> { answer = co_await std::move(task); };
    boost::asio::co_spawn(*loop_, run(), async::or_end_daemon);
    const auto guard = boost::asio::make_work_guard(*loop_);
    loop_->restart();
    while (!answer) loop_->run_one();
    return std::move(*answer);
  }

  /// Submits a script without a source directory to `target`; its name says what the launcher does.
  runs::SourceResult<runs::Submitted> submit(const std::string& script, const std::string& target = "local",
                                             std::string submission_id = "") {
    runs::Submission submission;
    submission.created.submission_id = submission_id.empty() ? base::random_hex(8) : std::move(submission_id);
    submission.run.experiment = "e";
    submission.run.script = script;
    submission.run.target = target;
    return await(engine_->submitter->submit(submission));
  }

  store::RunHead head(const std::string& id) {
    auto found =
        await(engine_->readers.read([id](store::Database& database) { return store::find_run(database, id); }));
    REQUIRE(found);
    return *found;
  }
  /// Runs the loop until the run has come to the state.
  void until(const std::string& id, protocol::RunState state) {
    runs::Listener listener(engine_->hub, id, store::kStateChanged);
    while (head(id).state != state) await(listener.wait(runs::Listener::Clock::time_point::max()));
  }
  /// Runs the loop until it holds; asks after each change.
  template <class Condition>
  void until(Condition holds) {
    runs::Listener listener(engine_->hub, "", ~0u);
    while (!holds()) await(listener.wait(runs::Listener::Clock::now() + std::chrono::milliseconds(20)));
  }
  /// The run as the API shows it.
  nlohmann::json shown(const std::string& id) {
    const store::RunKey key = head(id).key;
    const store::Place place{settings_.state, ""};
    auto run = await(
        engine_->readers.read([&](store::Database& database) { return store::run_view(database, place, key, true); }));
    REQUIRE(run);
    return to_json(*run);
  }

 private:
  struct Loop : boost::asio::io_context {
    void drop_handlers() { shutdown(); }
  };
  state::Settings settings_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<serve::Engine> engine_;
};

}  // namespace test
