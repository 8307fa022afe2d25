// SPDX-License-Identifier: Apache-2.0
#include "launcher/environment.h"

#include <array>
#include <optional>

#include "base/text.h"
#include "launcher/inputs.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;
using protocol::StringMap;

bool kept_when_clean(const std::string& name) {
  constexpr std::array<std::string_view, 11> kKept = {
      "PATH", "HOME", "LANG", "LANGUAGE", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "TZ", "RUNYARD_SOURCE_DATE"};
  for (const auto kept : kKept)
    if (name == kept) return true;
  return name.starts_with("LC_");
}

base::Result<StringMap> submitted_environment(const Attempt& attempt) {
  TRY_ASSIGN(const std::string text, base::read_file(attempt.run.environ_file()));
  TRY_ASSIGN(const nlohmann::json parsed, protocol::parse_json(text, "record/environ.json"));
  TRY_ASSIGN(StringMap map, protocol::map_from_json(parsed));
  if (attempt.spec.clean_env) std::erase_if(map, [](const auto& entry) { return !kept_when_clean(entry.first); });
  return map;
}

/// Where the inputs are. Of the names that SDK v1 gave, those that the user has set stay.
void add_inputs(StringMap& map, const Attempt& attempt) {
  for (const auto& input : attempt.spec.inputs) {
    if (input.mode == protocol::InputMode::kLink) continue;
    const std::string path = path_of_input(attempt, input);
    map["RUNYARD_INPUT_" + input.name] = path;
    map.try_emplace(input.name, path);
    map.try_emplace("AZUREML_DATAREFERENCE_" + input.name, path);
  }
}

void add_run(StringMap& map, const Attempt& attempt) {
  const auto& spec = attempt.spec;
  map["RUNYARD_RUN_ID"] = spec.id;
  map["RUNYARD_ATTEMPT"] = attempt.nonce;
  map["RUNYARD_JOURNAL"] = attempt.dir.journal();
  map["RUNYARD_METRICS"] = attempt.dir.shared_metrics();
  map["RUNYARD_STATE"] = protocol::StateDir::of_run(attempt.run).root;
  map["RUNYARD_EXPERIMENT"] = spec.experiment;
  map["RUNYARD_WORKSPACE"] = spec.workspace.name;
  map["RUNYARD_SUBSCRIPTION"] = spec.workspace.subscription_id;
  map["RUNYARD_RESOURCE_GROUP"] = spec.workspace.resource_group;
  map["RUNYARD_RUN_NUMBER"] = std::to_string(spec.number);
}

void add_azureml(StringMap& map, const protocol::RunSpec& spec) {
  map["AZUREML_RUN_ID"] = spec.id;
  map["AZUREML_ARM_SUBSCRIPTION"] = spec.workspace.subscription_id;
  map["AZUREML_ARM_RESOURCEGROUP"] = spec.workspace.resource_group;
  map["AZUREML_ARM_WORKSPACE_NAME"] = spec.workspace.name;
  map["AZUREML_ARM_PROJECT_NAME"] = spec.experiment;
  map["AZUREML_OUTPUT_DIRECTORY"] = "./outputs";
}

/// "base" for the prefix that conda itself lies in, the name of one of its environments, else the path.
std::string conda_name_of(const base::Path& prefix) {
  std::error_code ignored;
  if (fs::exists(prefix / "condabin", ignored)) return "base";
  return prefix.parent_path().filename() == "envs" ? prefix.filename().string() : prefix.string();
}

/// What activation says of a prefix, and what `conda env config vars set` keeps. The run's own variables win.
void add_conda(StringMap& map, const base::Path& prefix, const StringMap& own) {
  map["CONDA_PREFIX"] = prefix;
  map["CONDA_DEFAULT_ENV"] = conda_name_of(prefix);
  map["CONDA_PROMPT_MODIFIER"] = "(" + map["CONDA_DEFAULT_ENV"] + ") ";
  map["CONDA_SHLVL"] = "1";
  const auto text = base::read_file(prefix / "conda-meta" / "state", 1 << 20);
  const auto state =
      text ? protocol::parse_json(*text, "conda-meta/state") : base::Result<nlohmann::json>(text.error());
  if (!state) return;
  const nlohmann::json kept = protocol::object_at(*state, "env_vars");
  for (const auto& [name, value] : kept.items())
    if (value.is_string() && !own.contains(name)) map[name] = value.get<std::string>();
}

