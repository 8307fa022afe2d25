// SPDX-License-Identifier: Apache-2.0
#include "cli/submit_body.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/digest.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using cli::Invocation;
using cli::SubmitOptions;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// A folder that goes with the test.
struct SourceFolder {
  fs::path path = fs::canonical(fs::temp_directory_path()) / ("runyard submit 数据 " + base::random_hex(4));
  SourceFolder() { fs::create_directories(path); }
  ~SourceFolder() { fs::remove_all(path); }
  void file(const std::string& name) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << "x";
  }
};

Invocation in(const fs::path& directory) {
  Invocation here;
  here.directory = directory;
  here.environment = {"PATH=/usr/bin", "EMPTY=", "RAW=\xFF", "A=1", "A=2", "odd"};
  here.umask = 027;
  here.limits["nofile"] = {1024, -1};
  here.sdk_path = "/opt/sdk";
  return here;
}

SubmitOptions script(const std::string& name) {
  SubmitOptions options;
  options.words = {name};
  return options;
}

std::string why_not(const SubmitOptions& options, const Invocation& here) {
  const auto body = cli::submit_body(options, here, "/usr/bin/python3");
  REQUIRE_FALSE(body);
  return body.error().message;
}

}  // namespace

TEST_CASE("a script is sent with all that a run inherits", "[cli][submit]") {
  const SourceFolder folder;
  folder.file("train.py");
  SubmitOptions options = script("train.py");
  options.words.insert(options.words.end(), {"--alpha", "", "\xFF"});
  options.environment = {"OMP_NUM_THREADS=2", "URL=a=b"};
  options.tags = {"k=v", "lone"};
  options.grace = 3.5;
  const auto body = cli::submit_body(options, in(folder.path), "/usr/bin/python3");
  REQUIRE(body);
  const json& b = *body;
  CHECK(b["kind"] == "script");
  CHECK(b["script"] == "train.py");
  CHECK(b["arguments"] == json{"--alpha", "", {{"base64", "/w=="}}});
  CHECK(b["interpreter"] == "/usr/bin/python3");
  CHECK(b["environ"] == json{{"PATH", "/usr/bin"}, {"EMPTY", ""}, {"RAW", {{"base64", "/w=="}}}, {"A", "1"}});
  CHECK(b["environment"] == json{{"OMP_NUM_THREADS", "2"}, {"URL", "a=b"}});
  CHECK(b["tags"] == json{{"k", "v"}, {"lone", ""}});
  CHECK(b["umask"] == 027);
  CHECK(b["limits"] == json{{"nofile", {1024, -1}}});
  CHECK(b["grace_seconds"] == 3.5);
  CHECK_FALSE(b.contains("max_seconds"));
  CHECK_FALSE(b.contains("workspace"));
  CHECK(b["sdk_path"] == "/opt/sdk");
  struct stat st {};
  REQUIRE(::stat(folder.path.c_str(), &st) == 0);
  CHECK(b["source"]["directory"] == folder.path.string());
  CHECK(b["source"]["device"] == st.st_dev);
  CHECK(b["source"]["inode"] == st.st_ino);
  CHECK(b["submission_id"].get<std::string>().size() == 32);
  CHECK((*cli::submit_body(options, in(folder.path), ""))["submission_id"] != b["submission_id"]);
}

TEST_CASE("a command is sent as its words, with an interpreter only when one is named", "[cli][submit]") {
  const SourceFolder folder;
  SubmitOptions options;
  options.words = {"Rscript", "fit.R", "two words"};
  options.is_command = true;
  options.workspace = "lab";
  const auto body = cli::submit_body(options, in(folder.path), "");
  REQUIRE(body);
  CHECK((*body)["kind"] == "command");
  CHECK((*body)["command"] == json{"Rscript", "fit.R", "two words"});
  CHECK_FALSE(body->contains("script"));
  CHECK_FALSE(body->contains("interpreter"));
  CHECK((*body)["workspace"]["name"] == "lab");
}

