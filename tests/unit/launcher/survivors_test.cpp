// SPDX-License-Identifier: Apache-2.0
#include "launcher/survivors.h"

#include <set>

#include "base/digest.h"
#include "tests/support/folder.h"
#include "tests/support/processes.h"

using launcher::ProcessMarks;
using support::Script;
using Pids = std::set<pid_t>;

namespace {

Pids survivors_of(const ProcessMarks& marks) {
  Pids pids;
  for (const auto& stat : launcher::find_survivors(marks)) pids.insert(stat.pid);
  return pids;
}

base::SpawnOptions with_variables(std::vector<std::string> variables) {
  base::SpawnOptions options;
  options.environment = std::move(variables);
  return options;
}

/// In a session of its own, so without a terminal.
base::SpawnOptions in_folder(const base::Path& folder) {
  base::SpawnOptions options;
  options.directory = folder;
  options.new_session = true;
  return options;
}

std::string name_of_pipe(const base::Fd& pipe) {
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(pipe.get()));
}

}  // namespace

TEST_CASE("survivors have the run and the attempt in their environment", "[launcher][survivors]") {
  ProcessMarks marks;
  marks.run_id = "r1";
  marks.nonce = base::random_hex(16);
  const std::string run = "RUNYARD_RUN_ID=r1", attempt = "RUNYARD_ATTEMPT=" + marks.nonce;
  const Script marked("read x <&3", with_variables({"A=1", run, attempt})),
      other_attempt("read x <&3", with_variables({run, attempt + "0"})),
      other_run("read x <&3", with_variables({run + "2", attempt})),
      other_names("read x <&3", with_variables({"MY_" + run, "MY_" + attempt}));
  CHECK(survivors_of(marks) == Pids{marked.pid()});
  marks.nonce.clear();
  CHECK(survivors_of(marks).empty());
}

TEST_CASE("children of survivors are survivors, whatever they have shed", "[launcher][survivors]") {
  ProcessMarks marks;
  marks.run_id = "r1";
  marks.nonce = base::random_hex(16);
  const Script marked("env -i setsid sh -c 'echo $$; read x <&3 & echo $!; read x <&3' & read x <&3",
                      with_variables({"RUNYARD_RUN_ID=r1", "RUNYARD_ATTEMPT=" + marks.nonce}));
  const pid_t child = marked.line_with_pid(), grandchild = marked.line_with_pid();
  CHECK(survivors_of(marks) == Pids{marked.pid(), child, grandchild});
}

TEST_CASE("survivors hold the capture pipe", "[launcher][survivors]") {
  const auto [reads, writes] = support::make_pipe();
  ProcessMarks marks;
  marks.pipe = name_of_pipe(writes);
  base::SpawnOptions options;
  options.descriptors = {{writes.get(), 7}};
  const Script holder("read x <&3", options), other("read x <&3");
  CHECK(survivors_of(marks) == Pids{holder.pid()});
}

TEST_CASE("neither this process nor an ancestor of it is a survivor", "[launcher][survivors]") {
  const auto [reads, writes] = support::make_pipe();
  ProcessMarks marks;
  marks.pipe = name_of_pipe(writes);
  support::in_child([&] { CHECK_IN_CHILD(survivors_of(marks).empty()); });
}

TEST_CASE("survivors are in the session of the child, unless its number is another's", "[launcher][survivors]") {
  base::SpawnOptions options;
  options.new_session = true;
  const Script leader("read x <&3 & echo $!; read x <&3", options), other("read x <&3");
  const pid_t member = leader.line_with_pid();
  ProcessMarks marks;
  marks.session = leader.id();
  CHECK(survivors_of(marks) == Pids{leader.pid(), member});
  ++marks.session.start_time;
  CHECK(survivors_of(marks).empty());
}

TEST_CASE("survivors work in the folder of the attempt, and are no older than its child", "[launcher][survivors]") {
  const support::Folder folder;
  folder.make("work/deep");
  folder.make("work2");
  ProcessMarks marks;
  marks.work = std::filesystem::canonical(folder / "work");
  const Script top("read x <&3", in_folder(folder / "work")), deep("read x <&3", in_folder(folder / "work/deep")),
      beside("read x <&3", in_folder(folder / "work2")), above("read x <&3", in_folder(folder.path));
  CHECK(survivors_of(marks) == Pids{top.pid(), deep.pid()});
  marks.session.start_time = deep.id().start_time + 1;
  CHECK(survivors_of(marks).empty());
}

TEST_CASE("a dead process is no survivor", "[launcher][survivors]") {
  base::SpawnOptions options;
  options.new_session = true;
  const Script ended("exit 0", options);
  ended.await_end();
  ProcessMarks marks;
  marks.session = ended.id();
  CHECK(survivors_of(marks).empty());
}

TEST_CASE("without marks there are no survivors", "[launcher][survivors]") {
  const Script script("read x <&3");
  CHECK(survivors_of({}).empty());
}
