// SPDX-License-Identifier: Apache-2.0
#include "launcher/process_tree.h"

#include "tests/support/folder.h"
#include "tests/support/processes.h"

using launcher::ProcessTree;
using support::becomes_true;
using support::in_child;
using support::is_alive;
using support::Script;

namespace {

base::SpawnOptions in_new_session() {
  base::SpawnOptions options;
  options.new_session = true;
  return options;
}

base::ProcessStat stat_of(pid_t pid) {
  const auto stat = base::process_stat(pid);
  REQUIRE(stat);
  return *stat;
}

/// A process that binds itself to its parent, and says so. It ends by itself after a while.
[[noreturn]] void stay_bound(pid_t parent, const base::Fd& says) {
  ::alarm(static_cast<unsigned>(support::kPatience.count()));
  const pid_t self = launcher::die_with(parent) ? ::getpid() : 0;
  (void)base::write_all(says, {reinterpret_cast<const char*>(&self), sizeof self});
  for (;;) ::pause();
}

}  // namespace

TEST_CASE("an orphan becomes a child of the subreaper", "[launcher][process_tree]") {
  in_child([] {
    const Script script("read x <&3 & echo $!");
    const pid_t orphan = script.line_with_pid();
    script.await_end();
    CHECK_IN_CHILD(stat_of(orphan).parent == ::getpid());
  });
}

TEST_CASE("the status of the main child is kept, and the last child ends the tree", "[launcher][process_tree]") {
  in_child([] {
    Script helper("read x <&3"), program("read x <&3; exit 3");
    ProcessTree tree;
    tree.set_main(program.pid());
    CHECK_IN_CHILD(tree.reap());
    CHECK_IN_CHILD(!tree.main_status());
    program.release();
    program.await_end();
    CHECK_IN_CHILD(tree.reap());
    CHECK_IN_CHILD(tree.main_status() == 3 << 8);
    helper.release();
    helper.await_end();
    CHECK_IN_CHILD(!tree.reap());
    CHECK_IN_CHILD(tree.main_status() == 3 << 8);
  });
}

TEST_CASE("emptying a tree ends orphans, other sessions, and processes that ignore signals",
          "[launcher][process_tree]") {
  in_child([] {
    const Script script(
        "trap '' TERM HUP INT; setsid sh -c 'read x <&3' & echo $!; (read x <&3 & echo $!); read x <&3");
    const pid_t own_session = script.line_with_pid(), orphan = script.line_with_pid();
    ProcessTree tree;
    CHECK_IN_CHILD(tree.empty({}).empty());
    for (const pid_t pid : {script.pid(), own_session, orphan}) CHECK_IN_CHILD(!base::process_stat(pid));
    CHECK_IN_CHILD(!tree.reap());
  });
}

TEST_CASE("emptying a tree without children does nothing", "[launcher][process_tree]") {
  in_child([] { CHECK_IN_CHILD(ProcessTree().empty({}).empty()); });
}

TEST_CASE("what is left when patience is over is named", "[launcher][process_tree]") {
  in_child([] {
    const Script script("read x <&3");
    const auto left = ProcessTree().empty({}, std::chrono::seconds(0));
    CHECK_IN_CHILD(left.size() == 1 && left[0].starts_with("pid " + std::to_string(script.pid()) + " (sh, state "));
  });
}

TEST_CASE("the main child's group is asked to end, and no other", "[launcher][process_tree]") {
  in_child([] {
    Script program(
        "read x <&3 & echo $!; setsid sh -c 'trap \"echo asked\" TERM; echo; read x <&3; echo done' & read x <&3",
        in_new_session());
    const pid_t member = program.line_with_pid();
    program.line();
    ProcessTree tree;
    tree.set_main(program.pid());
    tree.ask_to_end();
    CHECK_IN_CHILD(program.await_end() == SIGTERM);
    CHECK_IN_CHILD(becomes_true([&] { return !is_alive(member); }));
    program.release();
    CHECK_IN_CHILD(program.line() == "done");
  });
}

