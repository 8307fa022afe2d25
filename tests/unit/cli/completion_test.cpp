// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <algorithm>

#include "cli/commands.h"
#include "tests/support/catch.h"

using cli::Expected;
using Words = std::vector<std::string>;

namespace {

Expected at_end(const Words& words) { return cli::expected_at_end(words, cli::all_commands()); }

/// The words that match the last of `words`.
Words offered(const Words& words) {
  const Expected expected = at_end(words);
  Words list;
  for (const auto& [word, about] : cli::matching(expected.words, words.back().substr(expected.prefix.size())))
    list.push_back(word);
  return list;
}

bool offers(const Words& words, const std::string& word) {
  const Words list = offered(words);
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

TEST_CASE("commands are completed, with their second words", "[cli][completion]") {
  CHECK(offered({"sub"}) == Words{"submit"});
  CHECK(offered({"--json", "sub"}) == Words{"submit"});
  CHECK(offers({""}, "env"));
  CHECK(offers({""}, "help"));
  CHECK(offered({"env", "r"}) == Words{"remove"});
  CHECK(offered({"help", "env", "b"}) == Words{"build"});
  CHECK(offered({"help", "submi"}) == Words{"submit"});
  CHECK(offered({"target", ""}) == Words{"set"});
  CHECK(offered({"nothing", ""}).empty());
  CHECK(offered({"--ver"}) == Words{"--version"});
}

TEST_CASE("options are completed by their long names, up to the script", "[cli][completion]") {
  CHECK(offered({"runs", "--st"}) == Words{"--status"});
  CHECK(offered({"runs", "-x", "ridge", "--st"}) == Words{"--status"});
  CHECK(offers({"runs", "-"}, "--help"));
  CHECK(offered({"submit", "train.py", "--st"}).empty());
  CHECK(at_end({"submit", "train.py", "--st"}).paths == Expected::Paths::kFiles);
  CHECK(at_end({"submit", "--", "-"}).paths == Expected::Paths::kFiles);
}

TEST_CASE("values are completed by what the help calls them", "[cli][completion]") {
  CHECK(at_end({"show", ""}).named == "RUN");
  CHECK(at_end({"cancel", "one", "two"}).named == "RUN");
  CHECK(at_end({"runs", "-x", ""}).named == "EXPERIMENT");
  CHECK(at_end({"submit", "--target", "lo"}).named == "TARGET");
  CHECK(at_end({"target", "set", ""}).named == "TARGET");
  CHECK(at_end({"dataset", "register", ""}).named == "DATASET");
  CHECK(at_end({"dataset", "register", "x", ""}).paths == Expected::Paths::kFiles);
  CHECK(at_end({"submit", "--source", ""}).paths == Expected::Paths::kFolders);
  CHECK(at_end({"env", "show", ""}).named == "ENVIRONMENT");
  CHECK(offered({"runs", "--status", "Fa"}) == Words{"Failed"});
  CHECK(offered({"best", "--goal", "ma"}) == Words{"max"});
  CHECK(offered({"completion", "z"}) == Words{"zsh"});
  CHECK(at_end({"show", "one", "two"}).named.empty());
}

TEST_CASE("a value that is attached to its option keeps the option before it", "[cli][completion]") {
  const Expected expected = at_end({"runs", "--experiment=ri"});
  CHECK(expected.named == "EXPERIMENT");
  CHECK(expected.prefix == "--experiment=");
  CHECK(offered({"runs", "--status=Fa"}) == Words{"Failed"});
  CHECK(offered({"runs", "--all=x"}).empty());
  CHECK(offered({"runs", "--none=x"}).empty());
}

TEST_CASE("words that would harm a terminal are not offered", "[cli][completion]") {
  const auto found = cli::matching({{"a", "one\ntwo\x1b"}, {"a\tb", ""}, {"a\x1b[2J", ""}, {"b", ""}}, "a");
  REQUIRE(found.size() == 1);
  CHECK(found[0].word == "a");
  CHECK(found[0].about == "one two\xEF\xBF\xBD");
}
