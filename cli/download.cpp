// SPDX-License-Identifier: Apache-2.0
#include "cli/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "base/digest.h"
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
using protocol::text_at;
namespace fs = std::filesystem;

namespace {

struct DownloadOptions {
  std::string run, directory;
  std::vector<std::string> names;
  bool work = false, raw = false;
};

/// The kind of a name that fits `selected`: itself or something below it.
bool fits(const std::string& name, const std::string& selected) {
  const std::string folder = selected.ends_with('/') ? selected : selected + "/";
  return name == selected || name.starts_with(folder);
}

/// Downloads into a file beside `path`, which takes its name when it is whole.
base::Result<void> download_to(const Client& client, const std::string& id, const std::string& name, bool work,
                               const base::Path& path) {
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  if (code) return base::error("cannot make the folder '" + path.parent_path().string() + "': " + code.message());
  const base::Path partial = path.string() + ".part-" + base::random_hex(8);
  TRY_ASSIGN(const base::Fd file, base::open_file(partial, O_WRONLY | O_CREAT | O_EXCL, 0666));
  const auto done =
      client.download(id, name, work, [&](std::string_view piece) { return base::write_all(file, piece); });
  if (done && ::rename(partial.c_str(), path.c_str()) == 0) return {};
  const base::Error why = done ? base::os_error("cannot rename '" + partial.string() + "'") : done.error();
  ::unlink(partial.c_str());
  return why;
}

base::Result<std::vector<std::string>> names_of(const Client& client, const std::string& id, bool work) {
  TRY_ASSIGN(const json list, client.files(id, work));
  std::vector<std::string> names;
  for (const json& file : list_at(list, "items")) names.push_back(text_at(file, "name"));
  return names;
}

base::Result<void> print_file(const Context& context, const Client& client, const std::string& id,
                              const std::vector<std::string>& names, const DownloadOptions& options) {
  if (names.size() != 1)
    return base::error("cannot print " + plural(names.size(), "file") + " to standard output: name one");
  RunOutput output(context.terminal(), options.raw);
  return client.download(id, names[0], options.work, [&](std::string_view piece) { return output.write(piece); });
}

base::Result<void> save_file(const Context& context, const Client& client, const std::string& id,
                             const std::string& name, const DownloadOptions& options, const base::Path& folder) {
  const std::string what = "cannot download '" + printable(name) + "'";
  if (!base::is_safe_relative(name)) return base::error(what + ": its name leads out of the folder");
  ProgressLine line(context.terminal().error);
  line.show(fit(printable(name), 78));
  TRY_FOR(what, download_to(client, id, name, options.work, folder / name));
  line.clear();
  if (context.json()) return {};
  const std::string path = (folder / name).string();
  return out((context.terminal().output ? printable(path) : path) + "\n");
}

/// Whether the files after one that could not be saved can be tried.
bool goes_on(const base::Error& error) {
  return error.code != std::errc::interrupted && error.code != std::errc::connection_refused &&
         error.code != std::errc::no_space_on_device;
}

/// Saves all that can be saved.
base::Result<void> save_files(const Context& context, const Client& client, const std::string& id,
                              const std::vector<std::string>& names, const DownloadOptions& options,
                              const base::Path& folder) {
  std::vector<base::Error> failed;
  for (const auto& name : names) {
    const auto saved = save_file(context, client, id, name, options, folder);
    if (saved) continue;
    failed.push_back(saved.error());
    if (names.size() == 1 || !goes_on(failed.back())) return failed.back();
  }
  if (failed.empty()) return {};
  for (const auto& error : failed) note(error.message);
  return base::error(std::to_string(failed.size()) + " of " + plural(names.size(), "file") + " could not be downloaded",
                     std::errc::io_error);
}

base::Result<int> download(const Context& context, const DownloadOptions& options) {
  TRY_ASSIGN(const Client client, context.client());
  TRY_ASSIGN(const std::string id, find_run_id(client, options.run));
  TRY_ASSIGN(const auto all, names_of(client, id, options.work));
  TRY_ASSIGN_FOR("cannot download from run " + printable(id), const auto names, choose_files(all, options.names));
  if (options.directory == "-") {
    TRY(print_file(context, client, id, names, options));
    return 0;
  }
  const base::Path folder = options.directory.empty() ? base::Path(id) : base::Path(options.directory);
  TRY(save_files(context, client, id, names, options, folder));
  if (names.empty()) note("no files");
  if (context.json()) TRY(out_json(json{{"directory", base::to_utf8(folder.string())}, {"names", names}}));
  return 0;
}

}  // namespace

base::Result<std::vector<std::string>> choose_files(const std::vector<std::string>& all,
                                                    const std::vector<std::string>& selected) {
  if (selected.empty()) return all;
  std::vector<bool> used(selected.size(), false);
  std::vector<std::string> chosen;
  for (const auto& name : all) {
    bool fitting = false;
    for (std::size_t i = 0; i < selected.size(); ++i)
      if (fits(name, selected[i])) fitting = used[i] = true;
    if (fitting) chosen.push_back(name);
  }
  for (std::size_t i = 0; i < selected.size(); ++i)
    if (!used[i]) return base::error("there is no file '" + printable(selected[i]) + "'");
  return chosen;
}

Command download_command() {
  const auto o = std::make_shared<DownloadOptions>();
  return {"download",
          "copy a run's files here",
          "  runyard download latest                          all, into a folder named after the run\n"
          "  runyard download latest outputs/model.pkl -o .   makes ./outputs/model.pkl\n"
          "  runyard download latest outputs/scores.csv -o -  prints it\n",
          {{"RUN", &o->run, "the run", "", true},
           {"NAME", &o->names, "files, or folders of files (all)"},
           {"-o,--output", &o->directory, "folder to put them in, made when missing; - prints one file", "DIR"},
           {"--raw", &o->raw, "with -o -: byte for byte on a terminal too, not only text and colors"},
           {"--work", &o->work, "files of the working directory outside outputs/"}},
          nullptr,
          nullptr,
          "",
          [o](Context& context) { return download(context, *o); }};
}

}  // namespace cli
