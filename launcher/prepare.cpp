// SPDX-License-Identifier: Apache-2.0
#include "launcher/prepare.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/archive.h"
#include "base/spawn.h"
#include "base/text.h"
#include "env/interpreter.h"
#include "env/provide.h"
#include "launcher/environment.h"
#include "launcher/inputs.h"
#include "launcher/outcome.h"
#include "launcher/process_tree.h"
#include "protocol/json_field.h"
#include "protocol/slot.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kAskMilliseconds = 60'000;
constexpr std::chrono::milliseconds kAskAgain(1000), kSlotPoll(50);

base::Result<void> make_journal(const protocol::AttemptDir& dir) {
  TRY_FOR("cannot make the journal", base::make_directories(dir.blobs()));
  TRY_FOR("cannot make the journal", base::open_file(dir.shared_metrics(), O_CREAT | O_WRONLY | O_APPEND));
  return {};
}

std::string with_advice(const std::string& message) {
  if (!message.starts_with("cannot use the interpreter")) return message;
  return message + ". Name another Python: interpreter_path, or --python in a shell";
}

protocol::Prepared prepared_fact(const env::Provided& provided, const std::string& name) {
  const env::Environment& found = provided.environment;
  protocol::Prepared fact;
  fact.name = name;
  fact.digest = found.digest;
  fact.python = {found.python_path, found.python_version};
  if (!found.definition.before.empty()) fact.before = found.definition.before;
  fact.tool = found.tool;
  fact.built = provided.built;
  fact.created = found.created;
  fact.seconds = found.seconds;
  fact.bytes = found.bytes;
  fact.replaced = found.replaced;
  fact.warnings = found.warnings;
  return fact;
}

protocol::InterpreterFound interpreter_fact(const env::Interpreter& found) {
  return {found.path,        found.version, found.implementation, found.prefix,
          found.base_prefix, found.machine, found.packages};
}

/// The process that prepares, from its fork to its end.
class Preparer {
 public:
  Preparer(Attempt attempt, FactWriter& facts, base::Appender log, const ReportSlot& report)
      : attempt_(std::move(attempt)), facts_(facts), log_(std::move(log)), report_(report) {}

  base::Result<void> run() {
    for (const auto& sentence : attempt_.spec.warnings) warn(sentence);
    enter("unpack");
    TRY(prepare_work());
    if (attempt_.spec.managed) {
      enter("environment");
      TRY(provide_environment());
    }
    enter("interpreter");
    if (!attempt_.spec.interpreter.empty()) TRY(check_interpreter());
    if (!attempt_.spec.requirements.empty() && prepared_.environment.empty()) TRY(check_requirements());
    if (!not_built_.empty())
      warn(not_built_ + ". The run uses " + attempt_.spec.interpreter + ", which has the packages");
    if (!attempt_.spec.inputs.empty()) {
      enter("inputs");
      TRY(provide_inputs());
    }
    prepared_.stage = "start";
    return publish();
  }

  void failed(const base::Error& error) {
    const std::string message = with_advice(error.message);
    const bool more = !not_built_.empty() && not_built_ != error.message;
    prepared_.error = more ? not_built_ + ". Besides, " + message : message;
    note(message);
    (void)publish();
  }

 private:
  void enter(const char* stage) {
    prepared_.stage = stage;
    (void)publish();  // first: who has read the fact may rely on the report
    facts_.write(protocol::Preparing{stage});
  }

  base::Result<void> publish() const {
    const json said = {{"stage", prepared_.stage},
                       {"error", prepared_.error},
                       {"environment", prepared_.environment},
                       {"mounts", prepared_.mounts},
                       {"interpreter", protocol::bytes_to_json(prepared_.interpreter)}};
    return report_.put(protocol::to_text(said));
  }

  void note(const std::string& line) { (void)log_.append(line); }
  void warn(const std::string& sentence) {
    facts_.warn(sentence);
    note(sentence);
  }

  base::Result<void> prepare_work() {
    TRY(make_journal(attempt_.dir));
    if (attempt_.spec.source.in_place) return check_source();
    TRY_FOR("cannot make the working directory", base::make_directories(attempt_.dir.work()));
    TRY(unpack());
    TRY(make_links());
    return make_output_folders();
  }

  base::Result<void> check_source() {
    std::error_code ignored;
    if (!fs::is_directory(attempt_.work(), ignored))
      return base::error("cannot run in place: the source folder " + attempt_.work().string() + " does not exist",
                         std::errc::no_such_file_or_directory);
    return make_output_folders();
  }

