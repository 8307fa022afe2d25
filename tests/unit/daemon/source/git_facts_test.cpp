// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/git_facts.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "base/spawn.h"
#include "daemon/source/git_config.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

namespace fs = std::filesystem;
using support::Folder;

namespace {

const std::string kCommit(40, 'a'), kOther(40, 'b');

std::string fact(const source::GitFacts& facts, std::string_view name) {
  const auto found = facts.find(std::string(name));
  return found == facts.end() ? "-" : found->second;
}

void git(const base::Path& folder, std::vector<std::string> arguments) {
  base::SpawnOptions options;
  options.environment = base::current_environment();
  options.argv = {"git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.directory = folder;
  const auto done = base::run_to_end(options, 10'000);
  REQUIRE(done);
  INFO(done->output);
  REQUIRE(done->code == 0);
}

}  // namespace

TEST_CASE("git facts: a real repository, clean and changed, from a folder in it") {
  Folder f;
  f.write("src/a.py", "1");
  git(f.path, {"init", "-q"});
  git(f.path, {"add", "."});
  ::setenv("GIT_COMMITTER_DATE", "2020-03-15T01:00:00+0200", 1);
  git(f.path, {"commit", "-qm", "one"});
  ::unsetenv("GIT_COMMITTER_DATE");
  git(f.path, {"remote", "add", "origin", "https://me:secret@example.org/team/x.git"});
  git(f.path, {"checkout", "-qb", "feature/训练"});
  auto facts = source::git_facts(f / "src");
  CHECK(fact(facts, source::kGitRepository) == "https://example.org/team/x.git");
  CHECK(fact(facts, source::kGitBranch) == "feature/训练");
  CHECK(fact(facts, source::kGitCommit).size() == 40);
  CHECK(fact(facts, source::kGitDirty) == "False");
  CHECK(source::commit_day(f / "src") == "2020-03-14");
  CHECK(source::commit_day("/").empty());

  const std::string commit = fact(facts, source::kGitCommit);
  git(f.path, {"pack-refs", "--all"});
  f.write("src/new.py", "2");
  facts = source::git_facts(f / "src");
  CHECK(fact(facts, source::kGitCommit) == commit);
  CHECK(fact(facts, source::kGitDirty) == "True");

  git(f.path, {"worktree", "add", "-q", (f / "tree").string(), "-b", "other"});
  facts = source::git_facts(f / "tree");
  CHECK(fact(facts, source::kGitBranch) == "other");
  CHECK(fact(facts, source::kGitCommit) == commit);
  CHECK(fact(facts, source::kGitRepository) == "https://example.org/team/x.git");

  git(f.path, {"checkout", "-q", "--detach"});
  facts = source::git_facts(f.path);
  CHECK(fact(facts, source::kGitBranch) == "-");
  CHECK(fact(facts, source::kGitCommit) == commit);
}

TEST_CASE("git facts: programs that a repository names are not run") {
  Folder f;
  f.write("a.txt", "1");
  f.write(".gitattributes", "*.txt filter=evil\n");
  git(f.path, {"init", "-q"});
  git(f.path, {"add", "."});
  git(f.path, {"commit", "-qm", "one"});
  const std::string mark = (f / "ran").string();
  SECTION("a file system monitor") { git(f.path, {"config", "core.fsmonitor", "touch " + mark + "; false"}); }
  SECTION("a filter") { git(f.path, {"config", "filter.evil.clean", "touch " + mark + "; cat"}); }
  SECTION("a filter that shares its line") {
    const std::string config = *base::read_file(f / ".git/config");
    f.write(".git/config", config + "[user][filter \"evil\"]clean = touch " + mark + "\n");
  }
  SECTION("a filter in another file") {
    f.write("evil", "[filter \"evil\"]\nclean = touch " + mark + "\n");
    git(f.path, {"config", "include.path", (f / "evil").string()});
  }
  f.write("a.txt", "2");
  CHECK(fact(source::git_facts(f.path), source::kGitCommit).size() == 40);
  CHECK_FALSE(fs::exists(mark));
}

TEST_CASE("git facts: git is not led to settings that were not looked at") {
  Folder f;
  f.write("a.txt", "1");
  git(f.path, {"init", "-q"});
  git(f.path, {"add", "."});
  git(f.path, {"commit", "-qm", "one"});
  f.write(".gitattributes", "*.txt filter=evil\n");
  const std::string mark = (f / "ran").string();
  const auto good = [&](const std::string& folder) { fs::copy(f / ".git", f / folder, fs::copy_options::recursive); };
  const auto evil = [&](const std::string& folder) {
    good(folder);
    f.write(folder + "/config", "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = " + f.path.string() +
                                    "\n[filter \"evil\"]\nclean = touch " + mark + "\n");
  };
  SECTION("a common folder named by a long file") {
    evil("evil");
    f.write(".git/commondir", "../evil" + std::string(5000, '\n'));
  }
  SECTION("a common folder whose name ends in a blank") {
    evil("evil ");
    good("evil");
    f.write(".git/commondir", "../evil \n");
  }
  SECTION("a common folder whose name has two lines") {
    evil("evil\nx");
    good("evil");
    f.write(".git/commondir", "../evil\nx\n");
  }
  SECTION("an own folder whose name ends in a blank") {
    evil("evil ");
    fs::rename(f / ".git", f / "good");
    fs::rename(f / "evil ", f / "good ");
    f.write(".git", "gitdir: good \n");
  }
  SECTION("a repository that git passes by for the next one") {
    evil(".");
    fs::remove_all(f / ".git/objects");
  }
  f.write("a.txt", "2");
  (void)source::git_facts(f.path);
  CHECK_FALSE(fs::exists(mark));
}

TEST_CASE("git facts: broken and hostile repositories have none, and do no harm") {
  Folder f;
  SECTION("no repository") {}
  SECTION("an empty one") { f.make(".git"); }
  SECTION("HEAD is a FIFO") {
    f.make(".git");
    REQUIRE(::mkfifo((f / ".git/HEAD").c_str(), 0600) == 0);
  }
  SECTION("HEAD is huge") {
    f.write(".git/HEAD", "x");
    fs::resize_file(f / ".git/HEAD", 1ull << 40);
  }
  SECTION("a ref that leads out") {
    f.write("refs/secret", kCommit);
    f.write(".git/HEAD", "ref: refs/../../refs/secret\n");
  }
  SECTION("refs in a circle") {
    f.write(".git/HEAD", "ref: refs/x\n");
    f.write(".git/refs/x", "ref: refs/x\n");
  }
  SECTION("a .git file that names nothing") { f.write(".git", "gitdir: \n"); }
  SECTION("a .git file that names itself") { f.write(".git", "gitdir: .git\n"); }
  SECTION("packed refs are huge") {
    f.write(".git/HEAD", "ref: refs/x\n");
    f.write(".git/packed-refs", "x");
    fs::resize_file(f / ".git/packed-refs", 1ull << 40);
  }
  CHECK(source::git_facts(f.path).empty());
}

TEST_CASE("git facts: refs that git packed, and the remote of the branch") {
  Folder f;
  f.write(".git/HEAD", "ref: refs/heads/main\n");
  f.write(".git/packed-refs", "# pack-refs with: peeled\n" + kOther + " refs/heads/maint\n" + kCommit +
                                  " refs/heads/main\n^" + kOther + "\n");
  f.write(".git/config",
          "[remote \"origin\"]\n\turl = /srv/a\n[remote \"up\"]\n\turl = git@example.org:b.git\n[branch "
          "\"main\"]\n\tremote = up\n");
  const auto facts = source::git_facts(f.path);
  CHECK(fact(facts, source::kGitCommit) == kCommit);
  CHECK(fact(facts, source::kGitRepository) == "git@example.org:b.git");
}

TEST_CASE("git facts: addresses without credentials") {
  CHECK(source::without_credentials("https://me:pw@h/x.git") == "https://h/x.git");
  CHECK(source::without_credentials("https://token@h:8443/x?key=1#f") == "https://h:8443/x");
  CHECK(source::without_credentials("https://me:p@ss@h/x@y") == "https://h/x@y");
  CHECK(source::without_credentials("https://me:p/w@h/x.git") == "https://h/x.git");
  CHECK(source::without_credentials("https://me:p?w#@h/x.git?sig=1") == "https://h/x.git");
  CHECK(source::without_credentials("ssh://git:pw@h:22/x") == "ssh://git@h:22/x");
  CHECK(source::without_credentials("ssh://git@h/x") == "ssh://git@h/x");
  CHECK(source::without_credentials("git@h:team/x.git") == "git@h:team/x.git");
  CHECK(source::without_credentials("/srv/x") == "/srv/x");
  CHECK(source::without_credentials("").empty());
}

TEST_CASE("git facts: config is read as git reads it") {
  const auto config = source::parse_git_config(
      "; c\n[core]\n bare = false\n[Remote \"a\\\"b\"] url = x # y\n[remote \"q\"]\nURL = \"with # hash\" \nurl = "
      "second\n[branch \"m\"]\nremote = q\n[broken\n=\n[x \"y\n");
  CHECK(config.remotes.at("a\"b") == "x");
  CHECK(config.remotes.at("q") == "with # hash");
  CHECK(config.branch_remote.at("m") == "q");
  CHECK_FALSE(config.names_programs);
  CHECK(source::parse_git_config("[Include]\npath=x").names_programs);
}