TEST_CASE("a group whose main child was reaped is not asked: the number may be another's", "[launcher][process_tree]") {
  in_child([] {
    Script program("(trap 'echo asked' TERM; echo; read x <&3; echo done) &", in_new_session());
    program.line();
    program.await_end();
    ProcessTree tree;
    tree.set_main(program.pid());
    CHECK_IN_CHILD(tree.reap());
    tree.ask_to_end();
    program.release();
    CHECK_IN_CHILD(program.line() == "done");
  });
}

TEST_CASE("a tree without a main child asks no group to end", "[launcher][process_tree]") {
  in_child([] {
    Script program("trap 'echo asked' TERM; echo; read x <&3; echo done");
    program.line();
    ProcessTree().ask_to_end();
    program.release();
    CHECK_IN_CHILD(program.line() == "done");
  });
}

TEST_CASE("every descendant can be asked to end, wherever it has gone", "[launcher][process_tree]") {
  in_child([] {
    const Script script("setsid sh -c 'read x <&3' & (read x <&3 &); trap 'exit 7' TERM; echo; while :; do wait; done");
    script.line();
    ProcessTree tree;
    tree.set_main(script.pid());
    tree.ask_all_to_end();
    CHECK_IN_CHILD(becomes_true([&] { return !tree.reap(); }));
    CHECK_IN_CHILD(tree.main_status() == 7 << 8);
  });
}

TEST_CASE("living descendants have names, whatever bytes they hold", "[launcher][process_tree]") {
  const support::Folder folder;
  base::SpawnOptions odd;
  odd.argv = {(folder / "a) \xff b").string()};
  std::filesystem::create_symlink("/bin/sh", odd.argv[0]);
  in_child([&] {
    const Script named("read x <&3", odd), ended("exit 0");
    ended.await_end();
    const auto names = launcher::names_of_descendants();
    CHECK_IN_CHILD(names.size() == 1);
    CHECK_IN_CHILD(names.contains(named.pid()));
    CHECK_IN_CHILD(
        names.begin()->second.starts_with("pid " + std::to_string(named.pid()) + " (a) \xEF\xBF\xBD b, state "));
  });
}

TEST_CASE("a dead process is not named", "[launcher][process_tree]") {
  const Script script("read x <&3"), ended("exit 0");
  ended.await_end();
  const auto names = launcher::names_of({stat_of(ended.pid()), stat_of(script.pid())});
  REQUIRE(names.size() == 1);
  CHECK(names[0].starts_with("pid " + std::to_string(script.pid()) + " (sh, state "));
}

TEST_CASE("a process that got the number of another is not killed", "[launcher][process_tree]") {
  Script script("read x <&3; exit 5"), marked("read x <&3");
  base::ProcessStat stranger = stat_of(script.pid());
  ++stranger.start_time;
  launcher::kill_each({stranger, stat_of(marked.pid())});
  CHECK(marked.await_end() == SIGKILL);
  script.release();
  CHECK(script.await_end() == 5 << 8);
}

TEST_CASE("a process is killed when the parent dies that it is bound to", "[launcher][process_tree]") {
  in_child([] {
    const auto [reads, says] = support::make_pipe();
    const pid_t parent = ::fork();
    if (parent == 0) {
      const pid_t self = ::getpid();
      if (::fork() == 0) stay_bound(self, says);
      for (;;) ::pause();
    }
    pid_t bound = 0;
    CHECK_IN_CHILD(::read(reads.get(), &bound, sizeof bound) == sizeof bound && bound > 0);
    ::kill(parent, SIGKILL);
    int status = 0;
    CHECK_IN_CHILD(::waitpid(parent, nullptr, 0) == parent);
    CHECK_IN_CHILD(::waitpid(bound, &status, 0) == bound && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  });
}

TEST_CASE("a process cannot be bound to a parent that is gone", "[launcher][process_tree]") {
  in_child([] {
    const auto bound = launcher::die_with(::getpid());  // which is not its parent
    CHECK_IN_CHILD(!bound && bound.error().code == std::errc::no_such_process);
  });
}
