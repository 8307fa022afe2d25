// SPDX-License-Identifier: Apache-2.0
#include "cli/best.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

json child_of_sweep(const char* id, const json& min, const json& max) {
  return {{"id", id}, {"state", "Completed"}, {"hyperparameters", {{"--lr", 0.5}}}, {"min", min}, {"max", max}};
}

}  // namespace

TEST_CASE("the best child has the best value that it has ever logged, by the goal", "[cli][best]") {
  const json children = {child_of_sweep("a", 2, 9), child_of_sweep("b", nullptr, nullptr), child_of_sweep("c", 1, 3),
                         child_of_sweep("d", 1, 9)};
  CHECK(cli::best_child(children, "minimize")["id"] == "c");
  CHECK(cli::best_child(children, "maximize")["id"] == "a");
  CHECK(cli::best_child(json::array({child_of_sweep("b", nullptr, nullptr)}), "minimize").is_null());
  CHECK(cli::best_child(json::array(), "minimize").is_null());
}

TEST_CASE("an infinite value is a value", "[cli][best]") {
  const json infinity = {{"$", "inf"}};
  const json children = json::array({child_of_sweep("a", 1, infinity), child_of_sweep("b", infinity, infinity)});
  CHECK(cli::best_child(children, "maximize")["id"] == "a");
  CHECK(cli::best_child(children, "minimize")["id"] == "a");
  CHECK(cli::best_table(children[1], "loss", "minimize").text(false, 0) ==
        "RUN  STATUS     loss  --lr\n"
        "b    Completed  inf   0.5\n");
}

TEST_CASE("a sweep that goes on with others shares their children", "[cli][best]") {
  CHECK(cli::sweeps_of({{"id", "one"}, {"configuration", nullptr}}) == std::vector<std::string>{"one"});
  const json sweep = {{"continues", {"first", "second"}}, {"resume_from", {"third", 7}}};
  CHECK(cli::sweeps_of({{"id", "last"}, {"configuration", {{"sweep", sweep}}}}) ==
        std::vector<std::string>{"first", "second", "third", "last"});
}
