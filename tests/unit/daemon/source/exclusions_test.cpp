// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/exclusions.h"

#include "tests/support/catch.h"

TEST_CASE("excluded: one sentence on one line") {
  source::Exclusions left;
  CHECK(left.words().empty());
  const protocol::Ignore rules("data/\n*.csv\nbuild/\n", ".gitignore");
  left.folder(rules.ask("data", true), "data", {12'000'000'000, false});
  for (const char* file : {"a.csv", "b.csv", "c/d.csv"}) left.file(rules.ask(file, false), file);
  left.folder(rules.ask(".git", true), ".git", {});
  left.folder(rules.ask("outputs", true), "outputs", {});
  left.file(rules.ask(".env", false), ".env");
  CHECK(
      left.words() ==
      "excluded by .gitignore: 3 files *.csv, data/ (12 GB); by runyard: .git/, outputs/; by runyard (secrets): .env");
}

TEST_CASE("excluded: many folders of one rule are counted, and strange names stay on the line") {
  source::Exclusions left;
  const protocol::Ignore rules("build/\n", ".gitignore");
  for (const char* folder : {"build", "a/build", "b/build", "c/build"})
    left.folder(rules.ask(folder, true), folder, {1'000'000, folder[0] == 'c'});
  CHECK(left.words() == "excluded by .gitignore: 4 folders build/ (over 4.0 MB)");
  source::Exclusions strange;
  strange.file(rules.ask("x\n.pem", false), "x\n.pem");
  CHECK(strange.words() == "excluded by runyard (secrets): x?.pem");
}