/// The prompt that a virtual environment was made with, else its folder's name.
std::string prompt_of(const base::Path& prefix) {
  const auto text = base::read_file(prefix / "pyvenv.cfg", 1 << 16);
  for (const auto& line : base::split(text ? *text : "", '\n'))
    if (constexpr std::string_view kKey = "prompt = "; line.starts_with(kKey)) {
      const std::string prompt = line.substr(kKey.size());
      const bool quoted = prompt.size() > 1 && (prompt[0] == '\'' || prompt[0] == '"') && prompt.back() == prompt[0];
      return quoted ? prompt.substr(1, prompt.size() - 2) : prompt;
    }
  return prefix.filename();
}

void add_venv(StringMap& map, const base::Path& prefix) {
  map["VIRTUAL_ENV"] = prefix;
  map["VIRTUAL_ENV_PROMPT"] = prompt_of(prefix);
}

/// PATH, VIRTUAL_ENV and CONDA_PREFIX name the run's interpreter, never the submitter's.
void add_interpreter(StringMap& map, const protocol::RunSpec& spec) {
  const base::Path interpreter = spec.interpreter;
  if (interpreter.empty()) return;
  const base::Path bin = interpreter.parent_path();
  const base::Path prefix = bin.parent_path();
  std::string& path = map["PATH"];
  path = bin.string() + ":" + (path.empty() ? "/usr/local/bin:/usr/bin:/bin" : path);
  std::error_code ignored;
  for (const char* name : {"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV",
                           "CONDA_PROMPT_MODIFIER", "CONDA_SHLVL", "PYTHONHOME"})
    map.erase(name);
  if (fs::exists(prefix / "pyvenv.cfg", ignored)) add_venv(map, prefix);
  if (fs::exists(prefix / "conda-meta", ignored)) add_conda(map, prefix, spec.environment);
}

void add_python_path(StringMap& map, const Attempt& attempt) {
  const std::string& sdk = attempt.spec.sdk_path;
  std::string path = sdk.empty() ? "" : sdk + "/hook:";
  path += attempt.work().string();
  if (const auto user = map.find("PYTHONPATH"); user != map.end() && !user->second.empty()) path += ":" + user->second;
  if (!sdk.empty()) path += ":" + sdk;
  map["PYTHONPATH"] = path;
}

}  // namespace

/// Here and not in the client, because only the run has AZUREML_RUN_ID.
std::string expand_variables(std::string_view text, const std::vector<std::string>& environment) {
  const auto value_of = [&](std::string_view name) -> std::optional<std::string_view> {
    for (const std::string_view entry : environment)
      if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
        return entry.substr(name.size() + 1);
    return std::nullopt;
  };
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::string expanded;
  for (std::size_t at = 0; at < text.size();) {
    const bool braces = text.substr(at).starts_with("${");
    std::size_t end = at + (braces ? 2 : 1);
    while (end < text.size() && (braces ? text[end] != '}' : is_word(text[end]))) ++end;
    const auto name = text.substr(at + (braces ? 2 : 1), end - at - (braces ? 2 : 1));
    const bool closed = !braces || end < text.size();
    const auto value = text[at] == '$' && closed && !name.empty() ? value_of(name) : std::nullopt;
    if (value) expanded += *value;
    else expanded += text[at];
    at = value ? end + (braces ? 1 : 0) : at + 1;
  }
  return expanded;
}

base::Result<std::vector<std::string>> child_environment(const Attempt& attempt) {
  TRY_ASSIGN_FOR("cannot read the submitter's environment", StringMap map, submitted_environment(attempt));
  for (const auto& [name, value] : attempt.spec.environment) map[name] = value;
  add_inputs(map, attempt);
  add_run(map, attempt);
  add_azureml(map, attempt.spec);
  add_interpreter(map, attempt.spec);
  add_python_path(map, attempt);
  std::vector<std::string> list;
  for (const auto& [name, value] : map) list.push_back(name + "=" + value);
  return list;
}

}  // namespace launcher
