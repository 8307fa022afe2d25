// SPDX-License-Identifier: Apache-2.0
// runyard serve: a script and models as a web service, which the SDK deploys.
#include <memory>

#include "base/spawn.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/interpreter.h"
#include "cli/sdk_program.h"
#include "cli/sweep.h"
#include "cli/words.h"

namespace cli {

namespace {

struct ServeOptions {
  std::string name, source, workspace, python;
  std::vector<std::string> models;
  std::optional<std::int64_t> workers;
  std::optional<double> timeout;
  bool auth = false, overwrite = false, follow = false;
  std::vector<std::string> words;  ///< the script
};

/// All but --python, which names the interpreter that gets them.
std::vector<Option> serve_options(ServeOptions& o) {
  return {{"--model", &o.models, "registered model, its newest version or NAME:VERSION (repeatable)", "MODEL"},
          {"--name", &o.name, "name of the service (the script's)", "NAME"},
          {"--workers", &o.workers, "processes that answer (2)", "N"},
          {"--timeout", &o.timeout, "seconds that a request may take (60)", "SECONDS"},
          {"--auth", &o.auth, "answer only requests with a key of the service"},
          {"--overwrite", &o.overwrite, "replace a service of that name, without losing a request"},
          {"--source", &o.source, "folder to capture (the script's)", "DIR"},
          {"-f,--follow", &o.follow, "when it answers, print its log until it ends"},
          {"--workspace", &o.workspace, "workspace (default)", "WORKSPACE"}};
}

base::Result<int> serve(const Context& context, ServeOptions& options) {
  if (options.words.size() != 1) {
    note("runyard: name one script, whose init() and run() answer (runyard serve --help shows how)");
    return kExitUsage;
  }
  TRY_ASSIGN(const base::Path python, resolve_interpreter(options.python, base::current_environment()));
  std::vector<std::string> words = words_of(serve_options(options));
  if (context.json()) words.emplace_back("--json");
  words.insert(words.end(), {"--", options.words.front()});
  return become_sdk_program(context, python, "runyard._service.command", words);
}

}  // namespace

Command serve_command() {
  const auto o = std::make_shared<ServeOptions>();
  auto options = serve_options(*o);
  options.push_back({"--python", &o->python, "interpreter: a binary, a venv, a conda prefix (python3)", "PATH"});
  return {"serve",
          "deploy a script with its models as a web service",
          "  runyard serve --model churn score.py\n"
          "  runyard serve --model churn:3 --name churn-service --overwrite score.py\n\n"
          "The script has init(), called once, and run(data), called for each request. 'runyard service test NAME'\n"
          "sends one.\n",
          std::move(options),
          &o->words,
          nullptr,
          "SCRIPT",
          [o](Context& context) { return serve(context, *o); }};
}

}  // namespace cli
