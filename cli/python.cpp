// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>
#include <optional>

#include "base/spawn.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/interpreter.h"
#include "cli/python_place.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::text_at;

namespace {

constexpr int kCheckMilliseconds = 60'000;

struct PythonOptions {
  std::string path;
};

base::Result<PythonFacts> facts_of(const base::Path& python) {
  TRY_ASSIGN(const std::string answer, ask_python(python, kFactsProgram, std::string(kFactsMarker)));
  return python_facts_from(answer);
}

/// The enabled interpreters, from the state directory: {"items": [{"python", "version", "file"}]}.
json read_list(const Context& context) {
  const auto text = base::read_file(context.state().pythons(), 1 << 20);
  json list = text ? json::parse(*text, nullptr, false) : json();
  if (!member_at(list, "items").is_array()) list = json{{"items", json::array()}};
  return list;
}

/// Drops what the list says about the interpreter that reads `file`, and adds `entry` unless it is null.
base::Result<void> write_list(const Context& context, const std::string& file, const json& entry) {
  json list = read_list(context);
  json items = json::array();
  for (const json& item : list["items"])
    if (text_at(item, "file") != file) items.push_back(item);
  if (!entry.is_null()) items.push_back(entry);
  list["items"] = std::move(items);
  TRY(base::make_directories(context.state().root));
  return base::write_file_atomic(context.state().pythons(), protocol::to_text(list, 2) + "\n");
}

/// Whether the interpreter, started as its user starts it, finds our package; the error is what it said.
base::Result<void> check_import(const base::Path& python, const base::Path& sdk) {
  base::SpawnOptions options;
  options.argv = {
      python.string(), "-c",
      "import os, azureml.core, runyard; "
      "print('\\nrunyard:found'); print(os.path.realpath(os.path.dirname(os.path.dirname(runyard.__file__))))"};
  options.directory = "/";
  for (auto& entry : base::current_environment())
    if (!entry.starts_with("PYTHONPATH=")) options.environment.push_back(std::move(entry));
  TRY_ASSIGN(const base::Finished finished, base::run_to_end(options, kCheckMilliseconds));
  const auto found = finished.output.rfind("runyard:found\n");
  if (finished.code != 0 || found == std::string::npos)
    return base::error("'import azureml.core, runyard' does not work there:\n" + printable_block(finished.output));
  std::string folder = finished.output.substr(found + 14);
  while (folder.ends_with('\n')) folder.pop_back();
  std::error_code ignored;
  if (std::filesystem::equivalent(folder, sdk, ignored)) return {};
  return base::error("another package 'runyard' is found first there: '" + printable(folder) + "'");
}

/// The text of our file; nothing where there is none. A file of that name with other content is refused.
base::Result<std::optional<std::string>> read_pth(const base::Path& file) {
  auto text = base::read_file(file, 1 << 16);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return std::optional<std::string>();
  TRY(text);
  if (!is_our_pth(*text)) return base::error("'" + file.string() + "' is not ours");
  return std::optional(std::move(*text));
}

struct Written {
  base::Path file;
  std::optional<std::string> before;  ///< what it said
};

base::Result<Written> write_pth(const PythonFacts& facts, const base::Path& sdk) {
  TRY_ASSIGN(const base::Path place, choose_place(facts, is_writable));
  Written written{place / kPthName, std::nullopt};
  TRY_ASSIGN(written.before, read_pth(written.file));
  TRY(base::make_directories(place));
  TRY(base::write_file_atomic(written.file, pth_text(sdk.string()), 0644));
  return written;
}

/// An interpreter that cannot be enabled is left as it was.
void restore(const Written& written) {
  if (!written.before) ::unlink(written.file.c_str());
  else if (auto put = base::write_file_atomic(written.file, *written.before, 0644); !put)
    note("note: " + put.error().message);
}

base::Result<int> enable(const Context& context, const PythonOptions& options) {
  TRY_ASSIGN(base::Path sdk, sdk_folder());
  std::error_code ignored;
  if (const auto real = std::filesystem::canonical(sdk, ignored); !ignored) sdk = real;
  TRY_ASSIGN(const base::Path python, resolve_interpreter(options.path, base::current_environment()));
  TRY_ASSIGN(const PythonFacts facts, facts_of(python));
  TRY_ASSIGN_FOR("cannot enable " + printable(facts.executable), const Written written, write_pth(facts, sdk));
  if (const auto works = check_import(python, sdk); !works) {
    restore(written);
    return works.error().with("cannot enable " + printable(python.string()));
  }
  const base::Path& file = written.file;
  const json entry{
      {"python", base::to_utf8(python.string())}, {"version", facts.version}, {"file", base::to_utf8(file.string())}};
  TRY(write_list(context, file.string(), entry));
  if (context.json()) TRY(out_json(entry));
  else
    TRY(out("Python " + facts.version + " (" + printable(python.string()) +
            ") now imports azureml.core and runyard: wrote " + printable(file.string()) + "\n"));
  if (!facts.other_azureml.empty())
    note("note: '" + printable(facts.other_azureml) +
         "' is hidden by it; RUNYARD_AZUREML=off brings it back for a process");
  return 0;
}

/// Removes our file from every place of the interpreter; the files that were removed.
base::Result<std::vector<std::string>> remove_pth(const PythonFacts& facts) {
  std::vector<std::string> places = facts.places;
  places.push_back(facts.user);
  std::vector<std::string> removed;
  for (const auto& place : places) {
    const base::Path file = base::Path(place) / kPthName;
    TRY_ASSIGN_FOR("cannot disable " + printable(facts.executable), const auto there, read_pth(file));
    if (!there) continue;
    if (::unlink(file.c_str()) != 0) return base::os_error("cannot remove '" + file.string() + "'");
    removed.push_back(file.string());
  }
  return removed;
}

/// Forgets an interpreter that is gone; its error stays when it was never enabled.
base::Result<int> forget(const Context& context, const std::string& path, const base::Error& why) {
  std::error_code ignored;
  const std::string absolute = std::filesystem::absolute(path, ignored).lexically_normal().string();
  const json list = read_list(context);
  for (const json& item : list_at(list, "items")) {
    const std::string python = text_at(item, "python");
    if (python != absolute && !python.starts_with(absolute + "/")) continue;
    TRY(write_list(context, text_at(item, "file"), json()));
    TRY(out("forgot " + printable(python) + ", which is gone\n"));
    return 0;
  }
  return why;
}

base::Result<int> disable(const Context& context, const PythonOptions& options) {
  const auto python = resolve_interpreter(options.path, base::current_environment());
  if (!python) return forget(context, options.path, python.error());
  TRY_ASSIGN(const PythonFacts facts, facts_of(*python));
  TRY_ASSIGN(const auto removed, remove_pth(facts));
  for (const auto& file : removed) TRY(write_list(context, file, json()));
  if (context.json()) TRY(out_json(json{{"python", python->string()}, {"removed", removed}}));
  else if (removed.empty()) TRY(out(printable(python->string()) + " was not enabled\n"));
  for (const auto& file : removed)
    if (!context.json()) TRY(out("removed " + printable(file) + "\n"));
  return 0;
}

/// "works", or what has changed since.
std::string condition(const json& item, const std::string& sdk) {
  std::error_code ignored;
  if (!std::filesystem::exists(text_at(item, "python"), ignored)) return "the interpreter is gone";
  const auto text = base::read_file(text_at(item, "file"), 1 << 16);
  if (!text) return "its " + std::string(kPthName) + " is gone";
  return *text == pth_text(sdk) ? "works" : "names another SDK; enable it again";
}

base::Result<int> list_pythons(const Context& context) {
  const json enabled = read_list(context);
  if (context.json()) {
    TRY(out_json(enabled));
    return 0;
  }
  TRY_ASSIGN(base::Path sdk, sdk_folder());
  std::error_code ignored;
  if (const auto real = std::filesystem::canonical(sdk, ignored); !ignored) sdk = real;
  Table table({{"PYTHON"}, {"VERSION"}, {"STATE"}});
  for (const json& item : list_at(enabled, "items"))
    table.add({text_at(item, "python"), text_at(item, "version"), condition(item, sdk.string())});
  if (table.empty()) note("no interpreter is enabled; 'runyard python enable PATH' does it");
  else TRY(out(table.text(context.terminal().color, 0)));
  return 0;
}

}  // namespace

Command python_enable_command() {
  const auto o = std::make_shared<PythonOptions>();
  return {"python enable",
          "make the SDK importable in an interpreter",
          "  runyard python enable venv               a venv or conda prefix\n"
          "  runyard python enable /usr/bin/python3   (the user's own site-packages)\n",
          {{"PATH", &o->path, "interpreter, venv or conda prefix", "", true}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return enable(context, *o); }};
}

Command python_disable_command() {
  const auto o = std::make_shared<PythonOptions>();
  return {"python disable",
          "undo that",
          "  runyard python disable venv\n",
          {{"PATH", &o->path, "interpreter, venv or conda prefix", "", true}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return disable(context, *o); }};
}

Command python_list_command() {
  return {"python list",
          "the interpreters that were enabled",
          "  runyard python list\n",
          {},
          nullptr,
          nullptr,
          "",
          [](Context& context) { return list_pythons(context); }};
}

}  // namespace cli
