// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/services.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>

#include "base/digest.h"
#include "tests/support/unix_host.h"

using namespace std::chrono_literals;
using base::Result;
using services::Record;
using services::RunLook;
using services::Version;

namespace {

/// Runs that are entries of a map, and programs that listen in this process.
class FakeRunner : public services::Runner {
 public:
  explicit FakeRunner(runs::Hub& hub) : hub_(hub) {}

  std::map<std::string, std::string> ended;  ///< run to reason
  std::map<std::string, std::unique_ptr<test::UnixHost>> hosts;
  std::vector<std::string> started_runs, stopped_runs;
  std::set<std::string> saved, forgotten;
  std::string refusal;                                          ///< of the next start
  std::function<bool(int)> listens = [](int) { return true; };  ///< whether the program of a start does

  void end(const std::string& run, const std::string& why) {
    hosts.erase(run);
    ended[run] = why;
    hub_.publish({{++changes_, {run, store::kStateChanged}}});
  }

  services::Task<runs::SourceResult<std::string>> start(const Record& record, const Version& version) override {
    if (!refusal.empty()) co_return base::error(std::exchange(refusal, ""));
    const std::string run = (record.address == "churn" ? "" : record.address) + "v" + std::to_string(version.number) +
                            "-" + std::to_string(version.starts);
    started_runs.push_back(run);
    if (listens(static_cast<int>(started_runs.size())))
      hosts[run] = std::make_unique<test::UnixHost>(version.socket,
                                                    [run](const std::string&) { return test::http_answer(200, run); });
    co_return run;
  }
  services::Task<Result<std::optional<std::string>>> started(const Record&, const Version& version) override {
    co_return version.run.empty() ? std::nullopt : std::optional(version.run);
  }
  services::Task<Result<RunLook>> look(std::string run) override {
    co_return RunLook{ended.contains(run), ended.contains(run) ? ended[run] : ""};
  }
  services::Task<Result<void>> stop(std::string run) override {
    stopped_runs.push_back(run);
    end(run, "stopped");
    co_return Result<void>();
  }
  services::Task<Result<void>> save(const Record& record) override {
    saved.insert(record.id);
    co_return Result<void>();
  }
  services::Task<Result<std::string>> make_socket_place(const Record& record, const Version& version) override {
    co_return "/tmp/" + record.id + "-" + std::to_string(version.number) + "-" + std::to_string(version.starts);
  }
  services::Task<Result<void>> forget(const Record& record) override {
    forgotten.insert(record.id);
    for (const auto& [number, version] : record.versions)
      for (int i = 0; i <= version.starts; ++i)
        (void)::unlink(("/tmp/" + record.id + "-" + std::to_string(number) + "-" + std::to_string(i)).c_str());
    co_return Result<void>();
  }

 private:
  runs::Hub& hub_;
  std::int64_t changes_ = 0;
};

constexpr services::Pace kQuick{.first_probe = 1ms,
                                .longest_probe = 5ms,
                                .watch = 20ms,
                                .answer = 5s,
                                .first_pause = 1ms,
                                .longest_pause = 4ms,
                                .forgiven = 10min,
                                .drain = 5s};

struct Kept {
  boost::asio::io_context loop;
  runs::Hub hub{loop};
  FakeRunner* runner = nullptr;
  services::Services all;

