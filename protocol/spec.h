// SPDX-License-Identifier: Apache-2.0
// The submission: record/spec.json and record/environ.json. Written by the daemon, read by the launcher.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "protocol/bytes_json.h"
#include "protocol/inputs.h"
#include "protocol/managed.h"
#include "protocol/quotas.h"

namespace protocol {

enum class RunKind { kScript, kCommand, kInteractive };
std::string_view to_string(RunKind kind);
std::optional<RunKind> kind_from_string(std::string_view text);

struct WorkspaceId {
  std::string subscription_id = "local";
  std::string resource_group = "local";
  std::string name = "default";
  auto operator<=>(const WorkspaceId&) const = default;
};
nlohmann::json to_json(const WorkspaceId& id);
base::Result<WorkspaceId> workspace_from_json(const nlohmann::json& j);

/// Where the source came from on this machine.
struct Source {
  std::string directory;           ///< absolute; empty: none, the run starts in an empty folder
  bool in_place = false;           ///< run in `directory` itself
  std::vector<std::string> links;  ///< relative folders given as links to the original
};

/// Turns lines of a log into values of a metric (RE2).
struct Pattern {
  std::string metric;   ///< empty: the group `name` holds it
  std::string pattern;  ///< the group `value`, or the first one, is the value; the group `step` its step
};

struct RunSpec {
  std::string id;
  RunKind kind = RunKind::kScript;
  WorkspaceId workspace;
  std::string experiment;
  std::int64_t number = 0;
  std::string script;                     ///< relative to the source's root
  std::vector<std::string> arguments;     ///< bytes
  bool expand = false;                    ///< $NAME and ${NAME} in the arguments stand for the run's variables
  std::vector<std::string> requirements;  ///< packages that the interpreter has to hold
  std::vector<std::string> warnings;      ///< sentences of the client, shown as warnings of the run
  std::optional<Managed> managed;         ///< the environment to build; nothing: the interpreter is used as it is
  std::vector<std::string> command;  ///< argv; one element with `shell` set: a line for Bash, or sh where there is none
  bool shell = false;
  std::string interpreter;  ///< absolute path of a Python; scripts, and commands that name one
  StringMap environment;    ///< the run's own variables
  bool clean_env = false;   ///< start from PATH, HOME, LANG, USER and such alone
  unsigned umask = 022;
  /// Name as in setrlimit without "RLIMIT_", lower case; soft, hard; -1 unlimited.
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> limits;
  Source source;
  std::string snapshot;  ///< digest; empty: none
  std::string target = "local";
  std::string parent;  ///< run id; empty: none
  double grace_seconds = 10;
  double max_seconds = 2592000;
  std::string sdk_path;           ///< folder that holds the Python package; empty: do not offer it
  double submitted = 0;           ///< seconds since 1970
  std::vector<Pattern> patterns;  ///< for scripts that report nothing themselves
  Quotas quotas;
  std::vector<Input> inputs;  ///< made by the launcher before the program starts; record/inputs.json
  std::string configuration;  ///< a JSON object of the client; empty: none
};

/// The body's "source"; empty where there is none.
base::Result<Source> source_from_json(const nlohmann::json& body);
/// Without the inputs, which have a file of their own; only the version shows that there are some.
nlohmann::json to_json(const RunSpec& spec);
bool has_inputs(const nlohmann::json& spec);
/// Refuses missing fields and those of the wrong type, by name.
base::Result<RunSpec> spec_from_json(const nlohmann::json& j);

}  // namespace protocol
