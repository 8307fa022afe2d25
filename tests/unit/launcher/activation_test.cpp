// SPDX-License-Identifier: Apache-2.0
#include "launcher/activation.h"

#include <unistd.h>

#include "base/spawn.h"
#include "tests/support/folder.h"

using Words = std::vector<std::string>;

namespace {

/// A prefix of conda, and a run whose interpreter lies in it.
struct CondaPrefix : support::Folder {
  CondaPrefix() { spec.interpreter = path / "bin/python"; }

  void script(const std::string& name, const std::string& text) const { write("etc/conda/activate.d/" + name, text); }
  Words environment() const {
    Words whole = {"PATH=/usr/bin:/bin", "CONDA_PREFIX=" + path.string()};
    for (const auto& [name, value] : spec.environment) whole.push_back(name + "=" + value);
    return whole;
  }
  Words command(Words argv) const { return launcher::with_activation(std::move(argv), spec, environment()); }
  base::Finished run(const std::string& script, Words arguments = {}) const {
    base::SpawnOptions options;
    Words argv = {"/bin/sh", "-c", script, "sh"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    options.argv = command(argv);
    REQUIRE(options.argv != argv);
    options.environment = environment();
    const auto finished = base::run_to_end(options, 20'000);
    REQUIRE(finished);
    return *finished;
  }

  protocol::RunSpec spec;
};

}  // namespace

TEST_CASE("a command is started as it is where there is nothing to activate", "[launcher][activation]") {
  CondaPrefix prefix;
  const Words argv = {"python", "train.py"};
  CHECK(prefix.command(argv) == argv);
  prefix.write("etc/conda/activate.d/README.txt", "");
  CHECK(prefix.command(argv) == argv);
  prefix.script("a.sh", "");
  CHECK(prefix.command(argv) != argv);
  CHECK(launcher::with_activation(argv, prefix.spec, {"PATH=" + (prefix / "no-bash-here").string()}) == argv);
  prefix.spec.interpreter.clear();
  CHECK(prefix.command(argv) == argv);
}

TEST_CASE("the scripts set variables of the program, in the order of their names", "[launcher][activation]") {
  const CondaPrefix prefix;
  prefix.script("b.sh", "export ORDER=${ORDER}b");
  prefix.script("a.sh", "export ORDER=a");
  prefix.script("c.fish", "set -x ORDER c");
  CHECK(prefix.run("printf %s \"$ORDER\"").output == "ab");
}

TEST_CASE("the run's own variables keep their values, whatever bytes they hold", "[launcher][activation]") {
  CondaPrefix prefix;
  prefix.spec.environment = {{"CHANGED", "a 'b'\n\xff"}, {"UNSET", "kept"}, {"EMPTY", ""}};
  prefix.script("a.sh", "export CHANGED=theirs EMPTY=theirs OTHER=theirs; unset UNSET");
  CHECK(prefix.run("printf '[%s]' \"$CHANGED\" \"$UNSET\" \"$EMPTY\" \"$OTHER\"").output ==
        "[a 'b'\n\xff][kept][][theirs]");
}

TEST_CASE("a variable that no shell can name is left alone", "[launcher][activation]") {
  CondaPrefix prefix;
  const base::Path never = prefix / "never";
  prefix.spec.environment = {{"A-B", "x"}, {"1X", "y"}, {"X[$(touch " + never.string() + ")]", "z"}, {"MINE", "m"}};
  prefix.script("a.sh", "export MINE=theirs");
  const auto finished = prefix.run("printf %s \"$MINE\"");
  CHECK(finished.output == "m");
  CHECK(finished.code == 0);
  CHECK_FALSE(base::exists(never));
}

TEST_CASE("arguments arrive as they are, whatever a script does to its own", "[launcher][activation]") {
  const CondaPrefix prefix;
  prefix.script("a.sh", "set -- other arguments; shift; _runyard_name=x; IFS=,");
  CHECK(prefix.run("printf '[%s]' \"$@\"", {"a b", "", "*", "$HOME", "'\"\\", "x\ny", "\xff", "-c", "a,b"}).output ==
        "[a b][][*][$HOME]['\"\\][x\ny][\xff][-c][a,b]");
}

TEST_CASE("a script that fails does not keep the program from starting", "[launcher][activation]") {
  const CondaPrefix prefix;
  prefix.script("a.sh", "no_such_command; false");
  prefix.script("b.sh", "return 4");
  prefix.script("c.sh", "if (");
  prefix.script("d.sh", "export LAST=d; set -u; false");
  const auto finished = prefix.run("printf '<%s>' \"$LAST\"; exit 3");
  CHECK(finished.output.ends_with("<d>"));
  CHECK(finished.code == 3);
}

TEST_CASE("the shell becomes the program", "[launcher][activation]") {
  const CondaPrefix prefix;
  prefix.script("a.sh", "");
  CHECK(prefix.run("printf %s $PPID").output == std::to_string(::getpid()));
}
