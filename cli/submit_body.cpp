// SPDX-License-Identifier: Apache-2.0
#include "cli/submit_body.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/spawn.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/user_variables.h"
#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/limits.h"
#include "protocol/names.h"

namespace cli {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

base::Error cannot_submit(const std::string& what, const std::string& why) {
  return base::error("cannot submit '" + printable(what) + "': " + why);
}

/// "NAME=value" pairs; `option` is named in errors. `lone`: a name without '=' is allowed.
base::Result<protocol::StringMap> read_pairs(const std::vector<std::string>& words, const std::string& option,
                                             bool lone) {
  protocol::StringMap map;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (word.empty() || equals == 0 || (!lone && equals == std::string::npos))
      return wrong_usage("cannot use '" + printable(word) + "' as " + option + ": expected NAME=VALUE");
    map[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  return map;
}

base::Result<json> tags_json(const std::vector<std::string>& words) {
  TRY_ASSIGN(const protocol::StringMap tags, read_pairs(words, "--tag", true));
  for (const auto& [name, value] : tags) {
    TRY(protocol::check_name("tag", name));
    if (!base::is_utf8(value)) return wrong_usage("cannot use --tag " + printable(name) + ": its value is not UTF-8");
  }
  return protocol::map_to_json(tags);
}

/// METRIC=REGEX; an empty METRIC leaves the name to the expression's group.
base::Result<json> patterns_json(const std::vector<std::string>& patterns) {
  json list = json::array();
  for (const auto& pattern : patterns) {
    const auto equals = pattern.find('=');
    if (equals == std::string::npos)
      return wrong_usage("--pattern takes METRIC=REGEX, not '" + printable(pattern) + "'");
    list.push_back({{"metric", pattern.substr(0, equals)}, {"pattern", pattern.substr(equals + 1)}});
  }
  return list;
}

json environ_json(const std::vector<std::string>& environment) {
  protocol::StringMap map;
  for (const auto& entry : environment)
    if (const auto equals = entry.find('='); equals != std::string::npos && equals > 0)
      map.emplace(entry.substr(0, equals), entry.substr(equals + 1));  // the first of a name counts, as for getenv
  return protocol::map_to_json(map);
}

json limits_json(const Invocation& here) {
  json limits = json::object();
  for (const auto& [name, pair] : here.limits) limits[name] = {pair.first, pair.second};
  return limits;
}

/// The path of a folder given with --link, relative to the source; the daemon checks it.
std::string link_in(const base::Path& source, const base::Path& typed) {
  return typed.is_absolute() ? typed.lexically_relative(source).string() : typed.string();
}

base::Result<json> source_json(const SubmitOptions& options, const base::Path& source) {
  struct stat st {};
  if (::stat(source.c_str(), &st) != 0) return base::os_error("cannot inspect '" + source.string() + "'");
  json links = json::array();
  for (const auto& typed : options.links) links.push_back(protocol::bytes_to_json(link_in(source, typed)));
  return json{{"directory", protocol::bytes_to_json(source.string())},
              {"device", st.st_dev},
              {"inode", st.st_ino},
              {"in_place", options.in_place},
              {"links", std::move(links)},
              {"large", options.large},
              {"snapshot", true},
              {"upload", nullptr}};
}

/// Refuses numbers that the daemon would refuse, by the name of the option.
base::Result<void> set_seconds(json& body, const char* key, const char* option, std::optional<double> seconds) {
  if (!seconds) return {};
  if (*seconds < 0 || *seconds > 1e9)
    return wrong_usage(std::string("cannot use ") + option + ": it must be between 0 and 1e9");
  body[key] = *seconds;
  return {};
}

void set_text(json& body, const char* key, const std::string& text) {
  if (!text.empty()) body[key] = protocol::bytes_to_json(text);
}

/// kind, script, arguments, command.
base::Result<void> set_work(json& body, const SubmitOptions& options, const base::Path& source,
                            const base::Path& here) {
  if (options.words.empty()) return wrong_usage("cannot submit: name a script, or a command after --");
  body["kind"] = options.is_command ? "command" : "script";
  if (options.is_command) {
    if (options.words[0].empty()) return wrong_usage("cannot submit: the command's first word is empty");
    body["command"] = protocol::list_to_json(options.words);
    return {};
  }
  TRY_ASSIGN(const std::string script, script_in(source, options.words[0], here));
  body["script"] = protocol::bytes_to_json(script);
  body["arguments"] = protocol::list_to_json({options.words.begin() + 1, options.words.end()});
  return {};
}

base::Result<void> set_names(json& body, const SubmitOptions& options, const base::Path& source) {
  const std::string experiment = options.experiment.empty() ? experiment_of(source) : options.experiment;
  TRY(protocol::check_experiment_name(experiment));
  body["experiment"] = experiment;
  if (!options.id.empty()) TRY(protocol::check_run_id(options.id));
  if (!options.workspace.empty()) TRY(protocol::check_name("workspace", options.workspace));
  if (!options.workspace.empty())
    body["workspace"] = {{"subscription_id", "local"}, {"resource_group", "local"}, {"name", options.workspace}};
  set_text(body, "id", options.id);
  set_text(body, "target", options.target);
  set_text(body, "parent", options.parent);
  set_text(body, "display_name", options.display_name);
  return {};
}

}  // namespace

Invocation current_invocation() {
  Invocation here;
  std::error_code code;
  here.directory = fs::current_path(code);
  here.environment = user_variables(base::current_environment());
  here.umask = ::umask(077);
  ::umask(here.umask);
  for (const auto& [name, resource] : protocol::kResourceLimits) {
    struct rlimit limit {};
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) == 0)
      here.limits[name] = {protocol::limit_to_number(limit.rlim_cur), protocol::limit_to_number(limit.rlim_max)};
  }
  return here;
}

