// SPDX-License-Identifier: Apache-2.0
#include "launcher/collect.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "tests/support/attempt.h"

namespace fs = std::filesystem;
using protocol::Collected;
using protocol::Skipped;
using support::text_of;

namespace {

struct Outputs : support::AttemptFolder {
  void collect(double started = 0) const {
    auto facts = launcher::FactWriter::open(attempt);
    REQUIRE(facts);
    launcher::collect_outputs(attempt, *facts, started);
  }
  /// The work of a run in place is the source folder itself.
  void run_in_place() {
    make("source");
    attempt.spec.source = {path / "source", true, {}};
  }
  base::Path link(const std::string& name, const base::Path& target) const {
    base::Path made = put(name);
    fs::remove(made);
    fs::create_symlink(target, made);
    return made;
  }
  std::string kept(const std::string& name) const { return text_of(attempt.run.artifacts() / name); }
  bool keeps(const std::string& name) const { return base::exists(attempt.run.artifacts() / name); }
  std::vector<std::string> collected() const {
    std::vector<std::string> names;
    for (const auto& fact : facts<Collected>()) names.push_back(fact.name);
    std::sort(names.begin(), names.end());
    return names;
  }
  /// Why a file was skipped; empty: it was not.
  std::string why(const std::string& name) const {
    std::string all;
    for (const auto& fact : facts<Skipped>())
      if (fact.name == name) all += fact.why;
    return all;
  }
};

using Names = std::vector<std::string>;

mode_t mode_of(const base::Path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("a folder of MLflow that appears is a warning", "[launcher][collect]") {
  const Outputs run;
  run.put("mlruns/0/meta.yaml");
  const double began = base::to_seconds(base::now()) + 10;
  run.collect(began);
  CHECK(run.facts<protocol::Warning>().empty());
  const auto later = fs::file_time_type::clock::now() + std::chrono::seconds(20);
  fs::last_write_time(run.attempt.work() / "mlruns/0", later);
  run.collect(began);
  const auto warnings = run.facts<protocol::Warning>();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].sentence.starts_with("MLflow was used: "));
}

TEST_CASE("files of outputs and logs move into the record under their names", "[launcher][collect]") {
  const Outputs run;
  const base::Path model = run.put("outputs/deep/modèle 1.pkl", "model");
  run.put("outputs/empty");
  run.put("logs/a.txt", "log");
  run.put("other/b.txt", "no output");
  fs::permissions(model, fs::perms(0755));
  run.collect();
  CHECK(run.collected() == Names{"logs/a.txt", "outputs/deep/modèle 1.pkl", "outputs/empty"});
  CHECK(run.kept("outputs/deep/modèle 1.pkl") == "model");
  CHECK(run.keeps("outputs/empty"));
  CHECK(mode_of(run.attempt.run.artifacts() / "outputs/deep/modèle 1.pkl") == 0600);
  CHECK_FALSE(base::exists(model));
  CHECK(base::exists(run.attempt.dir.work() / "other/b.txt"));
  CHECK(run.facts<Skipped>().empty());
}

TEST_CASE("a fact says where a file is, how long, and when it changed at the latest", "[launcher][collect]") {
  const Outputs run;
  const double before = base::to_seconds(base::now());
  run.put("outputs/a", "12345");
  run.collect();
  const auto facts = run.facts<Collected>();
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].path == "artifacts/outputs/a");
  CHECK(facts[0].size == 5);
  CHECK(facts[0].changed >= before);
  CHECK(facts[0].changed < base::to_seconds(base::now()) + 1);
}

TEST_CASE("a run without outputs has none", "[launcher][collect]") {
  const Outputs run;
  run.collect();
  fs::create_directories(run.attempt.dir.work() / "outputs/empty");
  run.collect();
  CHECK(text_of(run.attempt.dir.launcher_facts()).empty());
  CHECK_FALSE(base::exists(run.attempt.run.artifacts()));
}

