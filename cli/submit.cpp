// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/interpreter.h"
#include "cli/run_name.h"
#include "cli/submit_body.h"
#include "cli/table.h"
#include "cli/upload.h"
#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;
using protocol::value_at;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kTries = 5;
constexpr std::chrono::seconds kProgressAfter{1};

std::string progress_text(const json& submission) {
  const auto count = [&](const char* key) { return static_cast<std::uint64_t>(number_at(submission, key)); };
  std::string text = "taking the snapshot: " + printable(text_at(submission, "phase")) + ", " +
                     plural(count("files"), "file") + ", " + base::format_bytes(count("bytes"));
  if (count("total_bytes") > 0) text += " of " + base::format_bytes(count("total_bytes"));
  return text;
}

/// Shows the progress of a submission that takes longer than a second.
class SubmitProgress {
 public:
  SubmitProgress(const Client& client, std::string submission_id, bool shown)
      : client_(client), id_(std::move(submission_id)), line_(shown), begin_(Clock::now()) {}
  void operator()() {
    if (Clock::now() - begin_ < kProgressAfter) return;
    if (const auto submission = client_.submission(id_)) line_.show(progress_text(*submission));
  }

 private:
  const Client& client_;
  std::string id_;
  ProgressLine line_;
  Clock::time_point begin_;
};

/// The entries that make a folder too large, with the ignore line for each.
std::string largest_text(const std::string& details) {
  const json parsed = json::parse(details, nullptr, false);
  Table table({{"SIZE", Table::Align::kRight}, {"FILES", Table::Align::kRight}, {"ENTRY"}, {"TO EXCLUDE IT"}});
  for (const json& entry : list_at(parsed, "largest"))
    table.add({base::format_bytes(static_cast<std::uint64_t>(number_at(entry, "bytes"))),
               std::to_string(number_at(entry, "files")), text_at(entry, "path"), text_at(entry, "ignore_line")});
  return table.empty() ? "" : table.text(false, 0);
}

/// One try. Uploads the folder when the daemon says that it does not see it, and notes that in `body` for the next.
base::Result<json> submit_once(const Context& context, const Client& client, json& body) {
  Refusal refusal;
  SubmitProgress progress(client, text_at(body, "submission_id"), context.terminal().error);
  auto run = client.submit(body, refusal, [&] { progress(); });
  if (!run && refusal.code == "send_it") {
    ProgressLine line(context.terminal().error);
    const auto show = [&](const std::string& text) { line.show(fit(text, 78)); };
    TRY_ASSIGN(body["source"]["upload"], send_source(client, body["source"], show));
    refusal = {};
    run = client.submit(body, refusal, {});
  }
  if (!run && refusal.code == "limit") note(largest_text(refusal.details));
  return run;
}

/// Repeats with the same submission id while the connection breaks: the run is made once, whether or not an answer
/// arrived.
base::Result<json> submit_body_to(const Context& context, Client& client, json& body) {
  for (int attempt = 1;; ++attempt) {
    auto run = submit_once(context, client, body);
    if (run || !connection_lost(run.error()) || attempt == kTries) return run;
    note("runyard: " + run.error().message + "; asking again ...");
    TRY_ASSIGN(client, context.client());
  }
}

void report_run(const json& run) {
  const std::string excluded = text_at(member_at(run, "snapshot"), "left_out");
  if (!excluded.empty()) note(printable(excluded));
  for (const json& warning : list_at(run, "warnings"))
    if (warning.is_string()) note("warning: " + printable_lines(warning.get<std::string>(), 2));
  const std::string waiting = text_at(run, "waiting");
  if (!waiting.empty()) note(printable(waiting));
}

/// A run that follows its child run waits until the child has a slot (its own, which it yields), and only then reads
/// the log.
base::Result<void> wait_for_slot(const Context& context, Persistent& persistent, const std::string& id) {
  if (context.own_run().empty()) return {};
  for (std::string status = "Queued"; status == "Queued";) {
    TRY_ASSIGN(const json run, persistent.wait(id, Clock::now() + kProgressAfter));
    status = text_at(run, "status");
  }
  return {};
}

base::Result<json> follow_to_end(const Context& context, Persistent& persistent, const std::string& id, bool raw) {
  TRY(wait_for_slot(context, persistent, id));
  TRY(persistent.follow_build(id));
  TRY(persistent.follow(id, {}, raw));
  return persistent.wait(id, std::nullopt);
}

base::Result<int> follow_run(const Context& context, Client client, const std::string& id, bool raw) {
  TRY_ASSIGN(const Interrupt interrupt, Interrupt::catch_it());
  Persistent persistent(context, std::move(client), interrupt);
  const auto run = follow_to_end(context, persistent, id, raw);
  if (!run && interrupted(run.error())) return detach(id);
  if (!run) return run.error();
  note(outcome_sentence(*run));
  return exit_code_of(*run);
}

