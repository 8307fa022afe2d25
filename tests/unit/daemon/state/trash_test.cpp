// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/trash.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/folder.h"

TEST_CASE("trash: what a killed daemon had begun is found, what it had finished is not") {
  const support::Folder folder;
  const protocol::StateDir state{folder / "state"};
  for (const char* name : {"runs/.new-12", "runs/a", "snapshots/.tmp-12", "snapshots/0f", "uploads/1", "contents"})
    std::filesystem::create_directories(state.root / name);
  REQUIRE(base::replace_file(state.root / "contents/.upload-12", "half"));
  REQUIRE(base::replace_file(state.root / ".daemon.json.12.0.tmp", "half"));
  REQUIRE(base::replace_file(state.root / "yard.jsonl", ""));
  auto halves = state::half_made(state);
  std::sort(halves.begin(), halves.end());
  CHECK(halves == std::vector<base::Path>{state.root / ".daemon.json.12.0.tmp", state.blobs() / ".upload-12",
                                          state.runs() / ".new-12", state.snapshots() / ".tmp-12",
                                          state.uploads() / "1"});
}

TEST_CASE("trash: what is put away is under another name, and twice is as good as once") {
  const support::Folder folder;
  const protocol::StateDir state{folder / "state"};
  std::filesystem::create_directories(state.runs() / "a" / "record");
  REQUIRE(state::put_away(state, state.runs() / "a"));
  REQUIRE(state::put_away(state, state.runs() / "a"));
  CHECK_FALSE(std::filesystem::exists(state.runs() / "a"));
  const std::filesystem::directory_iterator trash(state.trash());
  CHECK(trash->path().filename().string().starts_with("a."));
  CHECK(std::filesystem::exists(trash->path() / "record"));
}
