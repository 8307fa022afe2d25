// SPDX-License-Identifier: Apache-2.0
// A repository's settings: a pure function, and one that names programs is always noticed.
#include "daemon/source/git_config.h"

#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

void fuzz::git_config(std::string_view input) {
  const auto config = source::parse_git_config(input), again = source::parse_git_config(input);
  EXPECT(config.remotes == again.remotes && config.branch_remote == again.branch_remote);
  for (const char* section : {"[filter \"x\"]\nsmudge = rm", "[InClude]\npath = x"})
    EXPECT(source::parse_git_config(std::string(input) + "\n" + section).names_programs);
}
