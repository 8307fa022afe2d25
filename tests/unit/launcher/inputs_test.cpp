// SPDX-License-Identifier: Apache-2.0
#include "launcher/inputs.h"

#include <sys/stat.h>

#include "tests/support/attempt.h"

namespace fs = std::filesystem;
using protocol::Input;
using protocol::InputMode;
using support::text_of;
using Files = std::vector<std::string>;

namespace {

struct Inputs : support::AttemptFolder {
  explicit Inputs(const std::string& state = "") : AttemptFolder(state) { make("data"); }

  /// Adds an input of the folder `data`. The names are input0, input1 and so on.
  Input& add(InputMode mode, std::optional<Files> files = {}, const std::string& place = "") {
    const std::string name = "input" + std::to_string(attempt.spec.inputs.size());
    attempt.spec.inputs.push_back({name, mode, data(), std::move(files), false, place});
    return attempt.spec.inputs.back();
  }
  std::string data() const { return (path / "data").string(); }
  launcher::MadeInputs made() const {
    auto made = launcher::make_inputs(attempt);
    REQUIRE(made);
    return std::move(*made);
  }
  std::string refused() const {
    const auto made = launcher::make_inputs(attempt);
    REQUIRE_FALSE(made);
    return made.error().message;
  }
  base::Path path_of(const Input& input) const { return launcher::path_of_input(attempt, input); }
  base::Path work() const { return attempt.dir.work(); }
};

}  // namespace

TEST_CASE("a downloaded folder is a copy that the run may change", "[launcher][inputs]") {
  Inputs run;
  run.write("data/deep/a.csv", "1,2");
  run.write("data/\xff", "odd");
  run.write("data/empty", "");
  fs::permissions(run / "data/empty", fs::perms(0400));
  const Input& input = run.add(InputMode::kDownload);
  const auto made = run.made();
  CHECK(made.files == 3);
  CHECK(made.bytes == 6);
  CHECK(made.warnings.empty());
  CHECK(run.path_of(input) == run.attempt.dir.input("input0"));
  CHECK(text_of(run.path_of(input) / "deep/a.csv") == "1,2");
  CHECK(text_of(run.path_of(input) / "\xff") == "odd");
  CHECK((fs::status(run.path_of(input) / "empty").permissions() & fs::perms::owner_write) != fs::perms::none);
  REQUIRE(base::replace_file(run.path_of(input) / "deep/a.csv", "changed"));
  CHECK(text_of(run / "data/deep/a.csv") == "1,2");
  CHECK_FALSE(launcher::needs_mounts(run.attempt));
  CHECK(launcher::input_mounts(run.attempt).empty());
}

TEST_CASE("listed files alone are downloaded, and a single one is the input itself", "[launcher][inputs]") {
  Inputs run;
  run.write("data/deep/a.csv", "1,2");
  run.write("data/b.csv", "3");
  Input& input = run.add(InputMode::kDownload, Files{"deep/a.csv"});
  CHECK(run.path_of(input) == run.attempt.dir.input("input0"));
  input.single = true;
  CHECK(run.made().files == 1);
  CHECK(text_of(run.path_of(input)) == "1,2");
  CHECK_FALSE(base::exists(run.attempt.dir.input("input0") / "b.csv"));
}

TEST_CASE("a download follows links to files, and names links to folders that it did not follow",
          "[launcher][inputs]") {
  Inputs run;
  run.write("other/a", "linked");
  fs::create_symlink("../other/a", run / "data/file");
  fs::create_directory_symlink("../other", run / "data/folder");
  const Input& input = run.add(InputMode::kDownload);
  const auto made = run.made();
  CHECK(text_of(run.path_of(input) / "file") == "linked");
  CHECK_FALSE(fs::is_symlink(run.path_of(input) / "file"));
  CHECK_FALSE(base::exists(run.path_of(input) / "folder"));
  CHECK(made.warnings == std::vector<std::string>{"not copied for the input 'input0': " +
                                                  (run / "data/folder").string() + " is a link to a folder"});
}

