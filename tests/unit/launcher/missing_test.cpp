// SPDX-License-Identifier: Apache-2.0
#include "launcher/missing.h"

#include <stdlib.h>

#include <fstream>

#include "tests/support/catch.h"

namespace fs = std::filesystem;

namespace {

struct Project {
  Project() {
    std::string name = fs::temp_directory_path() / "missing-test-XXXXXX";
    root = ::mkdtemp(name.data());
    attempt = launcher::attempt_at(root / "runs/r1");
    attempt.spec.source.directory = root / "source";
    attempt.spec.script = "scripts/train.py";
    fs::create_directories(attempt.dir.work());
  }
  ~Project() { fs::remove_all(root); }
  void original(const std::string& path) const { write(root / "source" / path); }
  void captured(const std::string& path) const {
    original(path);
    write(attempt.dir.work() / path);
  }
  /// Whether an error is answered with where that file of the source is.
  bool names(const std::string& path, const char* type, const std::string& message,
             const std::string& traceback = "") const {
    const auto hint = launcher::missing_hint(attempt, {type, message, traceback});
    return hint.starts_with(". " + (root / "source" / path).string() + " exists, but was not captured");
  }
  base::Path root;
  launcher::Attempt attempt;

 private:
  static void write(const base::Path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "1";
  }
};

}  // namespace

TEST_CASE("a file is named when it lies beside the source and was not captured", "[missing]") {
  const Project project;
  project.original("data/train.csv");
  project.captured("both");
  const auto hint = launcher::missing_file_hint(project.attempt, "data/train.csv");
  CHECK(hint.find((project.root / "source/data/train.csv").string()) != std::string::npos);
  CHECK(hint.find("--link data") != std::string::npos);
  CHECK(launcher::missing_file_hint(project.attempt, project.attempt.dir.work() / "data/train.csv") == hint);
  CHECK(launcher::missing_file_hint(project.attempt, "./data/train.csv") == hint);
  CHECK(launcher::missing_file_hint(project.attempt, "../source/data/train.csv") == hint);
  for (const char* other : {"both", "nowhere", "../nowhere", "/etc/passwd", "", "."})
    CHECK(launcher::missing_file_hint(project.attempt, other).empty());
}

TEST_CASE("a file outside of the source is named, with the way to have it", "[missing]") {
  const Project project;
  project.original("../shared/lib.py");
  const auto hint = launcher::missing_hint(
      project.attempt, {"FileNotFoundError", "[Errno 2] No such file or directory: '../shared/lib.py'", ""});
  CHECK(hint.starts_with(". " + (project.root / "shared/lib.py").string() +
                         " exists, but lies outside of the source folder"));
}

TEST_CASE("an error names the missing file in the words of each library", "[missing]") {
  const Project project;
  project.original("data/my train.csv");
  project.original("data/x.csv");
  CHECK(project.names("data/my train.csv", "FileNotFoundError",
                      "[Errno 2] No such file or directory: 'data/my train.csv'"));
  CHECK(project.names("data/my train.csv", "FileNotFoundError", "data/my train.csv not found."));
  CHECK(project.names("data/x.csv", "OSError", "data/x.csv does not exist"));
  CHECK(project.names("data/x.csv", "FileNotFoundError", "can't open 'data/x.csv'"));
  CHECK(project.names("data/x.csv", "pyarrow.lib.OSError",
                      "name = 'data/x.csv', error message = 'No such file or directory'"));
  CHECK(project.names("data", "FileNotFoundError", "[Errno 2] No such file or directory: 'data'"));
  CHECK(project.names("data/x.csv", "RuntimeError", "cannot train",
                      "Traceback (most recent call last):\n  File\nFileNotFoundError: [Errno 2] No such file or "
                      "directory: 'data/x.csv'\n\n"
                      "The above exception was ...\nRuntimeError: cannot train\n"));
  CHECK_FALSE(project.names("data", "KeyError", "'data'"));
  CHECK_FALSE(project.names("data", "FileNotFoundError", "no data for 2020"));
}

TEST_CASE("an error names the missing module, at the top, in src and beside the script", "[missing]") {
  const Project project;
  project.original("shared/lib.py");
  project.original("src/deep/part/__init__.py");
  project.original("scripts/beside.py");
  project.captured("scripts/half/__init__.py");
  project.original("scripts/half/other.py");
  CHECK(project.names("shared", "ModuleNotFoundError", "No module named 'shared'"));
  CHECK(project.names("shared/lib.py", "ModuleNotFoundError", "No module named 'shared.lib'"));
  CHECK(project.names("src/deep/part/__init__.py", "ModuleNotFoundError", "No module named 'deep.part'"));
  CHECK(project.names("scripts/beside.py", "ModuleNotFoundError", "No module named 'beside'"));
  CHECK(project.names("scripts/half/other.py", "ImportError",
                      "cannot import name 'other' from 'half' (/work/half/__init__.py)"));
  CHECK_FALSE(project.names("", "ModuleNotFoundError", "No module named 'pandas'"));
  CHECK(launcher::missing_hint(project.attempt, {"ModuleNotFoundError", "No module named 'half'", ""}).empty());
}
