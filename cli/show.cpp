// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/field_list.h"
#include "cli/run_name.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;
using protocol::value_at;

namespace {

struct ShowOptions {
  std::string run;
};

std::string when(const json& run, const char* key) {
  const std::string iso = text_at(run, key);
  return iso.empty() ? "" : iso.substr(0, 19) + "Z (" + age(iso, base::now()) + ")";
}

std::string duration(const json& run, const char* key) {
  const json& seconds = member_at(run, key);
  if (!seconds.is_number()) return "";
  return base::format_duration(std::chrono::microseconds(base::from_seconds(seconds.get<double>())));
}

std::string bytes(const json& object, const char* key) {
  const std::int64_t n = number_at(object, key, -1);
  return n < 0 ? "" : base::format_bytes(static_cast<std::uint64_t>(n));
}

std::string pairs(const json& object) {
  std::string text;
  if (!object.is_object()) return text;
  for (const auto& [name, value] : object.items())
    text += (text.empty() ? "" : ", ") + name + (value.is_string() ? "=" + value.get<std::string>() : "");
  return text;
}

/// The environment that was built for the run, or found ready.
std::string describe_prepared(const json& environment) {
  if (!environment.is_object()) return "";
  const std::string tool = text_at(environment, "tool"), before = text_at(environment, "before");
  return text_at(environment, "name") + " (" + text_at(environment, "digest").substr(0, 12) + "), " +
         (value_at(environment, "built", false)
              ? "built for it by " + tool + " in " + duration(environment, "seconds")
              : "built by " + tool + " " + age(text_at(environment, "created"), base::now())) +
         (before.empty() ? "" : ", packages from before " + before);
}

void add_what(FieldList& fields, const json& run) {
  const json& interpreter = member_at(run, "interpreter");
  const std::string version = text_at(interpreter, "version");
  fields.add("what", command_line(run));
  fields.add("python", text_at(interpreter, "path") + (version.empty() ? "" : " (" + version + ")"));
  fields.add("prepared", describe_prepared(member_at(run, "prepared")));
  fields.add("source", text_at(run, "source_directory"));
  const json& snapshot = member_at(run, "snapshot");
  if (snapshot.is_object())
    fields.add("snapshot", plural(static_cast<std::uint64_t>(number_at(snapshot, "files")), "file") + ", " +
                               bytes(snapshot, "bytes") + ", " + text_at(snapshot, "digest").substr(0, 12));
  fields.add("", text_at(snapshot, "left_out"));
  fields.add("target", text_at(run, "target"));
  fields.add("parent", text_at(run, "parent"));
}

void add_course(FieldList& fields, const json& run) {
  fields.add("created", when(run, "created"));
  fields.add("started", when(run, "started"));
  fields.add("ended", when(run, "ended"));
  fields.add("took", duration(run, "duration_seconds"));
  fields.add("cpu time", duration(run, "cpu_seconds"));
  fields.add("peak memory", bytes(run, "peak_bytes"));
  if (member_at(run, "exit_code").is_number()) fields.add("exit status", std::to_string(number_at(run, "exit_code")));
  if (member_at(run, "signal").is_number()) fields.add("signal", std::to_string(number_at(run, "signal")));
}

std::string text_for(const json& run, bool color) {
  FieldList fields(color);
  const std::string status = text_at(run, "status");
  fields.add("run", text_at(run, "id"));
  fields.add("name", text_at(run, "display_name"));
  fields.add("experiment", text_at(run, "experiment") + "/" + std::to_string(number_at(run, "number")));
  fields.add("status", status, color_of(status));
  fields.add("waiting", text_at(run, "waiting"));
  fields.sentence("error", text_at(member_at(run, "error"), "message"));
  add_what(fields, run);
  add_course(fields, run);
  fields.add("environment", pairs(member_at(run, "environment")));
  fields.add("tags", pairs(member_at(run, "tags")));
  fields.add("properties", pairs(member_at(run, "properties")));
  fields.add("directory", text_at(run, "directory"));
  fields.add("page", text_at(run, "url"));
  for (const json& warning : list_at(run, "warnings"))
    if (warning.is_string()) fields.sentence("warning", warning.get<std::string>(), "\033[33m");
  const std::string traceback = text_at(member_at(run, "error"), "traceback");
  if (!traceback.empty()) fields.block(traceback);
  return fields.text();
}

base::Result<int> show(const Context& context, const ShowOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json run, find_run(client, options.run));
  if (context.json()) TRY(out_json(run));
  else TRY(out(text_for(run, context.terminal().color)));
  return 0;
}

}  // namespace

Command show_command() {
  const auto o = std::make_shared<ShowOptions>();
  return {"show",
          "all that is known about a run",
          "  runyard show latest\n"
          "  runyard show ridge/12 --json\n",
          {{"RUN", &o->run, "the run", "", true}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return show(context, *o); }};
}

}  // namespace cli
