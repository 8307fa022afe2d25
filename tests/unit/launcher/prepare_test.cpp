// SPDX-License-Identifier: Apache-2.0
#include "launcher/prepare.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/archive_writer.h"
#include "base/lock.h"
#include "tests/support/attempt.h"
#include "tests/support/processes.h"

namespace fs = std::filesystem;
using launcher::Prepared;
using support::text_of;

namespace {

struct Unprepared : support::AttemptFolder {
  Unprepared() {
    fs::remove(attempt.dir.work());
    run({"/bin/true"});
    make("source");
    attempt.spec.source.directory = (path / "source").string();
  }

  protocol::StateDir state() const { return {path}; }
  /// The snapshot has these files: name and text.
  void capture(const std::vector<std::pair<std::string, std::string>>& files) {
    attempt.spec.snapshot = "s1";
    fs::create_directories(state().snapshot("s1").root);
    auto archive = base::ArchiveWriter::open(state().snapshot("s1").archive());
    REQUIRE(archive);
    for (const auto& [name, text] : files) {
      REQUIRE(archive->add_file(name, 0644, text.size()));
      REQUIRE(archive->write(text));
    }
    REQUIRE(archive->finish());
  }
  launcher::Preparing start() const {
    auto facts = launcher::FactWriter::open(attempt);
    REQUIRE(facts);
    auto preparing = launcher::start_preparing(attempt, *facts);
    REQUIRE(preparing);
    return std::move(*preparing);
  }
  static Prepared outcome_of(const launcher::Preparing& preparing) {
    support::await_end(preparing.pidfd);
    siginfo_t ended{};
    REQUIRE(::waitid(P_PIDFD, static_cast<id_t>(preparing.pidfd.get()), &ended, WEXITED) == 0);
    return launcher::outcome_of(preparing);
  }
  Prepared prepare() const { return outcome_of(start()); }
  std::vector<std::string> stages() const {
    std::vector<std::string> names;
    for (const auto& fact : facts<protocol::Preparing>()) names.push_back(fact.stage);
    return names;
  }
  base::Path work(const std::string& name = "") const { return attempt.dir.work() / name; }
};

using Stages = std::vector<std::string>;

Prepared outcome_of_report(const char* text) {
  auto report = launcher::ReportSlot::make();
  REQUIRE(report);
  if (text) REQUIRE(report->put(text));
  return launcher::outcome_of({base::Fd(), std::move(*report)});
}

}  // namespace

TEST_CASE("a run without a source starts in a folder with room for its outputs", "[launcher][prepare]") {
  const Unprepared run;
  const Prepared prepared = run.prepare();
  CHECK(prepared.error.empty());
  CHECK(prepared.stage == "start");
  CHECK(prepared.interpreter.empty());
  CHECK(prepared.environment.empty());
  CHECK_FALSE(prepared.mounts);
  CHECK(fs::is_directory(run.work("outputs")));
  CHECK(fs::is_directory(run.work("logs")));
  CHECK(fs::is_directory(run.attempt.dir.blobs()));
  CHECK(base::exists(run.attempt.dir.shared_metrics()));
  CHECK(run.stages() == Stages{"unpack", "interpreter"});
}

TEST_CASE("the snapshot is unpacked, and old outputs in it are not the run's", "[launcher][prepare]") {
  Unprepared run;
  run.capture({{"train.py", "code"}, {"outputs/old", "of an earlier run"}, {"deep/a", "1"}});
  const Prepared prepared = run.prepare();
  CHECK(prepared.error.empty());
  CHECK(text_of(run.work("train.py")) == "code");
  CHECK(text_of(run.work("deep/a")) == "1");
  CHECK(fs::is_empty(run.work("outputs")));
  CHECK(text_of(run.attempt.dir.env_log()).starts_with("unpacked 3 files, "));
}