base::Result<base::Path> source_folder(const SubmitOptions& options, const Invocation& here) {
  if (here.directory.empty() && base::Path(options.source).is_relative())
    return base::error("cannot find the working directory: it may have been removed");
  const base::Path typed = options.source.empty() ? here.directory : here.directory / options.source;
  std::error_code code;
  const base::Path source = fs::canonical(typed, code);
  const std::string what = "cannot take '" + printable(typed.string()) + "' as source folder: ";
  if (code)
    return base::error(what + (code == std::errc::no_such_file_or_directory ? "there is none" : code.message()));
  if (!fs::is_directory(source, code)) return base::error(what + "it is not a folder");
  if (::access(source.c_str(), R_OK | X_OK) != 0) return base::os_error(what.substr(0, what.size() - 2));
  return source;
}

base::Result<std::string> script_in(const base::Path& source, const std::string& typed, const base::Path& directory) {
  std::error_code code;
  base::Path found = source / typed;  // an absolute path stays itself
  if (!fs::exists(found, code)) found = directory / typed;
  if (!fs::exists(found, code))
    return cannot_submit(typed, "there is no such file in '" + printable(source.string()) + "'");
  // The links of the folder are resolved; a script that is a link itself stays one.
  const base::Path folder = fs::canonical(found.parent_path(), code);
  const std::string relative = (folder / found.filename()).lexically_relative(source).string();
  if (code || !base::is_safe_relative(relative))
    return cannot_submit(
        typed, "it lies outside the source folder '" + printable(source.string()) + "'; --source names another one");
  return relative;
}

std::string experiment_of(const base::Path& source) {
  std::string name;
  for (const char c : base::to_utf8(source.filename().string())) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                       c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (plain) name += c;
    else if (!name.empty() && !name.ends_with('-')) name += '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() || !protocol::check_experiment_name(name) ? "default" : name;
}

base::Result<json> submit_body(const SubmitOptions& options, const Invocation& here, const std::string& interpreter) {
  TRY_ASSIGN(const base::Path source, source_folder(options, here));
  json body{{"submission_id", base::random_hex(16)},
            {"environ", environ_json(here.environment)},
            {"umask", here.umask},
            {"limits", limits_json(here)},
            {"clean_env", options.clean_env}};
  TRY(set_work(body, options, source, here.directory));
  TRY(set_names(body, options, source));
  TRY_ASSIGN(body["source"], source_json(options, source));
  TRY_ASSIGN(const protocol::StringMap environment, read_pairs(options.environment, "-e", false));
  body["environment"] = protocol::map_to_json(environment);
  TRY_ASSIGN(body["tags"], tags_json(options.tags));
  TRY_ASSIGN(body["patterns"], patterns_json(options.patterns));
  TRY(set_seconds(body, "grace_seconds", "--grace", options.grace));
  TRY(set_seconds(body, "max_seconds", "--max-time", options.max_time));
  set_text(body, "interpreter", interpreter);
  set_text(body, "sdk_path", here.sdk_path);
  return body;
}

}  // namespace cli
