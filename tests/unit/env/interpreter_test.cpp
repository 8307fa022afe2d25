// SPDX-License-Identifier: Apache-2.0
#include "env/interpreter.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "base/spawn.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;

namespace {

const base::Path kPython = "/usr/bin/python3";

struct Folder {
  Folder() {
    std::string name = fs::temp_directory_path() / "env-test-XXXXXX";
    root = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(root); }
  base::Path file(const std::string& name, const std::string& text, mode_t mode) const {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << text;
    ::chmod((root / name).c_str(), mode);
    return root / name;
  }
  /// A program that passes itself on to the real interpreter and counts its starts in the file `starts`.
  base::Path counting_python() const {
    return file("counting/python",
                "#!/bin/sh\necho x >> " + (root / "starts").string() + "\nexec " + kPython.string() + " \"$@\"\n",
                0755);
  }
  std::size_t starts() const { return base::read_file(root / "starts").value().size() / 2; }
  base::Path root;
};

env::ProbeOptions context(const base::Path& cache = {}) {
  env::ProbeOptions context;
  context.cache = cache;
  context.environment = {"PATH=/usr/bin:/bin"};
  context.timeout_ms = 20'000;
  return context;
}

std::string refusal(const base::Path& path) {
  const auto found = env::describe(path, context());
  return found ? "" : found.error().message;
}

std::string start_of(const base::Path& path) { return "cannot use the interpreter " + path.string() + ": "; }

}  // namespace

TEST_CASE("an interpreter says its version, prefix and packages") {
  const Folder folder;
  base::SpawnOptions make;
  make.argv = {kPython, "-m", "venv", "--without-pip", folder.root / "venv"};
  make.environment = {"PATH=/usr/bin:/bin"};
  const auto made = base::run_to_end(make, 60'000);
  REQUIRE(made);
  REQUIRE(made->code == 0);
  base::Path site;
  for (const auto& entry : fs::recursive_directory_iterator(folder.root / "venv/lib"))
    if (entry.path().filename() == "site-packages") site = entry.path();
  folder.file((fs::relative(site, folder.root) / "some_thing-1.5.dist-info/METADATA").string(),
              "Metadata-Version: 2.1\nName: Some-Thing\nVersion: 1.5\n\nName: no\n", 0644);
  const auto found = env::describe(folder.root / "venv", context());
  REQUIRE(found);
  CHECK(found->path == folder.root / "venv/bin/python");
  CHECK(found->implementation == "cpython");
  CHECK(found->version.starts_with("3."));
  CHECK(found->prefix == folder.root / "venv");
  CHECK(found->base_prefix == "/usr");
  CHECK(found->packages == std::map<std::string, std::string>{{"Some-Thing", "1.5"}});
  CHECK(found->warnings.empty());
}

TEST_CASE("an unchanged interpreter is started once, a changed one again") {
  const Folder folder;
  const auto python = folder.counting_python();
  const auto cache = folder.root / "cache";
  const auto first = env::describe(python, context(cache));
  REQUIRE(first);
  REQUIRE(folder.starts() == 1);
  const auto begin = std::chrono::steady_clock::now();
  const auto second = env::describe(python, context(cache));
  const auto took = std::chrono::steady_clock::now() - begin;
  REQUIRE(second);
  CHECK(folder.starts() == 1);
  CHECK(took < std::chrono::milliseconds(200));  // the budget is 2 ms; sanitizers and a shared machine are slower
  CHECK(second->version == first->version);
  CHECK(second->packages == first->packages);
  fs::last_write_time(python, fs::last_write_time(python) + std::chrono::seconds(5));
  REQUIRE(env::describe(python, context(cache)));
  CHECK(folder.starts() == 2);
}

TEST_CASE("a damaged cache entry is made again") {
  const Folder folder;
  const auto python = folder.counting_python();
  REQUIRE(env::describe(python, context(folder.root / "cache")));
  for (const auto& entry : fs::directory_iterator(folder.root / "cache"))
    std::ofstream(entry.path()) << "{\"version\":1";
  REQUIRE(env::describe(python, context(folder.root / "cache")));
  CHECK(folder.starts() == 2);
}

TEST_CASE("what is not a usable interpreter is refused in words") {
  const Folder folder;
  const auto nothing = folder.root / "python";
  CHECK(refusal(nothing) == start_of(nothing) + "it does not exist");
  const auto plain = folder.file("plain/python", "print(1)\n", 0644);
  CHECK(refusal(plain) == start_of(plain) + "it is not executable");
  const auto tool = folder.file("tool", "#!/bin/sh\nexit 2\n", 0755);
  CHECK(refusal(tool) == start_of(tool) + "it is not Python");
  const auto silent = folder.file("silent/python", "#!/bin/sh\nexit 0\n", 0755);
  CHECK(refusal(silent) == start_of(silent) + "it is not Python");
  const auto bytes = folder.file("bytes/python", "\x01\x02\x03", 0755);
  CHECK(refusal(bytes) == start_of(bytes) + "it is not Python (the system cannot execute it)");
  const auto broken = folder.file("broken/python", "#!/bin/sh\necho one\necho no encodings >&2\nexit 1\n", 0755);
  CHECK(refusal(broken) == start_of(broken) + "it died at start (exited with status 1): no encodings");
  const auto crash = folder.file("crash/python", "#!/bin/sh\nkill -SEGV $$\n", 0755);
  CHECK(refusal(crash) == start_of(crash) + "it died at start (killed by SIGSEGV)");
  fs::create_symlink("/nowhere/python", folder.root / "dangling");
  CHECK(refusal(folder.root / "dangling") ==
        start_of(folder.root / "dangling") + "it is a link to a file that does not exist");
  folder.file("venv/pyvenv.cfg", "home = /nowhere\n", 0644);
  fs::create_directories(folder.root / "venv/bin");
  fs::create_symlink("/nowhere/python", folder.root / "venv/bin/python");
  CHECK(refusal(folder.root / "venv").find("made with is gone") != std::string::npos);
  std::string foreign(
      "\x7f"
      "ELF\x02\x01\x01",
      7);
  foreign.resize(64);
  foreign[16] = 2;
  foreign[18] = '\xf3';  // RISC-V
  const auto elsewhere = folder.file("elsewhere", foreign, 0755);
  CHECK(refusal(elsewhere).find("it was built for machines of another kind than this ") != std::string::npos);
  fs::create_directories(folder.root / "empty");
  CHECK(refusal(folder.root / "empty").find("a folder without bin/python") != std::string::npos);
  CHECK(refusal("python3").find("not an absolute path") != std::string::npos);
}

TEST_CASE("an interpreter that hangs is given up") {
  const Folder folder;
  const auto python = folder.file("python", "#!/bin/sh\nexec sleep 1000\n", 0755);
  auto quick = context();
  quick.timeout_ms = 100;
  const auto found = env::describe(python, quick);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == std::errc::timed_out);
}