  explicit Kept(services::Pace pace = kQuick) : all(loop, hub, make_runner(), pace) {}
  ~Kept() {
    for (const auto& service : all.all(std::nullopt)) {
      CHECK(await(all.remove(service)));
      until([&] { return runner->forgotten.contains(service->record().id); });
    }
    await_void(all.leave());
  }
  std::unique_ptr<services::Runner> make_runner() {
    auto made = std::make_unique<FakeRunner>(hub);
    runner = made.get();
    return made;
  }
  template <class T>
  T await(async::Task<T> task) {
    std::optional<T> answer;
    auto run = [&]() -> async::Task<void> { answer = co_await std::move(task); };
    boost::asio::co_spawn(loop, run(), async::or_end_daemon);
    until([&] { return answer.has_value(); });
    return std::move(*answer);
  }
  void await_void(async::Task<void> task) {
    bool done = false;
    auto run = [&]() -> async::Task<void> {
      co_await std::move(task);
      done = true;
    };
    boost::asio::co_spawn(loop, run(), async::or_end_daemon);
    until([&] { return done; });
  }
  void until(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!holds()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      loop.restart();
      loop.run_one_for(5ms);
    }
  }
  services::NewService asked(const std::string& name = "churn") {
    auto service =
        services::service_from_json({{"name", name}, {"submit", {{"kind", "command"}, {"command", {"python"}}}}});
    REQUIRE(service);
    return *service;
  }
  services::ServicePtr deploy(const std::string& name = "churn") {
    auto made = await(all.create(asked(name)));
    REQUIRE(made);
    return *made;
  }
  void until_state(const services::ServicePtr& service, services::State state) {
    until([&] { return service->state() == state; });
  }
  static services::Change new_version() {
    services::Change change;
    change.models = nlohmann::json::array();
    return change;
  }
};

}  // namespace

TEST_CASE("a service is healthy once its program answers", "[services]") {
  Kept f;
  const auto service = f.deploy();
  CHECK(service->state() == services::State::kTransitioning);
  CHECK_FALSE(service->backend());
  f.until_state(service, services::State::kHealthy);
  CHECK(service->backend());
  CHECK(service->record().versions.at(1).answered);
  CHECK(f.runner->started_runs == std::vector<std::string>{"v1-1"});
  CHECK(f.all.at("churn") == service);
}

TEST_CASE("a program that ends before it answers fails the service, with the reason", "[services]") {
  Kept f;
  f.runner->listens = [](int) { return false; };
  const auto service = f.deploy();
  f.runner->end("v1-1", "exit status 1");
  f.until_state(service, services::State::kFailed);
  CHECK(service->reason() == "version 1 ended before it answered: exit status 1");
  CHECK(service->word_for(service->record().versions.at(1)) == "Failed");
  CHECK(f.runner->started_runs.size() == 1);
  f.runner->listens = [](int) { return true; };
  REQUIRE(f.await(f.all.change(service, Kept::new_version())));
  f.until_state(service, services::State::kHealthy);
  CHECK(service->reason().empty());
}

TEST_CASE("a program that dies is started again, after growing pauses", "[services]") {
  Kept f;
  const auto service = f.deploy();
  f.until_state(service, services::State::kHealthy);
  for (int i = 1; i <= 3; ++i) {
    f.runner->end("v1-" + std::to_string(i), "killed by signal 9");
    f.until([&] { return f.runner->hosts.contains("v1-" + std::to_string(i + 1)); });
    f.until_state(service, services::State::kHealthy);
  }
  CHECK(f.runner->stopped_runs.empty());
}

TEST_CASE("a dead service says why and when it starts again", "[services]") {
  services::Pace pace = kQuick;
  pace.first_pause = 2'000ms;
  Kept f(pace);
  const auto service = f.deploy();
  f.until_state(service, services::State::kHealthy);
  f.runner->end("v1-1", "killed by signal 9");
  f.until_state(service, services::State::kUnhealthy);
  CHECK(service->reason() == "killed by signal 9; it starts again 2 s later");
  CHECK_FALSE(service->backend());
}

TEST_CASE("a new version takes over when it answers, the old one ends after its last request", "[services]") {
  Kept f;
  const auto service = f.deploy();
  f.until_state(service, services::State::kHealthy);
  const auto old = service->backend();
  old->begin_request();
  REQUIRE(f.await(f.all.change(service, Kept::new_version())));
  CHECK(service->state() == services::State::kTransitioning);
  CHECK(service->backend() == old);
  f.until_state(service, services::State::kHealthy);
  CHECK(service->backend() != old);
  CHECK(service->record().current == 2);
  for (int i = 0; i < 20; ++i) f.loop.run_one_for(1ms);
  CHECK(f.runner->stopped_runs.empty());
  old->end_request();
  f.until([&] { return f.runner->stopped_runs == std::vector<std::string>{"v1-1"}; });
  services::Change back;
  back.version = 1;
  REQUIRE(f.await(f.all.change(service, back)));
  f.until([&] { return f.runner->started_runs.back() == "v1-2"; });
  f.until_state(service, services::State::kHealthy);
  CHECK(service->word_for(service->record().versions.at(2)) == "Stopped");
}

