// SPDX-License-Identifier: Apache-2.0
#include "daemon/ignore.h"

#include "tests/support/catch.h"

TEST_CASE("ignore: rules as git reads them") {
  const yard::Ignore rules("# no\n*.csv\n!keep.csv\n/top\ndata/\na/**/z\nq/**\nf[0-9].t\nn[!a]\n\\#x\nsp\\ \nm/*.o\n", ".amlignore");
  const auto out = [&](const char* path, bool directory = false) { return rules.ask(path, directory).excluded; };
  CHECK(out("x/y.csv"));
  CHECK_FALSE(out("x/keep.csv"));
  CHECK(out("top"));
  CHECK_FALSE(out("x/top"));
  CHECK(out("x/data", true));
  CHECK_FALSE(out("data"));
  CHECK((out("a/z") && out("a/b/c/z") && out("q/x/y") && !out("q", true)));
  CHECK((out("f7.t") && !out("fx.t") && out("nb") && !out("na")));
  CHECK((out("#x") && out("sp ") && out("m/a.o") && !out("m/b/a.o")));
  CHECK(rules.ask("y.csv", false).rule == "*.csv");
  CHECK(rules.ask("y.csv", false).source == ".amlignore");
}

TEST_CASE("ignore: the built-in list, unless asked for") {
  CHECK(yard::Ignore().ask("a/__pycache__", true).excluded);
  CHECK(yard::Ignore().ask("outputs", true).excluded);
  CHECK_FALSE(yard::Ignore().ask("a/outputs", true).excluded);
  CHECK_FALSE(yard::Ignore("!wandb/").ask("wandb", true).excluded);
}
