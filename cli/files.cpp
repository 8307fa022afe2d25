// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/run_name.h"
#include "cli/table.h"
#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::number_at;
using protocol::text_at;

namespace {

struct FilesOptions {
  std::string run;
  bool work = false;
};

Table file_table(const json& items) {
  Table table({{"SIZE", Table::Align::kRight}, {"KIND"}, {"CREATED"}, {"NAME"}});
  const auto now = base::now();
  for (const json& file : items)
    table.add({base::format_bytes(static_cast<std::uint64_t>(number_at(file, "size"))), text_at(file, "kind"),
               age(text_at(file, "created"), now), text_at(file, "name")});
  return table;
}

base::Result<int> files(const Context& context, const FilesOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const std::string id, find_run_id(client, options.run));
  TRY_ASSIGN(const json list, client.files(id, options.work));
  if (context.json()) TRY(out_json(list));
  else if (list_at(list, "items").empty()) note("no files");
  else TRY(out(file_table(list_at(list, "items")).text(context.terminal().color, 0)));
  return 0;
}

}  // namespace

Command files_command() {
  const auto o = std::make_shared<FilesOptions>();
  return {
      "files",
      "list what a run left",
      "  runyard files latest\n"
      "  runyard files --work latest       what lies in its folder outside outputs/\n",
      {{"RUN", &o->run, "the run", "", true}, {"--work", &o->work, "files of the working directory outside outputs/"}},
      nullptr,
      nullptr,
      "",
      [o](Context& context) { return files(context, *o); }};
}

}  // namespace cli
