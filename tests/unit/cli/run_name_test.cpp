// SPDX-License-Identifier: Apache-2.0
#include "cli/run_name.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using cli::RunName;

TEST_CASE("a run is named by id, number or latest", "[cli][run_name]") {
  CHECK(cli::parse_run_name("latest")->kind == RunName::Kind::kLatest);
  CHECK(cli::parse_run_name("ridge_1790000000_1a2b3c4d")->kind == RunName::Kind::kId);
  const auto number = cli::parse_run_name("数据/12");
  REQUIRE(number);
  CHECK(number->kind == RunName::Kind::kNumber);
  CHECK(number->text == "数据");
  CHECK(number->number == 12);
}

TEST_CASE("words that can name no run are refused before anybody is asked", "[cli][run_name]") {
  for (const char* word : {"", "/", "/3", "ridge/", "ridge/x", "ridge/0", "ridge/-1", "ridge/3x", "a b", "..", "a?b",
                           "ridge/99999999999999999999"}) {
    CAPTURE(word);
    CHECK_FALSE(cli::parse_run_name(word));
  }
}

TEST_CASE("a beginning must fit one run; when it fits more they are named", "[cli][run_name]") {
  CHECK(*cli::only_match("ri", {"ridge_1"}) == "ridge_1");
  CHECK(cli::only_match("ri", {}).error().message == "there is no run 'ri'");
  const std::string several = cli::only_match("r", {"ra", "rb"}).error().message;
  CHECK(several.find("ra, rb") != std::string::npos);
  const std::string many = cli::only_match("r", {"r1", "r2", "r3", "r4", "r5", "r6"}).error().message;
  CHECK(many.find("r5, ...") != std::string::npos);
  CHECK(many.find("r6") == std::string::npos);
}
