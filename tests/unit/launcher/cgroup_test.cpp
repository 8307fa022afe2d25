// SPDX-License-Identifier: Apache-2.0
#include "launcher/cgroup.h"

#include "base/digest.h"
#include "tests/support/attempt.h"
#include "tests/support/processes.h"

using launcher::Cgroup;

namespace {

/// A folder with the files of a group, as a kernel would show them.
struct GroupFolder : support::Folder {
  GroupFolder() { write("runyard-n1/cgroup.kill", ""); }
  base::Path group() const { return path / "runyard-n1"; }
  Cgroup find() const { return Cgroup::find(group(), "n1"); }
};

}  // namespace

TEST_CASE("no group can be asked for anything", "[launcher][cgroup]") {
  Cgroup none;
  CHECK_FALSE(none);
  CHECK_FALSE(none.folder());
  CHECK_FALSE(none.peak_bytes());
  CHECK_FALSE(none.ran_out_of_memory());
  CHECK(none.path().empty());
  none.kill();
  none.remove();
}

TEST_CASE("a group is found by its path and the nonce that it was made with", "[launcher][cgroup]") {
  const GroupFolder folder;
  folder.write("runyard-/cgroup.kill", "");
  const Cgroup found = folder.find();
  CHECK(found);
  CHECK(found.path() == folder.group());
  CHECK_FALSE(Cgroup::find(folder.group(), "n2"));
  CHECK_FALSE(Cgroup::find(folder / "runyard-", ""));
  CHECK_FALSE(Cgroup::find("", "n1"));
  CHECK_FALSE(Cgroup::find(folder / "gone/runyard-n1", "n1"));
}

TEST_CASE("a folder that cannot end its processes is no group", "[launcher][cgroup]") {
  const support::Folder folder;
  folder.make("runyard-n1");
  CHECK_FALSE(Cgroup::find(folder / "runyard-n1", "n1"));
}

TEST_CASE("a group ends its processes by one word to the kernel", "[launcher][cgroup]") {
  const GroupFolder folder;
  folder.find().kill();
  CHECK(support::text_of(folder.group() / "cgroup.kill") == "1");
}

TEST_CASE("a group knows its peak memory where there is a controller", "[launcher][cgroup]") {
  const GroupFolder folder;
  const Cgroup group = folder.find();
  CHECK_FALSE(group.peak_bytes());
  folder.write("runyard-n1/memory.peak", "61000000000\n");
  CHECK(group.peak_bytes() == 61'000'000'000u);
}

TEST_CASE("a group ran out of memory when the kernel has killed a process of it", "[launcher][cgroup]") {
  const GroupFolder folder;
  const Cgroup group = folder.find();
  CHECK_FALSE(group.ran_out_of_memory());
  folder.write("runyard-n1/memory.events", "low 0\nmax 7\noom 7\noom_kill 0\noom_group_kill 3\n");
  CHECK_FALSE(group.ran_out_of_memory());
  folder.write("runyard-n1/memory.events", "oom 7\noom_kill 12\noom_group_kill 0\n");
  CHECK(group.ran_out_of_memory());
}

TEST_CASE("a group that cannot be removed stays, and is none from then on", "[launcher][cgroup]") {
  const GroupFolder folder;
  Cgroup group = folder.find();
  group.remove();
  CHECK(base::exists(folder.group() / "cgroup.kill"));
  CHECK_FALSE(group);
  group.remove();
}

TEST_CASE("a group of the kernel's ends all its processes at once", "[launcher][cgroup]") {
  const std::string nonce = base::random_hex(16);
  Cgroup group = Cgroup::make(nonce);
  if (!group) {
    WARN("no cgroup can be made here");
    return;
  }
  CHECK_FALSE(Cgroup::make(nonce));  // the name is taken
  CHECK(Cgroup::find(group.path(), nonce));
  support::in_child([&] {
    base::SpawnOptions options;
    options.cgroup = group.folder();
    const support::Script script("trap '' TERM; (setsid sh -c 'read x <&3' & echo $!); read x <&3", options);
    const pid_t orphan = script.line_with_pid();
    group.kill();
    CHECK_IN_CHILD(script.await_end() == SIGKILL);
    CHECK_IN_CHILD(support::becomes_true([&] { return !support::is_alive(orphan); }));
  });
  group.remove();
  CHECK_FALSE(base::exists(group.path()));
  CHECK_FALSE(Cgroup::find(group.path(), nonce));
}