base::Result<std::string> interpreter_for(const SubmitOptions& options, const Invocation& here) {
  if (options.is_command && options.python.empty()) return std::string();
  TRY_ASSIGN(const base::Path path, resolve_interpreter(options.python, here.environment));
  return path.string();
}

base::Result<json> body_for(const SubmitOptions& options) {
  Invocation here = current_invocation();
  if (const auto sdk = sdk_folder()) here.sdk_path = sdk->string();
  // Wrong options are refused before an interpreter is looked for.
  TRY_ASSIGN(json body, submit_body(options, here, ""));
  TRY_ASSIGN(const std::string interpreter, interpreter_for(options, here));
  if (!interpreter.empty()) body["interpreter"] = protocol::bytes_to_json(interpreter);
  return body;
}

base::Result<int> submit(const Context& context, SubmitOptions& options) {
  if (options.words.empty())
    return wrong_usage("name a script, or a command after -- (runyard submit --help shows how)");
  TRY_ASSIGN(json body, body_for(options));
  TRY_ASSIGN(Client client, context.client());
  if (!options.parent.empty()) {
    TRY_ASSIGN(body["parent"], find_run_id(client, options.parent));
  }
  TRY_ASSIGN(const json run, submit_body_to(context, client, body));
  const std::string id = text_at(run, "id");
  const std::string line = "run " + printable(id) + "\n";
  if (context.json() && !options.follow) TRY(out_json(run));
  else if (options.follow) note(line.substr(0, line.size() - 1));  // stdout is the run's own
  else TRY(out(line));
  report_run(run);
  return options.follow ? follow_run(context, std::move(client), id, options.raw) : base::Result<int>(0);
}

std::vector<Option> submit_options(SubmitOptions& o) {
  return {{"-x,--experiment", &o.experiment, "experiment (the source folder's name)", "EXPERIMENT"},
          {"--source", &o.source, "folder to capture and run in (the working directory)", "DIR"},
          {"-f,--follow", &o.follow, "print what it writes; exit as it does. Ctrl-C leaves it running"},
          {"--raw", &o.raw, "with --follow: byte for byte on a terminal too, not only text and colors"},
          {"-e,--env", &o.environment, "environment variable for the run (repeatable)", "NAME=VALUE"},
          {"--python", &o.python, "interpreter: a binary, a venv, a conda prefix (python3)", "PATH"},
          {"--target", &o.target, "where it runs (local)", "TARGET"},
          {"--tag", &o.tags, "tag of the run (repeatable)", "K[=V]"},
          {"--pattern", &o.patterns,
           "metric that a regular expression finds in the log: loss='loss: (\\S+)' (repeatable)", "METRIC=REGEX"},
          {"--name", &o.display_name, "name to show", "NAME"},
          {"--clean-env", &o.clean_env, "start from PATH, HOME, LANG and USER, not from this environment"},
          {"--link", &o.links, "give the run this folder of the source itself, uncopied (repeatable)", "DIR"},
          {"--in-place", &o.in_place, "run in the source folder itself; the snapshot is taken all the same"},
          {"--large", &o.large, "capture more than 2 GB, 50,000 files or 50,000 folders"},
          {"--grace", &o.grace, "seconds between SIGTERM and the hard end when it is canceled (10)", "SECONDS"},
          {"--max-time", &o.max_time, "seconds after which it is ended (30 days)", "SECONDS"},
          {"--id", &o.id, "id of the run, new on this machine", "ID"},
          {"--workspace", &o.workspace, "workspace (default)", "WORKSPACE"},
          {"--parent", &o.parent, "make it a child of this run", "RUN"}};
}

}  // namespace

Command submit_command() {
  const auto o = std::make_shared<SubmitOptions>();
  return {"submit",
          "snapshot this folder and queue a script or command",
          "  runyard submit train.py --alpha 0.5\n"
          "  runyard submit -f -x ridge --python venv train.py\n"
          "  runyard submit -e OMP_NUM_THREADS=2 --link data scripts/fit.py\n"
          "  runyard submit -- Rscript fit.R 'two words'\n\n"
          "Options of runyard come before the script; what follows it is the script's.\n"
          "With --follow the exit code is the run's, as for 'runyard wait'.\n",
          submit_options(*o),
          &o->words,
          &o->is_command,
          "[SCRIPT | -- COMMAND] [ARGUMENT...]",
          [o](Context& context) { return submit(context, *o); }};
}

}  // namespace cli
