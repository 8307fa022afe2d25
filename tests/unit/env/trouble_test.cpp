// SPDX-License-Identifier: Apache-2.0
#include "env/trouble.h"

#include "tests/support/catch.h"

using env::Trouble;

TEST_CASE("pip says why in its first line with ERROR") {
  const auto missing = env::cause_in(
      "Collecting nothing\nERROR: Could not find a version that satisfies the requirement nothing (from versions: "
      "none)\n"
      "ERROR: No matching distribution found for nothing\n");
  CHECK(missing.trouble == Trouble::kMissing);
  CHECK(missing.said == "Could not find a version that satisfies the requirement nothing (from versions: none)");
}

TEST_CASE("an index that is down is not a package that is missing") {
  const auto down = env::cause_in(
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/numpy/\n"
      "ERROR: No matching distribution found for numpy\n");
  CHECK(down.trouble == Trouble::kNetwork);
}

TEST_CASE("uv says why behind an arrow") {
  const auto conflict = env::cause_in(
      "  × No solution found when resolving dependencies:\n"
      "  ╰─▶ Because needy==1.0 depends on demo<2 and you require demo>=2, we can\n"
      "      conclude that your requirements are unsatisfiable.\n");
  CHECK(conflict.trouble == Trouble::kConflict);
  CHECK(conflict.said ==
        "Because needy==1.0 depends on demo<2 and you require demo>=2, we can conclude that your requirements are "
        "unsatisfiable.");
  CHECK(env::describe(conflict) == conflict.said + " The requirements contradict each other: loosen one of them");
}

TEST_CASE("a later uv says why after a word") {
  const auto missing = env::cause_in(
      "error: No solution found when resolving dependencies\n"
      "  cause: Because nothing was not found in the package registry and you require nothing, we can conclude that "
      "your "
      "requirements are unsatisfiable.\n");
  CHECK(missing.trouble == Trouble::kMissing);
  CHECK(missing.said.starts_with("Because nothing was not found in the package registry"));
}

TEST_CASE("the solvers of conda say why in a tree") {
  const auto conflict = env::cause_in(
      "error    libmamba Could not solve for environment specs\n"
      "    The following packages are incompatible\n"
      "    ├─ demo =1.0 * can be installed with any of\n"
      "    │  └─ demo 1.0;\n"
      "    └─ needy =* * is not installable because it requires\n"
      "       └─ demo >=2 *, which conflicts with any installable versions previously reported.\n"
      "critical libmamba Could not solve for environment specs\n");
  CHECK(conflict.trouble == Trouble::kConflict);
  CHECK(conflict.said ==
        "demo =1.0 * can be installed with any of demo 1.0; needy =* * is not installable because it requires demo >=2 "
        "*, "
        "which conflicts with any installable versions previously reported.");
  const auto missing = env::cause_in(
      "error    libmamba Could not solve for environment specs\n"
      "    The following package could not be installed\n"
      "    └─ nothing =* * does not exist (perhaps a typo or a missing channel).\n"
      "critical libmamba Could not solve for environment specs\n");
  CHECK(missing.trouble == Trouble::kMissing);
  CHECK(missing.said == "nothing =* * does not exist (perhaps a typo or a missing channel).");
}

TEST_CASE("what is not known is told with the last line") {
  const auto other = env::cause_in("something\n\nSegmentation fault\n\n");
  CHECK(other.trouble == Trouble::kOther);
  CHECK(other.said == "Segmentation fault");
  CHECK(env::cause_in("").said == "it said nothing");
}