TEST_CASE("a snapshot that is missing or damaged is an error of its stage", "[launcher][prepare]") {
  Unprepared run;
  run.attempt.spec.snapshot = "gone";
  Prepared prepared = run.prepare();
  CHECK(prepared.stage == "unpack");
  CHECK(prepared.error.starts_with("cannot unpack the snapshot: "));
  run.capture({{"a", std::string(1000, 'x')}});
  const std::string bytes = text_of(run.state().snapshot("s1").archive());
  REQUIRE(base::replace_file(run.state().snapshot("s1").archive(), bytes.substr(0, bytes.size() / 2)));
  prepared = run.prepare();
  CHECK(prepared.stage == "unpack");
  CHECK(prepared.error.starts_with("cannot unpack the snapshot: "));
  CHECK(text_of(run.attempt.dir.env_log()).find(prepared.error) != std::string::npos);
}

TEST_CASE("folders that a run is given as links replace what was captured of them", "[launcher][prepare]") {
  Unprepared run;
  run.write("source/data/a", "original");
  run.write("source/deep/data/b", "original");
  run.capture({{"data/a", "captured"}, {"train.py", ""}});
  run.attempt.spec.source.links = {"data", "deep/data"};
  CHECK(run.prepare().error.empty());
  CHECK(fs::read_symlink(run.work("data")) == run / "source/data");
  CHECK(text_of(run.work("data/a")) == "original");
  CHECK(text_of(run.work("deep/data/b")) == "original");
  CHECK(base::exists(run.work("train.py")));
}

TEST_CASE("no link is made outside of the working directory", "[launcher][prepare]") {
  for (const std::string name : {"..", "a/../../x", "/x", "", "."}) {
    CAPTURE(name);
    Unprepared run;
    run.attempt.spec.source.links = {name};
    const Prepared prepared = run.prepare();
    CHECK(prepared.stage == "unpack");
    CHECK(prepared.error == "cannot link '" + name + "': not a folder inside the source");
  }
}

TEST_CASE("no link is made through a link of the snapshot", "[launcher][prepare]") {
  Unprepared run;
  run.write("source/victim/data/a", "kept");
  run.attempt.spec.source.links = {"victim", "victim/data"};
  CHECK(run.prepare().error == "cannot link 'victim/data': its folder in the working directory is a link itself");
  CHECK(text_of(run / "source/victim/data/a") == "kept");
}

TEST_CASE("a run in place keeps its folder as it is, with room for its outputs", "[launcher][prepare]") {
  Unprepared run;
  run.attempt.spec.source.in_place = true;
  run.write("source/outputs/old", "kept");
  CHECK(run.prepare().error.empty());
  CHECK(text_of(run / "source/outputs/old") == "kept");
  CHECK(fs::is_directory(run / "source/logs"));
  CHECK_FALSE(base::exists(run.attempt.dir.work()));
}

TEST_CASE("a run in place needs its source folder", "[launcher][prepare]") {
  Unprepared run;
  run.attempt.spec.source.in_place = true;
  fs::remove(run / "source");
  const Prepared prepared = run.prepare();
  CHECK(prepared.stage == "unpack");
  CHECK(prepared.error == "cannot run in place: the source folder " + (run / "source").string() + " does not exist");
  CHECK_FALSE(base::exists(run / "source"));
}

TEST_CASE("warnings of the client are warnings of the run", "[launcher][prepare]") {
  Unprepared run;
  run.attempt.spec.warnings = {"a sentence"};
  run.prepare();
  CHECK(run.warnings() == "a sentence\n");
}

TEST_CASE("an interpreter that is none is an error with advice", "[launcher][prepare]") {
  Unprepared run;
  run.attempt.spec.interpreter = "/nonexistent/python";
  const Prepared missing = run.prepare();
  CHECK(missing.stage == "interpreter");
  CHECK(missing.error ==
        "cannot use the interpreter /nonexistent/python: it does not exist. Name another Python: interpreter_path, or "
        "--python in a shell");
  run.write("tool", "#!/bin/sh\necho hello");
  fs::permissions(run / "tool", fs::perms(0755));
  run.attempt.spec.interpreter = (run / "tool").string();
  CHECK(run.prepare().error.starts_with("cannot use the interpreter " + (run / "tool").string() +
                                        ": it is not Python. Name another"));
}