  base::Result<void> unpack() {
    if (attempt_.spec.snapshot.empty()) return {};
    const auto snapshot = protocol::StateDir::of_run(attempt_.run).snapshot(attempt_.spec.snapshot);
    TRY_ASSIGN_FOR("cannot unpack the snapshot", const auto report,
                   base::extract_tar_zst(snapshot.archive(), attempt_.dir.work(), true));
    note("unpacked " + std::to_string(report.files) + " files, " + base::format_bytes(report.bytes));
    for (const auto& skipped : report.skipped) warn("not unpacked: " + skipped);
    for (const auto& link : report.outside) warn("not captured: " + link);
    return {};
  }

  base::Result<void> make_links() {
    for (const auto& name : attempt_.spec.source.links) TRY_FOR("cannot link '" + name + "'", make_link(name));
    return {};
  }

  base::Result<void> make_link(const std::string& name) {
    const base::Path relative = base::Path(name).lexically_normal();
    if (relative.is_absolute() || relative.empty() || *relative.begin() == ".." || relative == ".")
      return base::error("not a folder inside the source");
    const base::Path link = attempt_.dir.work() / relative;
    TRY(base::make_directories(link.parent_path()));
    std::error_code code;
    // What a client sent of it, or a file that was captured, makes way; never through a link that leads elsewhere.
    if (fs::canonical(link.parent_path(), code) != (fs::canonical(attempt_.dir.work(), code) / relative).parent_path())
      return base::error("its folder in the working directory is a link itself");
    fs::remove_all(link, code);
    fs::create_symlink(base::Path(attempt_.spec.source.directory) / relative, link, code);
    if (code) return base::os_error("into the working directory", code.value());
    return {};
  }

  base::Result<void> make_output_folders() {
    for (const char* name : {"outputs", "logs"}) {
      std::error_code code;
      if (!attempt_.spec.source.in_place) fs::remove_all(attempt_.work() / name, code);
      TRY_FOR(std::string("cannot make the folder ") + name, base::make_directories(attempt_.work() / name));
    }
    return {};
  }

  base::Result<void> provide_inputs() {
    TRY_ASSIGN(const MadeInputs made, make_inputs(attempt_));
    if (made.files > 0)
      note("copied " + std::to_string(made.files) + " files of inputs, " + base::format_bytes(made.bytes));
    for (const auto& sentence : made.warnings) warn(sentence);
    const auto mounts = input_mounts(attempt_);
    if (mounts.empty()) return {};
    const auto tried = base::try_mounts(mounts);
    prepared_.mounts = tried.has_value();
    if (tried) return {};
    if (needs_mounts(attempt_)) return tried.error().with("cannot give the run its inputs where they are asked for");
    warn("the run can change the original files of its inputs (" + names_of_mounted(attempt_) +
         "), because they cannot be read-only here: " + tried.error().message);
    return {};
  }

  base::Result<void> provide_environment() {
    const env::Environments environments(protocol::StateDir::of_run(attempt_.run));
    const auto& spec = attempt_.spec;
    env::BuildRequest request{*spec.managed, spec.interpreter, spec.snapshot, attempt_.work(), {}};
    request.before_build = [this] { yield_slot(); };
    TRY_ASSIGN(request.environment, child_environment(attempt_));
    const auto provided = env::provide(environments, request, log_);
    if (!provided && request.managed.strict) return provided.error();
    if (provided) take(*provided, environments);
    else go_without_environment(provided.error().message);
    if (yielded_) await_slot();
    return {};
  }

  void yield_slot() {
    if (!attempt_.slots_given) return;
    yielded_ = true;  // also if this is lost: asking for a slot that one has is answered at once
    facts_.write(protocol::Preparing{std::string(protocol::kBuildStage)});
  }

  /// A run that is canceled meanwhile ends with this process. Asks until that is written: on a full disk, too.
  void await_slot() {
    while (!facts_.write(protocol::Preparing{std::string(protocol::kSlotStage)}))
      std::this_thread::sleep_for(kAskAgain);
    while (!base::exists(protocol::slot_file(attempt_.dir))) std::this_thread::sleep_for(kSlotPoll);
  }

  void take(const env::Provided& provided, const env::Environments& environments) {
    const env::Environment& found = provided.environment;
    environments.note_use(found.digest, attempt_.spec.id);
    if (auto held = environments.hold(found.digest)) environment_ = std::move(*held);
    prepared_.environment = found.digest;
    attempt_.spec.interpreter = environments.state().environment(found.digest).interpreter();
    const std::string& before = found.definition.before;
    note("environment " + found.digest.substr(0, 12) + ", made by " + found.tool +
         (before.empty() ? "" : ", packages from before " + before));
    facts_.write(prepared_fact(provided, attempt_.spec.managed->name));
    for (const auto* list : {&found.replaced, &found.warnings})
      for (const auto& sentence : *list) warn(sentence);
  }

  /// The submitter's interpreter may hold all that is asked for: then a machine without a network goes on working.
  void go_without_environment(const std::string& why) {
    note(why);
    not_built_ = why;
  }

