// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep.h"

#include <charconv>
#include <memory>

#include "base/spawn.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/interpreter.h"
#include "cli/run_name.h"
#include "cli/sdk_program.h"
#include "cli/words.h"

namespace cli {

namespace {

struct SweepOptions {
  std::string metric, goal, policy, resume, python;
  std::string experiment, source, target, display_name, workspace;
  std::optional<std::int64_t> random, bayesian, most, parallel, seed;
  std::optional<double> minutes, max_time;
  bool grid = false, follow = false;
  std::vector<std::string> environment, tags;
  std::vector<std::string> words;  ///< script and arguments, or a command
  bool is_command = false;
};

template <class Number>
std::string number_text(Number number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

/// The values that an option was given; a flag that was given has an empty one.
struct Values {
  std::vector<std::string> operator()(const bool* flag) const { return texts(*flag, ""); }
  std::vector<std::string> operator()(const std::string* text) const { return texts(!text->empty(), *text); }
  std::vector<std::string> operator()(const std::vector<std::string>* list) const { return *list; }
  std::vector<std::string> operator()(const std::optional<std::string>* text) const {
    return texts(text->has_value(), text->value_or(""));
  }
  template <class Number>
  std::vector<std::string> operator()(const std::optional<Number>* number) const {
    return texts(number->has_value(), number_text(number->value_or(0)));
  }

 private:
  static std::vector<std::string> texts(bool given, const std::string& text) {
    return given ? std::vector<std::string>{text} : std::vector<std::string>();
  }
};

/// All but --python, which names the interpreter that gets them.
std::vector<Option> sweep_options(SweepOptions& o) {
  return {{"--metric", &o.metric, "metric of the script by which runs are compared", "NAME"},
          {"--goal", &o.goal, "min or max (min)", "GOAL"},
          {"--random", &o.random, "so many runs with values drawn at random", "N"},
          {"--grid", &o.grid, "a run for each combination of values"},
          {"--bayesian", &o.bayesian, "so many runs, each chosen by what the others have reached", "N"},
          {"--most", &o.most, "with --grid: so many runs at most", "N"},
          {"--seed", &o.seed, "for the same values another time", "N"},
          {"--parallel", &o.parallel, "so many runs at a time (as many as the target has slots)", "N"},
          {"--policy", &o.policy, "end runs early: 'bandit(slack_factor=0.1)', 'median', 'truncation(20)'", "POLICY"},
          {"--minutes", &o.minutes, "end the sweep after this time", "MINUTES"},
          {"--resume", &o.resume, "go on with a sweep that has ended", "RUN"},
          {"-f,--follow", &o.follow, "print what happens until the sweep has ended. Ctrl-C leaves it running"},
          {"-x,--experiment", &o.experiment, "experiment (the source folder's name)", "EXPERIMENT"},
          {"--source", &o.source, "folder to capture and run in (the working directory)", "DIR"},
          {"-e,--env", &o.environment, "environment variable for the runs (repeatable)", "NAME=VALUE"},
          {"--target", &o.target, "where the runs run (local)", "TARGET"},
          {"--tag", &o.tags, "tag of the sweep (repeatable)", "K[=V]"},
          {"--name", &o.display_name, "name to show", "NAME"},
          {"--max-time", &o.max_time, "seconds after which a run is ended (30 days)", "SECONDS"},
          {"--workspace", &o.workspace, "workspace (default)", "WORKSPACE"}};
}

std::vector<std::string> arguments_of(const Context& context, SweepOptions& options) {
  std::vector<std::string> words = words_of(sweep_options(options));
  if (context.json()) words.emplace_back("--json");
  if (options.is_command) words.emplace_back("--command");
  words.emplace_back("--");
  words.insert(words.end(), options.words.begin(), options.words.end());
  return words;
}

base::Result<int> sweep(const Context& context, SweepOptions& options) {
  if (options.words.empty() && options.resume.empty()) {
    note("runyard: name a script, or a command after -- (runyard sweep --help shows how)");
    return kExitUsage;
  }
  TRY_ASSIGN(const base::Path python, resolve_interpreter(options.python, base::current_environment()));
  if (!options.resume.empty()) {
    TRY_ASSIGN(const Client client, context.client());
    TRY_ASSIGN(options.resume, find_run_id(client, options.resume));
  }
  return become_sdk_program(context, python, "runyard._sweep.command", arguments_of(context, options));
}

}  // namespace

std::vector<std::string> words_of(const std::vector<Option>& options) {
  std::vector<std::string> words;
  for (const Option& option : options) {
    const std::string name = option.names.substr(option.names.find("--"));
    for (const auto& value : std::visit(Values(), option.into))
      words.push_back(option.is_flag() ? name : name + "=" + value);
  }
  return words;
}

Command sweep_command() {
  const auto o = std::make_shared<SweepOptions>();
  auto options = sweep_options(*o);
  options.push_back({"--python", &o->python, "interpreter: a binary, a venv, a conda prefix (python3)", "PATH"});
  return {"sweep",
          "run a script again and again to find good values",
          "  runyard sweep --metric loss --random 50 --parallel 4 train.py --lr 'loguniform(1e-5, 1e-1)' \\\n"
          "      --batch 'choice(16, 32, 64)'\n"
          "  runyard sweep --metric accuracy --goal max --grid --policy median train.py --depth 'choice(2, 4, 8)'\n"
          "  runyard sweep -f --resume latest\n\n"
          "Options of runyard come before the script; what follows it is the script's. An argument of the script that\n"
          "reads like choice(...), uniform(...) or another distribution of azureml.train.hyperdrive is a parameter.\n"
          "'runyard best' prints the best run.\n",
          std::move(options),
          &o->words,
          &o->is_command,
          "[SCRIPT | -- COMMAND] [ARGUMENT...]",
          [o](Context& context) { return sweep(context, *o); }};
}

}  // namespace cli
