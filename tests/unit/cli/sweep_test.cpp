// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep.h"

#include "tests/support/catch.h"

using Words = std::vector<std::string>;

TEST_CASE("options that were given become words again, by their long names", "[cli][sweep]") {
  std::string name = "loss of mine", empty;
  std::optional<std::int64_t> count = -5, none;
  std::optional<double> minutes = 0.5;
  bool yes = true, no = false;
  Words tags = {"a=1", "--b"};
  const std::vector<cli::Option> options = {{"--metric", &name, "", "NAME"},
                                            {"--policy", &empty, "", "POLICY"},
                                            {"--random", &count, "", "N"},
                                            {"--seed", &none, "", "N"},
                                            {"--minutes", &minutes, "", "M"},
                                            {"-f,--follow", &yes, ""},
                                            {"--grid", &no, ""},
                                            {"-t,--tag", &tags, "", "K"}};
  CHECK(cli::words_of(options) ==
        Words{"--metric=loss of mine", "--random=-5", "--minutes=0.5", "--follow", "--tag=a=1", "--tag=--b"});
}