TEST_CASE("a script is found from the source folder or from where one stands", "[cli][submit]") {
  const SourceFolder folder;
  folder.file("scripts/train.py");
  CHECK(*cli::script_in(folder.path, "scripts/train.py", folder.path) == "scripts/train.py");
  CHECK(*cli::script_in(folder.path, "train.py", folder.path / "scripts") == "scripts/train.py");
  CHECK(*cli::script_in(folder.path, (folder.path / "scripts/train.py").string(), "/") == "scripts/train.py");
  CHECK(*cli::script_in(folder.path, "./scripts/../scripts/train.py", "/") == "scripts/train.py");
}

TEST_CASE("a script that cannot be run is refused with where it was looked for", "[cli][submit]") {
  const SourceFolder folder, other;
  other.file("train.py");
  fs::create_directories(folder.path / "package");
  CHECK(why_not(script("none.py"), in(folder.path)).find("there is no such file in '" + folder.path.string()) !=
        std::string::npos);
  CHECK(cli::submit_body(script("package"), in(folder.path), ""));  // the daemon refuses it
  CHECK(why_not(script((other.path / "train.py").string()), in(folder.path)).find("outside the source folder") !=
        std::string::npos);
  CHECK(why_not({}, in(folder.path)).find("name a script") != std::string::npos);
}

TEST_CASE("a source folder that is none is refused", "[cli][submit]") {
  const SourceFolder folder;
  folder.file("train.py");
  SubmitOptions options = script("train.py");
  options.source = "missing";
  CHECK(why_not(options, in(folder.path)).find("there is none") != std::string::npos);
  options.source = "train.py";
  CHECK(why_not(options, in(folder.path)).find("it is not a folder") != std::string::npos);
}

TEST_CASE("wrong pairs, names and times are refused by name", "[cli][submit]") {
  const SourceFolder folder;
  folder.file("train.py");
  folder.file("data/x");
  const auto refused = [&](auto change, const std::string& part) {
    SubmitOptions options = script("train.py");
    change(options);
    CAPTURE(part);
    CHECK(why_not(options, in(folder.path)).find(part) != std::string::npos);
  };
  refused([](SubmitOptions& o) { o.environment = {"FOO"}; }, "'FOO' as -e");
  refused([](SubmitOptions& o) { o.environment = {"=1"}; }, "'=1' as -e");
  refused([](SubmitOptions& o) { o.tags = {"=x"}; }, "--tag");
  refused([](SubmitOptions& o) { o.tags = {"a=\xFF"}; }, "not UTF-8");
  refused([](SubmitOptions& o) { o.experiment = "a/b"; }, "'/'");
  refused([](SubmitOptions& o) { o.id = "a b"; }, "allowed are letters");
  refused([](SubmitOptions& o) { o.grace = -1; }, "--grace");
  refused([](SubmitOptions& o) { o.max_time = 1e12; }, "--max-time");
  SubmitOptions good = script("train.py");
  good.links = {"data/", (folder.path / "data").string()};
  CHECK((*cli::submit_body(good, in(folder.path), ""))["source"]["links"] == json{"data/", "data"});
}

TEST_CASE("an experiment without a name takes the folder's, made plain", "[cli][submit]") {
  CHECK(cli::experiment_of("/home/me/ridge") == "ridge");
  CHECK(cli::experiment_of("/home/me/my project (2)") == "my-project-2");
  CHECK(cli::experiment_of("/x/数据 项目") == "数据-项目");
  CHECK_FALSE(cli::experiment_of("/x/\xFF\n").empty());
  CHECK(cli::experiment_of("/") == "default");
  CHECK(cli::experiment_of("/x/" + std::string(255, ' ')) == "default");
}

TEST_CASE("the invocation is that of this process", "[cli][submit]") {
  const mode_t before = ::umask(031);
  const Invocation here = cli::current_invocation();
  CHECK(here.umask == 031);
  CHECK(::umask(before) == 031);
  CHECK(here.limits.at("nofile").first > 0);
  CHECK(here.directory == fs::current_path());
}
