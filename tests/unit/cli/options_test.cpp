// SPDX-License-Identifier: Apache-2.0
#include "cli/options.h"

#include <algorithm>

#include "cli/commands.h"
#include "cli/submit_body.h"
#include "tests/support/catch.h"

using cli::Command;
using Words = std::vector<std::string>;

namespace {

/// What a test command was given.
struct Given {
  std::vector<std::string> items, environment, rest;
  std::optional<double> seconds;
  std::optional<std::int64_t> step;
  std::string name, second;
  bool flag = false, dashes = false;
};
Given given;

Command plain() {
  given = {};
  return {"plain",
          "about",
          "  an example\n",
          {{"ITEM", &given.items, "items"},
           {"-e,--env", &given.environment, "pairs", "K=V"},
           {"--seconds", &given.seconds, "a number", "S"},
           {"-s,--step", &given.step, "an integer", "N"},
           {"-x,--name", &given.name, "a word", "NAME"},
           {"-f,--flag", &given.flag, "a flag"}},
          nullptr,
          nullptr,
          "",
          {}};
}

Command rest() {
  Command command = plain();
  command.words = "rest";
  command.options.erase(command.options.begin());
  command.rest = &given.rest;
  command.rest_after_dashes = &given.dashes;
  return command;
}

Command one() {
  Command command = plain();
  command.words = "one";
  command.options = {{"RUN", &given.name, "a run", "", true}, {"NAME", &given.second, "a name"}};
  return command;
}

base::Result<cli::Parsed> parse(const Words& words) { return cli::parse(words, {plain, rest, one}); }

}  // namespace

TEST_CASE("options may stand before, between and after what is no option", "[cli][options]") {
  REQUIRE(parse({"plain", "-f", "a", "--step", "3", "b", "--seconds=2.5", "-xname", "c"}));
  CHECK(given.items == Words{"a", "b", "c"});
  CHECK(given.flag);
  CHECK(given.step == 3);
  CHECK(given.seconds == 2.5);
  CHECK(given.name == "name");
}

TEST_CASE("negative numbers, brackets, braces and empty words are values", "[cli][options]") {
  REQUIRE(parse({"plain", "loss", "-0.5", "-inf", "[a,b]", "{}", "", "--step", "-4", "-e", "[x]=1", "-e", "A=", "-e",
                 "[x,y]", "-x", "{}"}));
  CHECK(given.items == Words{"loss", "-0.5", "-inf", "[a,b]", "{}", ""});
  CHECK(given.step == -4);
  CHECK(given.environment == Words{"[x]=1", "A=", "[x,y]"});
  CHECK(given.name == "{}");
  REQUIRE(parse({"plain", "--name", "-metric.loss"}));
  CHECK(given.name == "-metric.loss");
  REQUIRE(parse({"plain", "-x", "--help"}));
  CHECK(given.name == "--help");
}

TEST_CASE("a repeatable option takes one value each time", "[cli][options]") {
  REQUIRE(parse({"plain", "-e", "A=1", "item", "--env", "B=2", "-eC=3"}));
  CHECK(given.environment == Words{"A=1", "B=2", "C=3"});
  CHECK(given.items == Words{"item"});
}

TEST_CASE("positionals take one word each, in their order", "[cli][options]") {
  REQUIRE(parse({"one", "a"}));
  CHECK(given.name == "a");
  CHECK(given.second.empty());
  REQUIRE(parse({"one", "a", "b"}));
  CHECK(given.second == "b");
}

TEST_CASE("two dashes end the options", "[cli][options]") {
  REQUIRE(parse({"plain", "-f", "--", "--step", "-x"}));
  CHECK(given.items == Words{"--step", "-x"});
  CHECK_FALSE(given.step);
}

TEST_CASE("what follows a script belongs to it, byte for byte", "[cli][options]") {
  REQUIRE(parse({"rest", "-f", "-e", "A=1", "train.py", "-f", "--", "--name", "", "two words", "\xFF"}));
  CHECK(given.rest == Words{"train.py", "-f", "--", "--name", "", "two words", "\xFF"});
  CHECK_FALSE(given.dashes);
  CHECK(given.name.empty());
  REQUIRE(parse({"rest", "-x", "n", "--", "-c", "--json"}));
  CHECK(given.rest == Words{"-c", "--json"});
  CHECK(given.dashes);
  REQUIRE(parse({"rest"}));
  CHECK(given.rest.empty());
}