TEST_CASE("a download that cannot be made names the input and the file", "[launcher][inputs]") {
  Inputs run;
  SECTION("a listed file is missing") {
    run.add(InputMode::kDownload, Files{"gone"});
    CHECK(run.refused() == "cannot copy the input 'input0': cannot copy '" + run.data() + "/gone': cannot open '" +
                               run.data() + "/gone': no such file or directory");
  }
  SECTION("a file is none, and nothing waits for it") {
    REQUIRE(::mkfifo((run / "data/fifo").c_str(), 0600) == 0);
    run.add(InputMode::kDownload);
    CHECK(run.refused() ==
          "cannot copy the input 'input0': cannot copy '" + run.data() + "/fifo': it is not a regular file");
  }
  SECTION("the folder is missing") {
    run.add(InputMode::kDownload).source = (run / "gone").string();
    CHECK(run.refused() ==
          "cannot copy the input 'input0': cannot use '" + (run / "gone").string() + "': no such file or directory");
  }
  SECTION("the folder is a file") {
    run.write("file", "");
    run.add(InputMode::kDownload).source = (run / "file").string();
    CHECK(run.refused() == "cannot copy the input 'input0': '" + (run / "file").string() + "' is not a folder");
  }
}

TEST_CASE("a download of a folder that holds the state directory leaves that out", "[launcher][inputs]") {
  Inputs run("data/state");
  run.write("data/a", "1");
  const Input& input = run.add(InputMode::kDownload);
  CHECK(run.made().files == 1);
  CHECK(text_of(run.path_of(input) / "a") == "1");
  CHECK_FALSE(base::exists(run.path_of(input) / "state"));
}

TEST_CASE("a download of the runs ends: it does not copy what it makes", "[launcher][inputs]") {
  Inputs run;
  run.write("runs/r0/artifacts/a", "1");
  Input& input = run.add(InputMode::kDownload);
  input.source = (run / "runs").string();
  run.made();
  CHECK(text_of(run.path_of(input) / "r0/artifacts/a") == "1");
  CHECK_FALSE(base::exists(run.path_of(input) / "r1/attempt-1/inputs/files/input0"));
}

TEST_CASE("a mounted folder is seen below the originals, and leads there without a mount too", "[launcher][inputs]") {
  Inputs run;
  run.write("data/a", "1");
  const Input& input = run.add(InputMode::kMount);
  CHECK(run.made().files == 0);
  const base::Path real = fs::canonical(run / "data");
  CHECK(run.path_of(input) == run.attempt.dir.originals() / real.relative_path());
  CHECK(text_of(run.path_of(input) / "a") == "1");
  const auto mounts = launcher::input_mounts(run.attempt);
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0].from == "/");
  CHECK(mounts[0].to == run.attempt.dir.originals());
  CHECK(mounts[0].read_only);
  CHECK_FALSE(launcher::needs_mounts(run.attempt));
  CHECK(launcher::names_of_mounted(run.attempt) == "input0");
}

TEST_CASE("mounted files are links to the originals", "[launcher][inputs]") {
  Inputs run;
  run.write("data/deep/a", "1");
  run.write("data/b", "2");
  const Input& input = run.add(InputMode::kMount, Files{"deep/a", "b"});
  run.made();
  CHECK(text_of(run.path_of(input) / "deep/a") == "1");
  CHECK(fs::read_symlink(run.path_of(input) / "b").native().starts_with(run.attempt.dir.originals().native()));
  run.attempt.spec.inputs[0].files = Files{"gone"};
  CHECK(run.refused() ==
        "cannot mount the input 'input0': cannot use '" + run.data() + "/gone': no such file or directory");
}

TEST_CASE("several inputs are made, and those that are mounted are named", "[launcher][inputs]") {
  Inputs run;
  run.write("data/a", "1");
  run.add(InputMode::kMount);
  run.add(InputMode::kDownload);
  run.add(InputMode::kMount, Files{"a"});
  run.made();
  for (const auto& input : run.attempt.spec.inputs) CHECK(text_of(run.path_of(input) / "a") == "1");
  CHECK(launcher::names_of_mounted(run.attempt) == "input0, input2");
}

TEST_CASE("an input at a place of the working directory is a link, or a copy", "[launcher][inputs]") {
  Inputs run;
  run.write("data/a", "1");
  const Input link = run.add(InputMode::kLink, {}, "deep/link"), copy = run.add(InputMode::kDownload, {}, "copy");
  run.made();
  CHECK(run.path_of(link) == run.work() / "deep/link");
  CHECK(fs::read_symlink(run.work() / "deep/link") == run.data());
  CHECK(text_of(run.work() / "copy/a") == "1");
  CHECK_FALSE(fs::is_symlink(run.work() / "copy"));
  CHECK_FALSE(launcher::needs_mounts(run.attempt));
}

