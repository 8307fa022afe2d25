// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/fields.h"
#include "cli/run_name.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/json.h"

namespace cli {

using nlohmann::json;

namespace {

struct ShowOptions {
  std::string run;
};

/// Lines of "name  value"; values that are empty are left out. A sentence keeps its line ends.
class Facts {
 public:
  explicit Facts(bool colour) : colour_(colour) {}
  void add(const std::string& name, const std::string& value, std::string_view colour = "") {
    add_shown(name, printable(value), colour);
  }
  void sentence(const std::string& name, const std::string& value, std::string_view colour = "") {
    add_shown(name, printable_lines(value, kWidth), colour);
  }
  void block(const std::string& text) { text_ += "\n" + printable_block(text) + (text.ends_with('\n') ? "" : "\n"); }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kWidth = 14;
  void add_shown(const std::string& name, const std::string& shown, std::string_view colour) {
    if (shown.empty()) return;
    text_ += name + std::string(name.size() < kWidth ? kWidth - name.size() : 1, ' ');
    text_ += colour_ && !colour.empty() ? std::string(colour) + shown + "\033[0m" : shown;
    text_ += '\n';
  }
  bool colour_;
  std::string text_;
};

std::string when(const json& run, const char* key) {
  const std::string iso = text_of(run, key);
  return iso.empty() ? "" : iso.substr(0, 19) + "Z (" + age(iso, base::now()) + ")";
}

std::string duration(const json& run, const char* key) {
  const json& seconds = member(run, key);
  if (!seconds.is_number()) return "";
  return base::words_of(std::chrono::microseconds(base::from_seconds(seconds.get<double>())));
}

std::string bytes(const json& object, const char* key) {
  const std::int64_t n = number_of(object, key, -1);
  return n < 0 ? "" : base::words_of_bytes(static_cast<std::uint64_t>(n));
}

std::string pairs(const json& object) {
  std::string text;
  if (!object.is_object()) return text;
  for (const auto& [name, value] : object.items())
    text += (text.empty() ? "" : ", ") + name + (value.is_string() ? "=" + value.get<std::string>() : "");
  return text;
}

/// The environment that was built for the run, or found ready.
std::string prepared_words(const json& environment) {
  if (!environment.is_object()) return "";
  const std::string tool = text_of(environment, "tool");
  return text_of(environment, "name") + " (" + text_of(environment, "digest").substr(0, 12) + "), " +
         (is_true(environment, "built") ? "built for it by " + tool + " in " + duration(environment, "seconds")
                                        : "built by " + tool + " " + age(text_of(environment, "created"), base::now()));
}

void add_what(Facts& facts, const json& run) {
  const json& interpreter = member(run, "interpreter");
  const std::string version = text_of(interpreter, "version");
  facts.add("what", command_line(run));
  facts.add("python", text_of(interpreter, "path") + (version.empty() ? "" : " (" + version + ")"));
  facts.add("prepared", prepared_words(member(run, "prepared")));
  facts.add("source", text_of(run, "source_directory"));
  const json& snapshot = member(run, "snapshot");
  if (snapshot.is_object())
    facts.add("snapshot", plural(static_cast<std::uint64_t>(number_of(snapshot, "files")), "file") + ", " +
                              bytes(snapshot, "bytes") + ", " + text_of(snapshot, "digest").substr(0, 12));
  facts.add("", text_of(snapshot, "left_out"));
  facts.add("target", text_of(run, "target"));
  facts.add("parent", text_of(run, "parent"));
}

void add_course(Facts& facts, const json& run) {
  facts.add("created", when(run, "created"));
  facts.add("started", when(run, "started"));
  facts.add("ended", when(run, "ended"));
  facts.add("took", duration(run, "duration_seconds"));
  facts.add("cpu time", duration(run, "cpu_seconds"));
  facts.add("peak memory", bytes(run, "peak_bytes"));
  if (member(run, "exit_code").is_number()) facts.add("exit status", std::to_string(number_of(run, "exit_code")));
  if (member(run, "signal").is_number()) facts.add("signal", std::to_string(number_of(run, "signal")));
}

std::string text_for(const json& run, bool colour) {
  Facts facts(colour);
  const std::string status = text_of(run, "status");
  facts.add("run", text_of(run, "id"));
  facts.add("name", text_of(run, "display_name"));
  facts.add("experiment", text_of(run, "experiment") + "/" + std::to_string(number_of(run, "number")));
  facts.add("status", status, colour_of(status));
  facts.add("waiting", text_of(run, "waiting"));
  facts.sentence("error", text_of(member(run, "error"), "message"));
  add_what(facts, run);
  add_course(facts, run);
  facts.add("environment", pairs(member(run, "environment")));
  facts.add("tags", pairs(member(run, "tags")));
  facts.add("properties", pairs(member(run, "properties")));
  facts.add("directory", text_of(run, "directory"));
  facts.add("page", text_of(run, "url"));
  for (const json& warning : list_of(run, "warnings"))
    if (warning.is_string()) facts.sentence("warning", warning.get<std::string>(), "\033[33m");
  const std::string traceback = text_of(member(run, "error"), "traceback");
  if (!traceback.empty()) facts.block(traceback);
  return facts.text();
}

base::Result<int> show(const Context& context, const ShowOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const json run, find_run(client, options.run));
  if (context.json()) TRY(out_json(run));
  else TRY(out(text_for(run, context.terminal().colour)));
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
          nullptr, nullptr, "",
          [o](Context& context) { return show(context, *o); }};
}

}  // namespace cli
