// SPDX-License-Identifier: Apache-2.0
#include "cli/upload.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/outside_links.h"
#include "base/text.h"
#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::list_at;
using protocol::text_at;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kRulesLimit = 1 << 20;
constexpr std::array<std::string_view, 5> kNotEntered{".git", "__pycache__", "node_modules", ".venv",
                                                      ".ipynb_checkpoints"};

base::Result<json> rule_files(const base::Path& source) {
  json files = json::object();
  for (const char* name : {".amlignore", ".gitignore"}) {
    struct stat st {};
    if (::stat((source / name).c_str(), &st) != 0 || !S_ISREG(st.st_mode)) continue;
    TRY_ASSIGN(const std::string text, base::read_file(source / name, kRulesLimit));
    files[name] = base::to_utf8(text);
  }
  return files;
}

/// One entry of the list; null for entries that are never captured (sockets, devices).
base::Result<json> entry_for(const base::Path& path, const std::string& relative, base::OutsideLinks& links) {
  struct stat st {};
  if (::lstat(path.c_str(), &st) != 0) return base::os_error("cannot inspect '" + path.string() + "'");
  if (S_ISLNK(st.st_mode)) st = links.follow(AT_FDCWD, path.c_str(), relative).value_or(st);
  json entry{{"path", protocol::bytes_to_json(relative)}, {"mode", st.st_mode & 0777}};
  if (S_ISDIR(st.st_mode)) {
    entry["type"] = "dir";
  } else if (S_ISREG(st.st_mode)) {
    entry["type"] = "file";
    entry["size"] = st.st_size;
  } else if (S_ISLNK(st.st_mode)) {
    std::error_code code;
    entry["type"] = "link";
    entry["target"] = protocol::bytes_to_json(fs::read_symlink(path, code).string());
    if (code) return base::error("cannot read the link '" + path.string() + "': " + code.message());
  } else {
    return json();
  }
  return entry;
}

base::Result<void> list_folder(const base::Path& folder, const std::string& prefix, bool enter_all,
                               base::OutsideLinks& links, json& list) {
  std::error_code code;
  fs::directory_iterator entries(folder, code);
  if (code) return base::error("cannot read the folder '" + folder.string() + "': " + code.message());
  for (; entries != fs::directory_iterator(); entries.increment(code)) {
    const std::string name = entries->path().filename().string();
    TRY_ASSIGN(json entry, entry_for(entries->path(), prefix + name, links));
    if (entry.is_null()) continue;
    const bool enter = entry["type"] == "dir" &&
                       (enter_all || std::find(kNotEntered.begin(), kNotEntered.end(), name) == kNotEntered.end());
    list.push_back(std::move(entry));
    if (enter) TRY(list_folder(entries->path(), prefix + name + "/", enter_all, links, list));
  }
  if (code) return base::error("cannot read the folder '" + folder.string() + "': " + code.message());
  return {};
}

base::Result<void> send_one(const Client& client, const std::string& upload, const base::Path& source,
                            const std::string& path) {
  if (!base::is_safe_relative(path)) return base::error("the daemon asked for '" + printable(path) + "'");
  TRY_ASSIGN(const base::Fd file,
             base::open_file(source / path, O_RDONLY | O_NONBLOCK));  // a followed link is listed as a file
  TRY_ASSIGN(const std::uint64_t size, base::file_size(file));
  return client.upload(upload, path, file, size);
}

}  // namespace

base::Result<json> list_for_upload(const base::Path& source, bool large) {
  TRY_ASSIGN(json rules, rule_files(source));
  // Only a rule with '!' can ask for a folder that is excluded by default.
  const bool enter_all = rules.dump().find('!') != std::string::npos;
  json files = json::array();
  TRY_ASSIGN(const base::Fd root, base::open_file(source, O_RDONLY | O_DIRECTORY));
  base::OutsideLinks links(root);
  TRY(list_folder(source, "", enter_all, links, files));
  return json{{"files", std::move(files)}, {"ignore_files", std::move(rules)}, {"large", large}};
}

base::Result<std::string> send_source(const Client& client, const base::Path& source, bool large,
                                      const std::function<void(const std::string&)>& progress) {
  const std::string what = "cannot send '" + printable(source.string()) + "' to the daemon";
  TRY_ASSIGN_FOR(what, const json list, list_for_upload(source, large));
  TRY_ASSIGN_FOR(what, const json answer, client.begin_upload(list));
  const std::string upload = text_at(answer, "upload");
  const json& wanted = list_at(answer, "wanted");
  std::size_t sent = 0;
  for (const json& item : wanted) {
    TRY_ASSIGN_FOR(what, const std::string path, protocol::bytes_from_json(item));
    progress("sending " + std::to_string(++sent) + " of " + std::to_string(wanted.size()) + ": " + printable(path));
    TRY_FOR(what, send_one(client, upload, source, path));
  }
  return upload;
}

}  // namespace cli