TEST_CASE("Python 2 and other implementations are refused, an old Python 3 is warned about") {
  const Folder folder;
  const auto fake = [&](const std::string& name, const std::string& version, const std::string& implementation) {
    return folder.file(name + "/python",
                       "#!/bin/sh\necho\necho '@runyard-interpreter {\"version\":\"" + version +
                           "\",\"implementation\":\"" + implementation + "\"}'\n",
                       0755);
  };
  const auto two = fake("two", "2.7.18", "cpython");
  CHECK(refusal(two) == start_of(two) + "it is Python 2.7.18; Python 3.7 or later is needed");
  const auto old = env::describe(fake("old", "3.6.15", "cpython"), context());
  REQUIRE(old);
  REQUIRE(old->warnings.size() == 1);
  CHECK(old->warnings[0].find("older than 3.7") != std::string::npos);
  const auto other = fake("other", "3.10.1", "pypy");
  CHECK(refusal(other) == start_of(other) + "it is pypy 3.10.1; CPython 3.7 or later is needed");
}

TEST_CASE("a shim is resolved to the interpreter that it starts") {
  const Folder folder;
  const auto shim = folder.file("shims/python", "#!/bin/sh\nexec " + kPython.string() + " \"$@\"\n", 0755);
  const auto found = env::describe(shim, context());
  REQUIRE(found);
  CHECK(found->path == kPython);
}

TEST_CASE("what an interpreter prints at its start does not hide its answer") {
  const Folder folder;
  std::string output;
  auto listening = context();
  listening.output = &output;
  const auto noisy =
      folder.file("python", "#!/bin/sh\necho welcome\n" + kPython.string() + " \"$@\"\necho bye\n", 0755);
  REQUIRE(env::describe(noisy, listening));
  CHECK(output == "welcome\n");
}
