// SPDX-License-Identifier: Apache-2.0
#include "cli/context.h"

#include <cstdlib>

#include "base/own_files.h"
#include "base/ownership.h"
#include "base/spawn.h"
#include "cli/words.h"

namespace cli {
namespace {

constexpr int kStartMilliseconds = 60'000;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// The message of the program, without its name, the words that our own sentence begins with, and the line end.
std::string said(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (const std::string_view known : {"runyardd: ", "cannot start the daemon: "})
    if (text.starts_with(known)) text.erase(0, known.size());
  return text;
}

}  // namespace

base::Result<Context> Context::make(bool as_json) {
  Context context;
  TRY_ASSIGN(context.state_,
             protocol::state_dir(std::getenv("RUNYARD_STATE"), std::getenv("XDG_STATE_HOME"), std::getenv("HOME")));
  TRY(base::check_own_directory("state directory", context.state_.root));
  context.terminal_ = look_at_terminal();
  context.json_ = as_json;
  context.own_run_ = variable("RUNYARD_RUN_ID");
  context.own_metrics_ = variable("RUNYARD_METRICS");
  return context;
}

base::Result<void> Context::start_daemon() const {
  if (!own_run_.empty())
    return base::error("cannot start a daemon from inside run " + printable(own_run_) +
                       ": start it outside, with 'runyard up'");
  TRY_ASSIGN_FOR("cannot start the daemon", const base::Path program, daemon_program());
  base::SpawnOptions options;
  options.argv = {program.string(), "--background"};
  options.environment = base::current_environment();
  TRY_ASSIGN_FOR("cannot start the daemon", const base::Finished finished,
                 base::run_to_end(options, kStartMilliseconds));
  if (finished.code == 0) return {};
  const std::string why = said(printable_block(finished.output));
  return base::error("cannot start the daemon: " +
                     (why.empty() ? "runyardd ended with status " + std::to_string(finished.code) : why));
}

base::Result<Client> Context::client() const {
  auto opened = running_client();
  if (opened || opened.error().code != std::errc::connection_refused) return opened;
  TRY(start_daemon());
  return running_client();
}

base::Result<int> Context::show(const nlohmann::json& answer, std::string_view text) const {
  TRY(json_ ? out_json(answer) : out(text));
  return 0;
}

base::Result<Client> Context::running_client() const {
  auto opened = Client::open(state_);
  if (opened) opened->ask_for(own_run_);
  return opened;
}

base::Result<base::Path> daemon_program() {
  TRY_ASSIGN(const base::Path folder, base::own_folder());
  std::error_code ignored;
  if (const auto beside = folder / "runyardd"; std::filesystem::exists(beside, ignored)) return beside;
  if (const auto found = base::find_program("runyardd", base::current_environment())) return *found;
  return base::error("there is no runyardd in '" + folder.string() + "' or on the PATH",
                     std::errc::no_such_file_or_directory);
}

base::Result<base::Path> sdk_folder() {
  TRY_ASSIGN(const base::Path library, base::library_folder());
  const base::Path sdk = library / "python";
  std::error_code code;
  if (std::filesystem::is_directory(sdk / "runyard", code)) return sdk;
  return base::error("cannot find the Python package: there is no '" + sdk.string() + "/runyard'",
                     std::errc::no_such_file_or_directory);
}

}  // namespace cli
