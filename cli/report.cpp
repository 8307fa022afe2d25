// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <charconv>
#include <memory>

#include "base/digest.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/words.h"
#include "protocol/json_field.h"
#include "protocol/names.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::text_at;

namespace {

struct LogOptions {
  std::string name, value, run;
  std::optional<std::int64_t> step;
};

struct TagOptions {
  std::string name, run;
  std::optional<std::string> value;
  bool remove = false;
};

template <class T>
bool whole(std::string_view word, T& value) {
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  return code == std::errc{} && end == word.data() + word.size();
}

base::Result<void> post_line(const Context& context, const std::string& word, const std::string& line) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const std::string id, find_run_id(client, word));
  TRY_ASSIGN(const json answer, client.add_lines(id, line + "\n", "cli-" + base::random_hex(8), 1));
  if (context.json()) TRY(out_json(answer));
  for (const json& rejected : list_at(answer, "rejected")) return base::error(printable(text_at(rejected, "why")));
  return {};
}

/// Into the run that `word` names, else the one that this program belongs to.
base::Result<int> report(const Context& context, const std::string& word, const std::string& line) {
  if (!word.empty()) TRY(post_line(context, word, line));
  else if (!context.own_metrics().empty()) TRY(append_line(context.own_metrics(), line));
  else return base::error("cannot find the run: this is not inside one; name it with --run");
  return 0;
}

base::Result<int> log(const Context& context, const LogOptions& options) {
  TRY(protocol::check_name("metric", options.name));
  if (!base::is_utf8(options.value))
    return wrong_usage("cannot log '" + printable(options.name) + "': its value is not UTF-8");
  return report(context, options.run,
                protocol::scalar_line(options.name, cell_of(options.value), options.step, base::now()));
}

base::Result<int> tag(const Context& context, const TagOptions& options) {
  TRY(protocol::check_name("tag", options.name));
  if (options.value && !base::is_utf8(*options.value))
    return wrong_usage("cannot set the tag '" + printable(options.name) + "': its value is not UTF-8");
  if (options.remove && options.value) return wrong_usage("cannot both set and remove the tag '" + options.name + "'");
  return report(context, options.run,
                options.remove ? protocol::untag_line(options.name, base::now())
                               : protocol::tag_line(options.name, options.value, base::now()));
}

}  // namespace

protocol::Cell cell_of(std::string_view word) {
  if (word == "true" || word == "false") return word == "true";
  const std::string_view digits = word.starts_with('+') ? word.substr(1) : word;
  std::int64_t integer = 0;
  if (whole(digits, integer)) return integer;
  double real = 0;
  if (whole(digits, real)) return real;
  return std::string(word);
}

base::Result<void> append_line(const base::Path& file, const std::string& line) {
  if (line.size() + 1 > protocol::kSharedLineLimit)
    return base::error("cannot report " + base::format_bytes(line.size()) + ": a line holds at most 64 KiB");
  TRY_ASSIGN_FOR("cannot report to this run", base::Appender appender, base::Appender::open(file));
  TRY_FOR("cannot report to this run", appender.append(line));
  return {};
}

Command log_command() {
  const auto o = std::make_shared<LogOptions>();
  return {"log",
          "log a value to the run this is called in",
          "  runyard log loss 0.25 --step 3\n"
          "  runyard log best resnet\n"
          "  runyard log --run latest score -0.5     from outside\n",
          {{"NAME", &o->name, "the metric", "", true},
           {"VALUE", &o->value, "a number, true, false, nan, inf, or text", "", true},
           {"-s,--step", &o->step, "step of the value", "N"},
           {"--run", &o->run, "another run", "RUN"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return log(context, *o); }};
}

Command tag_command() {
  const auto o = std::make_shared<TagOptions>();
  return {"tag",
          "tag the run this is called in",
          "  runyard tag selected yes\n"
          "  runyard tag --run ridge/12 reviewed\n"
          "  runyard tag --run ridge/12 --remove reviewed\n",
          {{"NAME", &o->name, "the tag", "", true},
           {"VALUE", &o->value, "its value (none)"},
           {"--remove", &o->remove, "remove the tag"},
           {"--run", &o->run, "another run", "RUN"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return tag(context, *o); }};
}

}  // namespace cli
