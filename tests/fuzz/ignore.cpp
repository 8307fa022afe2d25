// SPDX-License-Identifier: Apache-2.0
// Ignore files: the same answer twice, and the line that we write for a path leaves that path out.
#include "protocol/ignore.h"

#include "base/text.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

/// Parts: the rules, and a path.
void fuzz::ignore(std::string_view input) {
  const auto parts = parts_of(input, 2);
  const std::string rules(parts[0]), path(parts[1]);
  const protocol::Ignore ignore(rules, ".amlignore"), same(rules, ".amlignore");
  for (const bool folder : {false, true}) {
    const auto answer = ignore.ask(path, folder), again = same.ask(path, folder);
    EXPECT(answer.excluded == again.excluded && answer.rule == again.rule && answer.source == again.source);
  }
  (void)protocol::glob_match(rules, path);
  if (!base::is_safe_relative(path)) return;
  const std::string line = protocol::ignore_line(path);
  EXPECT(line.find('\n') == std::string::npos);
  EXPECT(protocol::Ignore(rules + "\n" + line, ".amlignore").ask(path, false).excluded);
  EXPECT(protocol::Ignore(rules + "\n" + line + "/", ".amlignore").ask(path, true).excluded);
}