TEST_CASE("a linked file may be an input, and one that is missing is no folder nor file", "[launcher][inputs]") {
  Inputs run;
  run.write("data/a", "1");
  Input& input = run.add(InputMode::kLink, {}, "place");
  input.source = run.data() + "/a";
  run.made();
  CHECK(text_of(run.work() / "place") == "1");
  input.source = run.data() + "/gone";
  CHECK(run.refused() ==
        "cannot link the input 'input0': cannot use '" + run.data() + "/gone': no such file or directory");
}

TEST_CASE("an empty folder of the snapshot makes way for a link, and others are covered by a mount",
          "[launcher][inputs]") {
  Inputs run;
  fs::create_directory(run.work() / "place");
  run.add(InputMode::kLink, {}, "place");
  run.made();
  CHECK(fs::is_symlink(run.work() / "place"));
  fs::remove(run.work() / "place");
  const base::Path captured = run.put("place/captured");
  CHECK(launcher::needs_mounts(run.attempt));
  run.made();
  CHECK(base::exists(captured));
  const auto mounts = launcher::input_mounts(run.attempt);
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0].from == run.data());
  CHECK(mounts[0].to == run.work() / "place");
}

TEST_CASE("no input is put through a link of the snapshot, or over a file", "[launcher][inputs]") {
  Inputs run;
  run.make("victim");
  run.write("data/a", "1");
  SECTION("a link on the way") {
    fs::create_directory_symlink(run / "victim", run.work() / "way");
    run.add(InputMode::kDownload, {}, "way/place");
    CHECK(run.refused() == "cannot copy the input 'input0': '" + (run.work() / "way").string() +
                               "' is there already, and is not a folder");
  }
  SECTION("a link in the place") {
    fs::create_directory(run.work() / "place");
    fs::create_symlink(run / "victim/file", run.work() / "place/a");
    run.add(InputMode::kDownload, {}, "place");
    CHECK(run.refused() == "cannot copy the input 'input0': '" + (run.work() / "place/a").string() +
                               "' is there already, and is a link");
  }
  SECTION("a file on the way") {
    run.put("way");
    run.add(InputMode::kLink, {}, "way/place");
    CHECK(run.refused() == "cannot link the input 'input0': '" + (run.work() / "way").string() +
                               "' is there already, and is not a folder");
  }
  CHECK(fs::is_empty(run / "victim"));
}

TEST_CASE("a run in place has no room for an input in its folder", "[launcher][inputs]") {
  Inputs run;
  run.attempt.spec.source = {run.data(), true, {}};
  run.add(InputMode::kDownload, {}, "place");
  CHECK(run.refused() == "cannot copy the input 'input0': a run in place has no folder of its own to hold 'place'");
}

TEST_CASE("a place of the machine is made, or empty, or the source itself", "[launcher][inputs]") {
  Inputs run;
  run.write("data/a", "1");
  const std::string place = (run / "mnt/place").string();
  const Input& input = run.add(InputMode::kDownload, {}, place);
  run.made();
  CHECK(fs::is_directory(place));
  CHECK(run.path_of(input) == place);
  CHECK(launcher::needs_mounts(run.attempt));
  const auto mounts = launcher::input_mounts(run.attempt);
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0].from == run.attempt.dir.input("input0"));
  CHECK(mounts[0].to == fs::canonical(place));

  fs::remove_all(run.attempt.dir.inputs());
  run.made();  // the place is there already, and is empty
  run.write("mnt/place/file", "another program's");
  CHECK(run.refused() == "cannot copy the input 'input0': the folder '" + place + "' is not empty");
  fs::remove_all(place);
  run.write("mnt/place", "");
  CHECK(run.refused() == "cannot copy the input 'input0': '" + place + "' is not a folder");
  run.attempt.spec.inputs = {Input{"own", InputMode::kMount, run.data(), {}, false, run.data()}};
  run.made();
}

TEST_CASE("the root of the file system is no input", "[launcher][inputs]") {
  Inputs run;
  run.add(InputMode::kMount).source = "/";
  CHECK(run.refused() == "cannot mount the input 'input0': the root of the file system is no input");
}

TEST_CASE("inputs are dropped into the trash, and may be gone already", "[launcher][inputs]") {
  Inputs run;
  run.write("data/a", "1");
  run.add(InputMode::kDownload);
  run.add(InputMode::kMount);
  run.made();
  launcher::drop_inputs(run.attempt);
  CHECK_FALSE(base::exists(run.attempt.dir.inputs()));
  CHECK(std::distance(fs::directory_iterator(run / "trash"), {}) == 1);
  CHECK(text_of(run / "data/a") == "1");
  launcher::drop_inputs(run.attempt);
  CHECK(std::distance(fs::directory_iterator(run / "trash"), {}) == 1);
}