TEST_CASE("names that no artifact can have are skipped, and the others are kept", "[launcher][collect]") {
  const Outputs run;
  const base::Path odd = run.put("outputs/\xff"), line = run.put("outputs/a\nb");
  run.put("outputs/\xfe/inside");
  run.put("outputs/good");
  run.collect();
  CHECK(run.collected() == Names{"outputs/good"});
  CHECK(base::exists(odd));
  CHECK(base::exists(line));
  CHECK(run.facts<Skipped>().size() == 3);
  CHECK_FALSE(run.why("outputs/a\nb").empty());
}

TEST_CASE("what is no regular file is skipped without waiting for it", "[launcher][collect]") {
  const Outputs run;
  const base::Path fifo = run.put("outputs/fifo");
  fs::remove(fifo);
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  run.link("outputs/to-fifo", fifo);
  run.link("outputs/to-device", "/dev/zero");
  run.link("outputs/to-kernel", "/proc/self/status");
  run.collect();
  CHECK(run.why("outputs/fifo") == "not a regular file");
  for (const char* name : {"outputs/to-fifo", "outputs/to-device", "outputs/to-kernel"})
    CHECK(run.why(name) == "a link to something that is not a regular file");
  CHECK(run.collected().empty());
}

TEST_CASE("a link inside the run gives a copy, wherever its file goes", "[launcher][collect]") {
  const Outputs run;
  run.put("outputs/best", "model");
  run.put("data/input", "data");
  run.link("outputs/last", "best");
  run.link("logs/input", "../data/input");
  run.collect();
  CHECK(run.kept("outputs/best") == "model");
  CHECK(run.kept("outputs/last") == "model");
  CHECK(run.kept("logs/input") == "data");
  CHECK_FALSE(fs::is_symlink(run.attempt.run.artifacts() / "outputs/last"));
  CHECK(base::exists(run.attempt.dir.work() / "data/input"));
  CHECK(run.warnings().empty());
}

TEST_CASE("a link out of the run gives a copy and a warning, but never of a private file", "[launcher][collect]") {
  const Outputs run;
  run.write("open", "shared");
  run.write("private", "secret");
  fs::permissions(run / "open", fs::perms(0644));
  run.link("outputs/open", run / "open");
  run.link("outputs/private", run / "private");
  run.collect();
  CHECK(run.kept("outputs/open") == "shared");
  CHECK(text_of(run / "open") == "shared");
  CHECK(run.warnings() ==
        "outputs/open is a link to " + (run / "open").string() + ", outside of the run: the run keeps a copy\n");
  CHECK_FALSE(run.keeps("outputs/private"));
  CHECK(run.why("outputs/private").starts_with("a link to a private file outside of the run, "));
}

TEST_CASE("links that lead to no file are skipped with the reason", "[launcher][collect]") {
  const Outputs run;
  run.link("outputs/dangling", "nowhere");
  run.link("outputs/loop", "loop");
  run.link("outputs/folder", "/tmp");
  run.collect();
  CHECK(run.why("outputs/dangling").starts_with("a link that leads to no file: "));
  CHECK(run.why("outputs/loop").starts_with("a link that leads to no file: "));
  CHECK(run.why("outputs/folder") == "a link to a folder");
  CHECK(run.collected().empty());
}

TEST_CASE("a folder of outputs that is a link itself is not entered", "[launcher][collect]") {
  const Outputs run;
  run.write("elsewhere/file", "not the run's");
  run.link("outputs", run / "elsewhere");
  run.collect();
  CHECK(run.why("outputs").starts_with("cannot open the folder: "));
  CHECK(run.facts<Skipped>().size() == 1);
  CHECK(base::exists(run / "elsewhere/file"));
}

TEST_CASE("a file in place of a folder of outputs is skipped", "[launcher][collect]") {
  const Outputs run;
  run.put("outputs", "a file");
  run.put("logs/a");
  run.collect();
  CHECK(run.why("outputs").starts_with("cannot open the folder: "));
  CHECK(run.collected() == Names{"logs/a"});
}

TEST_CASE("a file with another name is copied: writing through that does not change the record",
          "[launcher][collect]") {
  const Outputs run;
  const base::Path data = run.put("data", "before"), outputs = run.attempt.dir.work() / "outputs";
  fs::create_directory(outputs);
  fs::create_hard_link(data, outputs / "linked");
  run.collect();
  const auto other = base::open_file(data, O_WRONLY);
  REQUIRE(other);
  REQUIRE(base::write_all(*other, "after!"));
  CHECK(run.kept("outputs/linked") == "before");
}