TEST_CASE("a new version that fails leaves the old one answering", "[services]") {
  Kept f;
  const auto service = f.deploy();
  f.until_state(service, services::State::kHealthy);
  const auto old = service->backend();
  f.runner->listens = [](int) { return false; };
  REQUIRE(f.await(f.all.change(service, Kept::new_version())));
  f.runner->end("v2-1", "init() raised");
  f.until_state(service, services::State::kFailed);
  CHECK(service->reason() == "version 2 ended before it answered: init() raised; version 1 is kept");
  CHECK(service->backend() == old);
  CHECK(f.runner->stopped_runs.empty());
}

TEST_CASE("a start that is refused leaves no service and no version", "[services]") {
  Kept f;
  f.runner->refusal = "there is no such folder";
  const auto refused = f.await(f.all.create(f.asked()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "there is no such folder");
  CHECK(f.all.all(std::nullopt).empty());
  const auto service = f.deploy();
  f.until_state(service, services::State::kHealthy);
  f.runner->refusal = "there is no such folder";
  CHECK_FALSE(f.await(f.all.change(service, Kept::new_version())));
  CHECK(service->record().versions.size() == 1);
  CHECK(service->state() == services::State::kHealthy);
}

TEST_CASE("a name is taken once in a workspace, and an address once in all", "[services]") {
  Kept f;
  f.deploy();
  const auto twice = f.await(f.all.create(f.asked()));
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == std::errc::file_exists);
  auto elsewhere = f.asked();
  elsewhere.workspace.name = "lab";
  const auto other = f.await(f.all.create(elsewhere));
  REQUIRE(other);
  CHECK((*other)->record().address == "churn@lab");
  CHECK(f.all.all(elsewhere.workspace).size() == 1);
  auto again = f.asked();
  again.overwrite = true;
  const auto replaced = f.await(f.all.create(again));
  REQUIRE(replaced);
  CHECK((*replaced)->record().versions.size() == 2);
}

TEST_CASE("a removed service is not found, and its program is asked to stop", "[services]") {
  Kept f;
  const auto service = f.deploy();
  f.until_state(service, services::State::kHealthy);
  REQUIRE(f.await(f.all.remove(service)));
  CHECK_FALSE(f.all.at("churn"));
  CHECK_FALSE(f.all.find({}, "churn"));
  f.until([&] { return f.runner->forgotten.contains(service->record().id); });
  CHECK(f.runner->stopped_runs == std::vector<std::string>{"v1-1"});
}

TEST_CASE("the next daemon goes on with the runs that live", "[services]") {
  const protocol::StateDir state{std::filesystem::temp_directory_path() / ("services_" + base::random_hex(6))};
  Record record;
  record.id = base::random_hex(4);
  record.name = record.address = "churn";
  record.current = 2;
  const auto socket = [&](int number) { return "/tmp/" + record.id + "-" + std::to_string(number) + "-1"; };
  for (int number : {1, 2})
    record.versions[number] = {.number = number,
                               .submit = nlohmann::json::object(),
                               .starts = 1,
                               .run = "v" + std::to_string(number) + "-1",
                               .socket = socket(number),
                               .answered = number == 1};
  record.versions[3] = {.number = 3, .submit = nlohmann::json::object()};  // its client never heard of it
  REQUIRE(services::write_record(state, record));
  Kept f;
  test::UnixHost old(socket(1), [](const std::string&) { return test::http_answer(200, "old"); });
  f.all.resume(state);
  const auto service = f.all.at("churn");
  REQUIRE(service);
  f.until([&] { return service->backend() != nullptr; });
  CHECK(service->state() == services::State::kTransitioning);
  CHECK(service->record().versions.size() == 2);
  test::UnixHost next(socket(2), [](const std::string&) { return test::http_answer(200, "next"); });
  f.until_state(service, services::State::kHealthy);
  CHECK(f.runner->started_runs.empty());
  f.until([&] { return f.runner->stopped_runs == std::vector<std::string>{"v1-1"}; });
  std::filesystem::remove_all(state.root);
}