TEST_CASE("wrong command lines are refused with the word that is wrong", "[cli][options]") {
  const std::vector<std::pair<Words, std::string>> cases{{{"nothing"}, "'nothing'"},
                                                         {{"plain", "--bogus"}, "--bogus"},
                                                         {{"plain", "--step", "x"}, "'x'"},
                                                         {{"plain", "--step", "1.5"}, "'1.5'"},
                                                         {{"plain", "--seconds", "nan"}, "'nan'"},
                                                         {{"plain", "--step"}, "--step"},
                                                         {{"rest", "--bogus", "a.py"}, "--bogus"},
                                                         {{"one"}, "RUN is missing"},
                                                         {{"one", "a", "b", "c"}, "'c' is one word too many"},
                                                         {{"plain", "--step", "99999999999999999999"}, "not a number"}};
  for (const auto& [words, part] : cases) {
    CAPTURE(part);
    const auto parsed = parse(words);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.find(part) != std::string::npos);
  }
}

TEST_CASE("help shows the options, the examples and what follows", "[cli][options]") {
  const auto parsed = parse({"rest", "--help"});
  REQUIRE(parsed);
  CHECK_FALSE(parsed->command);
  CHECK(parsed->text.find("--seconds S") != std::string::npos);
  CHECK(parsed->text.find("an example") != std::string::npos);
}

TEST_CASE("the option --json is understood before and after the command", "[cli][options]") {
  CHECK(parse({"--json", "plain"})->json);
  CHECK(parse({"plain", "a", "--json"})->json);
  CHECK_FALSE(parse({"plain"})->json);
}

TEST_CASE("every command has a name of its own, a help and an example", "[cli][options]") {
  std::vector<std::string> names;
  for (const auto make : cli::all_commands()) {
    const Command command = make();
    CAPTURE(command.words);
    CHECK(std::find(names.begin(), names.end(), command.words) == names.end());
    names.push_back(command.words);
    CHECK_FALSE(command.about.empty());
    CHECK(command.examples.find("runyard " + command.words) != std::string::npos);
    CHECK(command.run);
    Words words{command.words.substr(0, command.words.find(' '))};
    if (const auto space = command.words.find(' '); space != std::string::npos)
      words.push_back(command.words.substr(space + 1));
    words.emplace_back("--help");
    const auto parsed = cli::parse(words, cli::all_commands());
    REQUIRE(parsed);
    CHECK(parsed->text.find("Examples:") != std::string::npos);
    words.pop_back();
    words.insert(words.begin(), "help");
    CHECK(cli::parse(words, cli::all_commands())->text == parsed->text);
  }
}

TEST_CASE("without a command, and after help alone, the commands are listed", "[cli][options]") {
  for (const Words& words : {Words{}, Words{"--help"}, Words{"help"}, Words{"--json"}}) {
    const auto parsed = cli::parse(words, cli::all_commands());
    REQUIRE(parsed);
    CHECK_FALSE(parsed->command);
    CHECK(parsed->text.find("\n  submit  ") != std::string::npos);
  }
}

TEST_CASE("help on a word that begins several commands lists them", "[cli][options]") {
  for (const Words& words : {Words{"env", "--help"}, Words{"env", "-h"}, Words{"help", "env"}}) {
    const auto parsed = cli::parse(words, cli::all_commands());
    REQUIRE(parsed);
    CHECK(parsed->text.find("\n  env build") != std::string::npos);
    CHECK(parsed->text.find("env gc") != std::string::npos);
    CHECK(parsed->text.find("submit") == std::string::npos);
  }
  for (const Words& words : {Words{"help", "submit", "a.py"}, Words{"help", "env", "none"}, Words{"help", "none"}})
    CHECK(cli::parse(words, cli::all_commands()).error().message.starts_with("there is no command '" + words[1]));
}

TEST_CASE("a wrong command is answered with a suggestion", "[cli][options]") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"submt", "submit"}, {"ls", "runs"}, {"ps", "runs"}, {"stop", "cancel"}, {"metrcs", "metrics"}, {"evn", "env"}};
  for (const auto& [word, meant] : cases)
    CHECK(cli::parse({word}, cli::all_commands()).error().message ==
          "there is no command '" + word + "': did you mean '" + meant + "'? (runyard --help lists them)");
  for (const std::string word : {"x", "xyz", "completely"})
    CHECK(cli::parse({word}, cli::all_commands()).error().message ==
          "there is no command '" + word + "' (runyard --help lists them)");
}

TEST_CASE("a word that needs a second one says which there are", "[cli][options]") {
  const auto parsed = cli::parse({"python"}, cli::all_commands());
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message.find("enable, disable, list") != std::string::npos);
}
