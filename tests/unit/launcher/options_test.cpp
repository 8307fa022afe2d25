// SPDX-License-Identifier: Apache-2.0
#include "launcher/options.h"

#include "launcher/env_verbs.h"
#include "tests/support/catch.h"

using launcher::Verb;
using Words = std::vector<std::string>;

TEST_CASE("a run needs an absolute folder and the lock's descriptor", "[launcher][options]") {
  const auto options = launcher::parse_options({"run", "--run-dir", "/state/runs/a/", "--lock-fd", "7"});
  REQUIRE(options);
  CHECK(options->verb == Verb::kRun);
  CHECK(options->run_dir == "/state/runs/a");
  CHECK(options->lock_fd == 7);
  CHECK_FALSE(options->slots_given);
  CHECK(launcher::parse_options({"run", "--run-dir", "/a", "--lock-fd", "7", "--slots", "given"})->slots_given);
  CHECK(launcher::parse_options({"--finalize", "--run-dir", "/a"})->verb == Verb::kFinalize);
  CHECK(launcher::parse_options({"--notify", "--run-dir", "/a"})->verb == Verb::kNotify);
}

TEST_CASE("wrong command lines of the launcher are refused", "[launcher][options]") {
  for (const Words& words :
       {Words{}, Words{"run"}, Words{"run", "--run-dir", "/a"}, Words{"run", "--run-dir", "a", "--lock-fd", "7"},
        Words{"run", "--run-dir", "/a", "--lock-fd", "2"}, Words{"run", "--run-dir", "/a", "--lock-fd", "7x"},
        Words{"--finalize", "--run-dir", "/a", "--lock-fd", "7"}, Words{"--finalize", "--run-dir"},
        Words{"walk", "--run-dir", "/a"}, Words{"run", "--run-dir", "/a", "--lock-fd", "7", "--slots", "1"},
        Words{"run", "--color", "red"}}) {
    CAPTURE(words);
    const auto options = launcher::parse_options(words);
    REQUIRE_FALSE(options);
    CHECK(options.error().message.starts_with("cannot "));
  }
}

TEST_CASE("the verbs of environments have a word or days", "[launcher][options]") {
  const auto show = launcher::parse_env_options({"show", "mine", "--state", "/s"});
  REQUIRE(show);
  CHECK(show->word == "mine");
  CHECK(show->state == "/s");
  CHECK(launcher::parse_env_options({"gc", "--days", "2.5", "--state", "/s"})->days == 2.5);
  for (const Words& words :
       {Words{}, Words{"list"}, Words{"list", "--state", "s"}, Words{"gc", "--days", "-1", "--state", "/s"},
        Words{"burn", "--state", "/s"}, Words{"list", "--state", "/s", "more"}})
    CHECK_FALSE(launcher::parse_env_options(words));
}