  base::Result<void> check_interpreter() {
    std::string& path = attempt_.spec.interpreter;
    TRY_ASSIGN(path, env::resolve(path));
    std::string output;
    env::ProbeOptions context;
    context.cache = protocol::StateDir::of_run(attempt_.run).interpreters();
    TRY_ASSIGN(context.environment, child_environment(attempt_));
    context.output = &output;
    const auto found = env::describe(path, context);
    if (!output.empty()) note(base::to_utf8(output));
    if (!found) return found.error();
    path = prepared_.interpreter = found->path;
    note("interpreter " + found->path + ": " + found->implementation + " " + found->version + ", " +
         std::to_string(found->packages.size()) + " packages");
    for (const auto& warning : found->warnings) warn(warning);
    facts_.write(interpreter_fact(*found));
    return {};
  }

  /// The interpreter itself says which packages it lacks.
  /// Asked now and not at submission: packages may be installed meanwhile. In Python, because it compares versions for
  /// the SDK too.
  base::Result<void> check_requirements() {
    constexpr int kLacking = 3;
    base::SpawnOptions options;
    options.argv = {attempt_.spec.interpreter, "-m", "runyard._packages"};
    options.argv.insert(options.argv.end(), attempt_.spec.requirements.begin(), attempt_.spec.requirements.end());
    TRY_ASSIGN(options.environment, child_environment(attempt_));
    for (auto& entry : options.environment)
      if (entry.starts_with("PYTHONPATH="))
        entry = "PYTHONPATH=" + attempt_.spec.sdk_path + without_work(entry.substr(11));
    options.directory = "/";
    TRY_ASSIGN_FOR("cannot ask " + attempt_.spec.interpreter + " for its packages", const base::Finished finished,
                   base::run_to_end(options, kAskMilliseconds));
    if (finished.code == 0) return {};
    std::string said = base::to_utf8(finished.output);
    while (said.ends_with('\n')) said.pop_back();
    if (finished.code == kLacking && !said.empty()) return base::error(said);
    return base::error("cannot ask " + attempt_.spec.interpreter + " for its packages: it ended with status " +
                       std::to_string(finished.code) + (said.empty() ? "" : ": " + said));
  }

  /// The rest of a search path: modules of the source must not stand in for those of the library.
  std::string without_work(const std::string& paths) const {
    std::string rest;
    for (const auto& path : base::split(paths, ':'))
      if (path != attempt_.work().string()) rest += ":" + path;
    return rest;
  }

  Attempt attempt_;
  FactWriter& facts_;
  base::Appender log_;
  const ReportSlot& report_;
  Prepared prepared_;
  base::Fd environment_;   ///< the lock on it, until the worker has one
  bool yielded_ = false;   ///< the run's slot
  std::string not_built_;  ///< why there is no environment, and the interpreter has to do
};

[[noreturn]] void prepare(const Attempt& attempt, FactWriter& facts, base::Appender log, const ReportSlot& report,
                          pid_t worker) {
  if (!die_with(worker)) ::_exit(1);
  Preparer preparer(attempt, facts, std::move(log), report);
  const auto done = preparer.run();
  if (!done) preparer.failed(done.error());
  ::_exit(done ? 0 : 1);
}

}  // namespace

base::Result<Preparing> start_preparing(const Attempt& attempt, FactWriter& facts) {
  TRY_ASSIGN(ReportSlot report, ReportSlot::make());
  TRY_ASSIGN_FOR("cannot open env.log", base::Appender log, base::Appender::open(attempt.dir.env_log()));
  const pid_t worker = getpid();
  TRY_ASSIGN(const pid_t pid, base::fork_process());
  if (pid == 0) prepare(attempt, facts, std::move(log), report, worker);
  TRY_ASSIGN(base::Fd pidfd, base::open_child(pid));
  return Preparing{std::move(pidfd), std::move(report)};
}

Prepared outcome_of(const Preparing& preparing) {
  const json said = json::parse(preparing.report.get(), nullptr, false);
  if (!said.is_object())
    return {kLaunchStage, "cannot prepare the run: the process that prepares it was killed", {}, {}, false};
  Prepared prepared{protocol::text_at(said, "stage"),
                    protocol::text_at(said, "error"),
                    {},
                    protocol::text_at(said, "environment"),
                    protocol::value_at(said, "mounts", false)};
  if (auto path = protocol::bytes_from_json(protocol::member_at(said, "interpreter")))
    prepared.interpreter = std::move(*path);
  if (prepared.stage != "start" && prepared.error.empty())
    prepared.error = "cannot prepare the run: the process that prepares it was killed";
  return prepared;
}

void drop_half_built(const Attempt& attempt) {
  if (attempt.spec.managed) env::Environments(protocol::StateDir::of_run(attempt.run)).drop_unfinished();
}

}  // namespace launcher
