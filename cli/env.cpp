// SPDX-License-Identifier: Apache-2.0
// The environments that were built: the launcher, which builds them, lists and removes them; no daemon is needed.

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/own_files.h"
#include "base/spawn.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/environments.h"
#include "cli/interpreter.h"
#include "cli/sdk_program.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;

namespace {

constexpr std::size_t kDigits = 12;
constexpr int kPatienceMs = 600'000;

struct EnvOptions {
  std::string word, file, before;
  std::string python = "python3";
  std::optional<double> days;
};

/// Beside this program, or in the folder of programs that are not called by name: where the daemon looks, too.
base::Result<base::Path> launcher() {
  TRY_ASSIGN(const base::Path own, base::own_folder());
  TRY_ASSIGN(const base::Path library, base::library_folder());
  for (const auto& path : {own / "runyard-launcher", library / "runyard-launcher"})
    if (::access(path.c_str(), X_OK) == 0) return path;
  return base::error("cannot find runyard-launcher beside " + own.string(), std::errc::no_such_file_or_directory);
}

base::Result<json> ask(const Context& context, std::vector<std::string> words, int patience_ms = kPatienceMs) {
  TRY_ASSIGN(const base::Path program, launcher());
  base::SpawnOptions options;
  options.argv = {program, "--env"};
  options.argv.insert(options.argv.end(), words.begin(), words.end());
  options.argv.insert(options.argv.end(), {"--state", context.state().root});
  options.environment = base::current_environment();
  TRY_ASSIGN(const base::Finished done, base::run_to_end(options, patience_ms, 64 << 20));
  if (done.code == 0) return protocol::parse_json(done.output, "the launcher's answer");
  const std::string mark = "runyard-launcher: ";
  std::string said = done.output.starts_with(mark) ? done.output.substr(mark.size()) : done.output;
  while (said.ends_with('\n')) said.pop_back();
  return base::error(said);
}

std::string size_of(const json& item) {
  return base::format_bytes(static_cast<std::uint64_t>(std::max<std::int64_t>(0, number_at(item, "bytes"))));
}

/// "3f2a9c... mine"
std::string title_of(const json& item) {
  return text_at(item, "digest").substr(0, kDigits) + " " + printable(text_at(item, "name"));
}

std::string age_of(const json& item, const char* key) {
  const json& seconds = member_at(item, key);
  return seconds.is_number() ? age(base::iso_time(base::from_seconds(seconds.get<double>())), base::now()) : "never";
}

base::Result<int> list_environments(const Context& context) {
  TRY_ASSIGN(const json answer, built_environments(context, kPatienceMs));
  if (context.json()) {
    TRY(out_json(answer));
    return 0;
  }
  Table table({{"DIGEST"}, {"NAME"}, {"PYTHON"}, {"SIZE", Table::Align::kRight}, {"BEFORE"}, {"USED"}, {"BY"}});
  for (const json& item : list_at(answer, "items"))
    table.add({text_at(item, "digest").substr(0, kDigits), text_at(item, "name"),
               text_at(member_at(item, "python"), "version"), size_of(item),
               text_at(member_at(item, "definition"), "before"), age_of(item, "used"), text_at(item, "used_by")});
  if (table.empty()) note("no environment has been built");
  else TRY(out(table.text(context.terminal().color, 0)));
  return 0;
}

std::string lines_of(const char* title, const json& values) {
  std::string text;
  for (const json& value : values)
    text += std::string(text.empty() ? title : "          ") +
            printable(value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
  return text;
}

std::string description_of(const json& item) {
  const json& definition = member_at(item, "definition");
  const json& python = member_at(item, "python");
  const std::string before = text_at(definition, "before");
  json conda = json::array();
  for (const auto& [package, requirement] : member_at(definition, "conda").items()) conda.push_back(package);
  return "name      " + printable(text_at(item, "name")) + "\ndigest    " + text_at(item, "digest") + "\npython    " +
         printable(text_at(python, "version") + ", made with " + text_at(python, "path")) +
         (before.empty() ? "" : "\nbefore    " + printable(before)) + "\nprefix    " +
         printable(text_at(item, "prefix")) + "\nmade by   " + printable(text_at(item, "tool")) + ", " +
         age_of(item, "created") + "\nused      " + age_of(item, "used") + " " + printable(text_at(item, "used_by")) +
         "\nsize      " + size_of(item) + "\n" + lines_of("pip       ", list_at(definition, "pip")) +
         lines_of("options   ", list_at(definition, "options")) + lines_of("conda     ", conda) +
         lines_of("replaced  ", list_at(item, "replaced")) + lines_of("warnings  ", list_at(item, "warnings"));
}

base::Result<int> show(const Context& context, const EnvOptions& options) {
  TRY_ASSIGN(const json answer, ask(context, {"show", options.word}));
  if (context.json()) TRY(out_json(answer));
  else
    for (const json& item : list_at(answer, "items")) TRY(out(description_of(item)));
  return 0;
}

/// The environments that were removed, and those that stay because runs use them: then the exit status is 1.
base::Result<int> report(const Context& context, const json& answer) {
  if (context.json()) TRY(out_json(answer));
  for (const json& item : list_at(answer, "removed"))
    if (!context.json()) TRY(out("removed " + title_of(item) + ", " + size_of(item) + "\n"));
  for (const json& item : list_at(answer, "in_use"))
    note("runyard: " + title_of(item) + " stays: a run uses it, or it is being built");
  return list_at(answer, "in_use").empty() ? 0 : 1;
}

base::Result<int> remove(const Context& context, const EnvOptions& options) {
  TRY_ASSIGN(const json answer, ask(context, {"remove", options.word}));
  return report(context, answer);
}

base::Result<int> gc(const Context& context, const EnvOptions& options) {
  std::vector<std::string> words = {"gc"};
  if (options.days) words.insert(words.end(), {"--days", std::to_string(*options.days)});
  TRY_ASSIGN(const json answer, ask(context, words));
  return report(context, answer);
}

/// Becomes the SDK, which reads the file as for a run and has it built.
base::Result<int> build(const Context& context, const EnvOptions& options) {
  TRY_ASSIGN(const base::Path python, resolve_interpreter(options.python, base::current_environment()));
  std::vector<std::string> arguments{options.file};
  if (!options.before.empty()) arguments.push_back(options.before);
  return become_sdk_program(context, python, "runyard._environment_build", arguments);
}

Option which(const std::shared_ptr<EnvOptions>& o) {
  return {"ENVIRONMENT", &o->word, "a name, or the beginning of a digest", "", true};
}

}  // namespace

base::Result<json> built_environments(const Context& context, int patience_ms) {
  return ask(context, {"list"}, patience_ms);
}

Command env_list_command() {
  return {"env list",
          "environments that were built",
          "  runyard env list\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return list_environments(context); }};
}

Command env_show_command() {
  const auto o = std::make_shared<EnvOptions>();
  return {"env show",
          "what one holds",
          "  runyard env show mine\n",
          {which(o)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return show(context, *o); }};
}

Command env_build_command() {
  const auto o = std::make_shared<EnvOptions>();
  return {"env build",
          "build one before a run needs it",
          "  runyard env build environment.yml\n  runyard env build requirements.txt --python python3.11\n"
          "  runyard env build requirements.txt --before 2021-06-01\n",
          {{"FILE", &o->file, "a conda specification (.yml) or requirements", "", true},
           {"--python", &o->python, "the interpreter of the runs (default: python3 on PATH)", "PATH"},
           {"--before", &o->before, "packages and Python as they were before that day", "DATE"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return build(context, *o); }};
}

Command env_remove_command() {
  const auto o = std::make_shared<EnvOptions>();
  return {"env remove",
          "remove one that no run uses",
          "  runyard env remove mine\n",
          {which(o)},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return remove(context, *o); }};
}

Command env_gc_command() {
  const auto o = std::make_shared<EnvOptions>();
  return {"env gc",
          "remove environments that were not used for long, and half-built ones",
          "  runyard env gc --days 7\n",
          {{"--days", &o->days, "so many days without a run (default: 30)", "N"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return gc(context, *o); }};
}

}  // namespace cli
