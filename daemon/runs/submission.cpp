// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/submission.h"

#include <cmath>

#include "base/text.h"
#include "daemon/store/ingest/patterns.h"
#include "protocol/json_field.h"
#include "protocol/labels.h"
#include "protocol/names.h"
#include "protocol/redaction.h"

namespace runs {

using base::Result;
using nlohmann::json;
using protocol::read_field;
using protocol::RunKind;

namespace {

constexpr double kLongestSeconds = 1e9;

/// The source as another run had it, which leaves nothing to say about it.
Result<void> read_source_run(const json& source, Submission& s) {
  TRY(read_field(source, "run", s.source_run));
  TRY_FOR("'source.run'", protocol::check_run_id(s.source_run));
  s.take_snapshot = false;
  for (const auto& [name, value] : source.items())
    if (name != "run" && !value.is_null())
      return base::error("'source' has 'run' and '" + name + "': the source of a run is used as that run had it");
  return {};
}

Result<void> read_source(const json& body, Submission& s) {
  const auto it = body.find("source");
  s.has_source = it != body.end() && !it->is_null();
  if (!s.has_source) return {};
  if (!protocol::member_at(*it, "run").is_null()) return read_source_run(*it, s);
  TRY(read_field(*it, "device", s.device));
  TRY(read_field(*it, "inode", s.inode));
  TRY(read_field(*it, "large", s.large));
  TRY(read_field(*it, "snapshot", s.take_snapshot));
  TRY(read_field(*it, "upload", s.upload));
  if (!base::Path(s.run.source.directory).is_absolute())
    return base::error("the source directory '" + base::to_utf8(s.run.source.directory) + "' is not an absolute path");
  if (!s.take_snapshot && !s.run.source.in_place)
    return base::error("a run without a snapshot can only run in place ('in_place')");
  for (auto& link : s.run.source.links) {
    link = base::Path(link).lexically_normal().string();
    while (link.ends_with('/')) link.pop_back();
    if (!base::is_safe_relative(link)) return base::error("cannot link '" + link + "': not a folder inside the source");
  }
  return {};
}

/// What the body says for the run's first fact.
Result<protocol::Created> first_fact_from_json(const json& body, RunKind kind) {
  protocol::Created created;
  TRY(read_field(body, "submission_id", created.submission_id));
  if (created.submission_id.empty() || created.submission_id.size() > 200)
    return base::error("'submission_id' is missing, or longer than 200 characters");
  TRY(read_field(body, "submitter", created.submitter));
  TRY_ASSIGN(created.tags, protocol::tags_from_json(body));
  TRY_ASSIGN(created.properties, protocol::properties_from_json(body));
  TRY(read_field(body, "name", created.name));
  if (!created.name.empty()) TRY(protocol::check_name("run's", created.name));
  TRY(read_field(body, "display_name", created.display_name));
  created.interactive = kind == RunKind::kInteractive;
  if (!created.interactive) return created;
  const json process = protocol::object_at(body, "process");
  created.process.emplace();
  TRY(read_field(process, "pid", created.process->pid));
  TRY(read_field(process, "start_time", created.process->start_time));
  return created;
}

Result<void> check_seconds(const char* what, double seconds, bool zero_allowed) {
  if (std::isfinite(seconds) && seconds <= kLongestSeconds && (zero_allowed ? seconds >= 0 : seconds > 0)) return {};
  return base::error(std::string("'") + what + "' is not a number of seconds from 0 to a billion");
}

Result<void> check_kind(protocol::RunSpec& run, bool has_source) {
  if (run.kind == RunKind::kInteractive) return {};
  if (run.managed && !base::Path(run.interpreter).is_absolute())
    return base::error("a run whose environment is built ('managed') needs 'interpreter', an absolute path");
  if (run.kind == RunKind::kCommand) {
    if (run.command.empty() || run.command[0].empty()) return base::error("a run of kind command needs 'command'");
    return {};
  }
  if (run.script.empty()) return base::error("a run of kind script needs 'script'");
  if (!has_source) return base::error("a run of kind script needs 'source', the folder that holds the script");
  run.script = base::Path(run.script).lexically_normal().string();
  if (!base::is_safe_relative(run.script))
    return base::error("the script '" + base::to_utf8(run.script) + "' is not a path inside the source directory");
  if (!base::Path(run.interpreter).is_absolute())
    return base::error("a run of kind script needs 'interpreter', an absolute path");
  return {};
}

Result<void> check(Submission& s) {
  TRY(protocol::check_experiment_name(s.run.experiment));
  TRY(protocol::check_name("target", s.run.target));
  TRY(check_seconds("grace_seconds", s.run.grace_seconds, true));
  TRY(check_seconds("max_seconds", s.run.max_seconds, false));
  for (const auto& [name, value] : s.run.environment)
    if (name.empty() || name.find('=') != std::string::npos || (name + value).find('\0') != std::string::npos)
      return base::error("the environment variable '" + base::to_utf8(name) + "' cannot be set");
  for (const auto* list : {&s.run.arguments, &s.run.command, &s.run.requirements})
    for (const auto& text : *list)
      if (text.find('\0') != std::string::npos)
        return base::error("an argument holds a NUL byte: no program can be given one");
  TRY(store::Patterns::compile(s.run.patterns));
  return check_kind(s.run, s.has_source);
}

/// What was hidden when the run ended cannot be given again; a sentence for each.
std::vector<std::string> drop_hidden(Submission& s) {
  std::vector<std::string> sentences;
  for (auto* const variables : {&s.environ, &s.run.environment})
    std::erase_if(*variables, [&](const auto& entry) {
      if (entry.second != protocol::kRedacted) return false;
      sentences.push_back("the variable " + base::to_utf8(entry.first) + " is not set: its value was not kept");
      return true;
    });
  std::vector<std::vector<std::string>*> lists{&s.run.requirements};
  if (s.run.managed)
    lists.insert(lists.end(), {&s.run.managed->pip, &s.run.managed->options, &s.run.managed->channels});
  for (auto* const lines : lists)
    std::erase_if(*lines, [&](const std::string& line) {
      if (line.find(protocol::kRedacted) == std::string::npos) return false;
      sentences.push_back("the environment lacks '" + base::to_utf8(line) + "': the address was not kept");
      return true;
    });
  return sentences;
}

}  // namespace

Result<Submission> source_from_json(const json& body) {
  Submission s;
  TRY_ASSIGN(s.run.source, protocol::source_from_json(body));
  s.run.kind = RunKind::kInteractive;
  TRY(read_source(body, s));
  if (!s.has_source) return base::error("'source' is missing");
  if (!s.source_run.empty()) return base::error("'source.run' is for new runs: a snapshot is taken of a 'directory'");
  return s;
}

Submission again(std::string id, protocol::RunSpec spec, const protocol::Created& created,
                 protocol::StringMap environ) {
  Submission s;
  s.run = std::move(spec);
  s.run.id.clear();
  s.run.number = 0;
  s.environ = std::move(environ);
  s.created.submission_id = std::move(id);
  s.created.submitter = created.submitter;
  s.created.display_name = created.display_name;
  s.created.snapshot = created.snapshot;
  s.created.tags = created.tags;
  if (auto hidden = drop_hidden(s); !hidden.empty()) s.created.warnings = std::move(hidden);
  return s;
}

Result<Submission> submission_from_json(const json& body, const protocol::Quotas& quotas) {
  Submission s;
  TRY_ASSIGN(s.run, protocol::spec_from_json(body));
  TRY_ASSIGN(s.run.quotas, protocol::quotas_from_json(body.value("quotas", json()), quotas));
  s.run.number = 0;
  s.run.snapshot.clear();
  s.run.submitted = 0;
  if (const auto id = body.find("id"); id != body.end() && id->is_string()) TRY(protocol::check_run_id(s.run.id));
  TRY_ASSIGN(s.created, first_fact_from_json(body, s.run.kind));
  if (body.contains("environ") && !body["environ"].is_null()) {
    TRY_ASSIGN_FOR("'environ'", s.environ, protocol::map_from_json(body["environ"]));
  }
  TRY(read_source(body, s));
  TRY(check(s));
  return s;
}

}  // namespace runs
