// SPDX-License-Identifier: Apache-2.0
#include "cli/download.h"

#include "tests/support/catch.h"

using Names = std::vector<std::string>;

namespace {
const Names kAll{"azureml-logs/70_driver_log.txt", "outputs/a.pkl", "outputs/sub/b.csv", "outputs2/c"};
}

TEST_CASE("files are chosen by name or by folder", "[cli][download]") {
  CHECK(*cli::choose_files(kAll, {}) == kAll);
  CHECK(*cli::choose_files(kAll, {"outputs/a.pkl"}) == Names{"outputs/a.pkl"});
  CHECK(*cli::choose_files(kAll, {"outputs"}) == Names{"outputs/a.pkl", "outputs/sub/b.csv"});
  CHECK(*cli::choose_files(kAll, {"outputs/sub/", "outputs/a.pkl", "outputs"}) ==
        Names{"outputs/a.pkl", "outputs/sub/b.csv"});
}

TEST_CASE("a name that fits no file is an error that says it", "[cli][download]") {
  const auto chosen = cli::choose_files(kAll, {"outputs", "missing"});
  REQUIRE_FALSE(chosen);
  CHECK(chosen.error().message == "there is no file 'missing'");
}