TEST_CASE("inputs are made, and an error of one ends the preparation", "[launcher][prepare]") {
  Unprepared run;
  run.write("data/a", "12345");
  run.attempt.spec.inputs = {
      protocol::Input{"train", protocol::InputMode::kDownload, (run / "data").string(), {}, false, ""}};
  CHECK(run.prepare().error.empty());
  CHECK(text_of(run.attempt.dir.input("train") / "a") == "12345");
  CHECK(text_of(run.attempt.dir.env_log()).find("copied 1 files of inputs, 5 bytes\n") != std::string::npos);
  CHECK(run.stages() == Stages{"unpack", "interpreter", "inputs"});
  run.attempt.spec.inputs[0].source = (run / "gone").string();
  const Prepared prepared = run.prepare();
  CHECK(prepared.stage == "inputs");
  CHECK(prepared.error.starts_with("cannot copy the input 'train': "));
}

TEST_CASE("a preparation that is killed says where it was", "[launcher][prepare]") {
  Unprepared run;
  run.attempt.spec.snapshot = "s1";
  fs::create_directories(run.state().snapshot("s1").root);
  const base::Path archive = run.state().snapshot("s1").archive();
  REQUIRE(::mkfifo(archive.c_str(), 0600) == 0);
  const base::Fd writer(::open(archive.c_str(), O_RDWR | O_CLOEXEC));  // reading it goes on for as long as this is open
  const auto preparing = run.start();
  CHECK(support::becomes_true([&] { return !run.stages().empty(); }));
  REQUIRE(base::signal_process(preparing.pidfd, SIGKILL));
  const Prepared prepared = Unprepared::outcome_of(preparing);
  CHECK(prepared.stage == "unpack");
  CHECK(prepared.error == "cannot prepare the run: the process that prepares it was killed");
}

TEST_CASE("a preparation without a report, or with a damaged one, was killed before it began", "[launcher][prepare]") {
  for (const char* report : {static_cast<const char*>(nullptr), "", "[]", R"({"stage":"unp)"}) {
    const Prepared prepared = outcome_of_report(report);
    CHECK(prepared.stage == "launch");
    CHECK(prepared.error == "cannot prepare the run: the process that prepares it was killed");
  }
}

TEST_CASE("the last report of a preparation is its outcome", "[launcher][prepare]") {
  const Prepared prepared = outcome_of_report(
      R"({"stage":"start","error":"","environment":"d1","mounts":true,"interpreter":{"base64":"L/8="}})");
  CHECK(prepared.error.empty());
  CHECK(prepared.stage == "start");
  CHECK(prepared.environment == "d1");
  CHECK(prepared.mounts);
  CHECK(prepared.interpreter == "/\xff");
}

TEST_CASE("a half-done build is dropped; whole ones and builds that go on stay", "[launcher][prepare]") {
  Unprepared run;
  const std::string half(64, 'a'), whole(64, 'b'), building(64, 'c');
  for (const auto& digest : {half, whole, building}) fs::create_directories(run.state().environment(digest).prefix());
  REQUIRE(base::replace_file(run.state().environment(whole).description(), "{}"));
  const auto lock = base::lock_file(run.state().environment(building).lock());
  REQUIRE(lock);
  launcher::drop_half_built(run.attempt);
  CHECK(base::exists(run.state().environment(half).root));  // a run without an environment built none
  run.attempt.spec.managed.emplace();
  launcher::drop_half_built(run.attempt);
  CHECK_FALSE(base::exists(run.state().environment(half).root));
  CHECK(base::exists(run.state().environment(whole).root));
  CHECK(base::exists(run.state().environment(building).root));
}