TEST_CASE("a run in place keeps copies of files that changed since it started", "[launcher][collect]") {
  Outputs run;
  run.run_in_place();
  run.write("source/outputs/a", "mine");
  run.collect(base::to_seconds(base::now()) + 3600);
  CHECK(run.collected().empty());
  CHECK(run.facts<Skipped>().empty());
  run.collect(base::to_seconds(base::now()) - 3600);
  CHECK(run.kept("outputs/a") == "mine");
  CHECK(text_of(run / "source/outputs/a") == "mine");
}

TEST_CASE("a file that changes right after the start is one of the run's", "[launcher][collect]") {
  Outputs run;
  run.run_in_place();
  const double started = base::to_seconds(base::now());
  run.write("source/outputs/a", "new");
  run.collect(started);
  CHECK(run.collected() == Names{"outputs/a"});
}

TEST_CASE("a collection that was killed is done again", "[launcher][collect]") {
  const Outputs run;
  run.put("outputs/a", "first");
  run.collect();
  run.put("outputs/b", "second");
  run.put("data", "third");
  run.link("outputs/c", "../data");
  REQUIRE(base::replace_file(run.attempt.dir.collecting(), "half of a copy"));
  run.collect();
  CHECK(run.kept("outputs/a") == "first");
  CHECK(run.kept("outputs/b") == "second");
  CHECK(run.kept("outputs/c") == "third");
  CHECK_FALSE(base::exists(run.attempt.dir.collecting()));
}

TEST_CASE("a file of the record is never replaced", "[launcher][collect]") {
  const Outputs run;
  run.put("outputs/a", "first");
  run.collect();
  const base::Path again = run.put("outputs/a", "second");
  run.collect();
  CHECK(run.kept("outputs/a") == "first");
  CHECK(run.why("outputs/a") == "the record has a file of that name already");
  CHECK(text_of(again) == "second");
}

TEST_CASE("files past the quotas stay in the working directory, and are counted", "[launcher][collect]") {
  Outputs run;
  run.attempt.spec.quotas.output_bytes = 100;
  run.attempt.spec.quotas.output_files = 3;
  const base::Path large = run.put("outputs/large", std::string(101, 'x'));
  run.put("outputs/exact", std::string(100, 'x'));
  run.collect();
  CHECK(run.collected() == Names{"outputs/exact"});
  CHECK(base::exists(large));
  CHECK(run.warnings() ==
        "the outputs are more than a run may keep (100 bytes in 3 files): 1 files stay in the working directory\n");
}

TEST_CASE("the number of files has a quota of its own", "[launcher][collect]") {
  Outputs run;
  run.attempt.spec.quotas.output_files = 3;
  for (const char* name : {"outputs/a", "outputs/b", "outputs/c", "outputs/d", "logs/e"}) run.put(name);
  run.collect();
  CHECK(run.collected().size() == 3);
  CHECK(run.warnings().find(": 2 files stay") != std::string::npos);
}

TEST_CASE("a folder that is too deep is skipped, and what lies above it is kept", "[launcher][collect]") {
  const Outputs run;
  std::string name = "outputs";
  for (int depth = 0; depth < 260; ++depth) name += "/d";
  run.put(name + "/lost");
  run.put("outputs/d/kept");
  run.collect();
  CHECK(run.collected() == Names{"outputs/d/kept"});
  const auto skipped = run.facts<Skipped>();
  REQUIRE(skipped.size() == 1);
  CHECK(skipped[0].why == "its path is too long");
  CHECK(skipped[0].name.size() < 200);
}

TEST_CASE("of many files that are skipped the first are named, and all are counted", "[launcher][collect]") {
  const Outputs run;
  for (int number = 0; number < 130; ++number) run.link("outputs/" + std::to_string(number), "nowhere");
  run.collect();
  CHECK(run.facts<Skipped>().size() == 100);
  CHECK(run.warnings() == "130 files were not collected; only the first are named\n");
}
