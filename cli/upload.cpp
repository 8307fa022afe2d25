// SPDX-License-Identifier: Apache-2.0
#include "cli/upload.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/outside_links.h"
#include "base/text.h"
#include "cli/words.h"
#include "protocol/bytes_json.h"
#include "protocol/ignore.h"
#include "protocol/json_field.h"

namespace cli {

namespace fs = std::filesystem;
using protocol::Ignore;
using Type = TarEntry::Type;

namespace {

base::Result<Ignore> read_rules(const base::Path& source) {
  for (const auto name : protocol::kIgnoreFiles) {
    struct stat st {};
    if (::stat((source / name).c_str(), &st) != 0 || !S_ISREG(st.st_mode)) continue;
    TRY_ASSIGN(const std::string text, base::read_file(source / name, protocol::kIgnoreFileLimit));
    return Ignore(text, std::string(name));
  }
  return Ignore();
}

bool is_environment(const base::Path& folder) {
  return std::any_of(std::begin(Ignore::kEnvironmentMarkers), std::end(Ignore::kEnvironmentMarkers),
                     [&](std::string_view marker) { return base::exists(folder / marker); });
}

class Listing {
 public:
  Listing(const base::Fd& root, const Ignore& rules) : rules_(rules), links_(root) {}

  base::Result<void> add_folder(const base::Path& folder, const std::string& prefix) {
    std::error_code code;
    fs::directory_iterator here(folder, code);
    const auto cannot = [&] {
      return base::error("cannot read the folder '" + folder.string() + "': " + code.message());
    };
    if (code) return cannot();
    for (; here != fs::directory_iterator(); here.increment(code)) {
      const std::string path = prefix + here->path().filename().string();
      TRY_ASSIGN(const bool enter, add(here->path(), path));
      if (enter) TRY(add_folder(here->path(), path + "/"));
    }
    if (code) return cannot();
    return {};
  }

  std::vector<TarEntry> entries;

 private:
  /// Whether it is a folder that is sent.
  base::Result<bool> add(const base::Path& place, const std::string& path) {
    struct stat st {};
    if (::lstat(place.c_str(), &st) != 0) return base::os_error("cannot inspect '" + place.string() + "'");
    if (S_ISLNK(st.st_mode)) st = links_.follow(AT_FDCWD, place.c_str(), path).value_or(st);
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) return false;
    TarEntry entry;
    entry.path = path;
    entry.type = S_ISDIR(st.st_mode) ? Type::directory : S_ISREG(st.st_mode) ? Type::file : Type::link;
    entry.mode = (st.st_mode & 0777) | 0400;
    const auto answer = rules_.ask(path, S_ISDIR(st.st_mode));
    entry.sent = !answer.excluded || (answer.if_environment && !is_environment(place));
    if (entry.sent && entry.type == Type::file) entry.size = static_cast<std::uint64_t>(st.st_size);
    if (entry.type == Type::link) {
      std::error_code code;
      entry.target = fs::read_symlink(place, code).string();
      if (code) return base::error("cannot read the link '" + place.string() + "': " + code.message());
    }
    entries.push_back(std::move(entry));
    return entries.back().sent && S_ISDIR(st.st_mode);
  }

  const Ignore& rules_;
  base::OutsideLinks links_;
};

bool is_over_limits(const std::vector<TarEntry>& entries) {
  std::uint64_t bytes = 0, files = 0, folders = 0;
  for (const auto& entry : entries) {
    if (!entry.sent) continue;
    ++(entry.type == Type::directory ? folders : files);
    bytes += entry.size;
  }
  return bytes > protocol::kSourceBytes || std::max(files, folders) > protocol::kSourceFiles;
}

base::Result<void> send_entry(const base::Path& place, std::uint64_t size, const Send& send) {
  TRY_ASSIGN(const base::Fd file, base::open_file(place, O_RDONLY | O_NONBLOCK));  // also through a followed link
  TRY_FOR("'" + place.string() + "'", send_file(file, size, send));
  send(std::string(tar_padding(size), '\0'));
  return {};
}

}  // namespace

base::Result<std::vector<TarEntry>> list_source(const base::Path& source, const std::vector<std::string>& links,
                                                bool large) {
  TRY_ASSIGN(Ignore rules, read_rules(source));
  for (const auto& link : links) rules.exclude_linked(link);
  TRY_ASSIGN(const base::Fd root, base::open_file(source, O_RDONLY | O_DIRECTORY));
  Listing listing(root, rules);
  TRY(listing.add_folder(source, ""));
  if (!large && is_over_limits(listing.entries))
    for (auto& entry : listing.entries) entry.sent &= entry.type != Type::file;
  return std::move(listing.entries);
}

base::Result<std::string> send_source(const Client& client, const nlohmann::json& source,
                                      const std::function<void(const std::string&)>& progress) {
  TRY_ASSIGN(const std::string folder, protocol::bytes_from_json(source["directory"]));
  const std::string what = "cannot send '" + printable(folder) + "' to the daemon";
  const auto links = protocol::value_at(source, "links", std::vector<std::string>());
  TRY_ASSIGN_FOR(what, const auto entries, list_source(folder, links, protocol::value_at(source, "large", false)));
  std::uint64_t size = tar_end().size(), files = 0;
  for (const auto& entry : entries) {
    size += tar_header(entry).size() + entry.content() + tar_padding(entry.content());
    files += entry.content() > 0;
  }
  const auto stream = [&](const Send& send) -> base::Result<void> {
    std::uint64_t sent = 0;
    for (const auto& entry : entries) {
      if (!send(tar_header(entry))) return {};
      if (entry.content() == 0) continue;
      progress("sending " + std::to_string(++sent) + " of " + std::to_string(files) + ": " + printable(entry.path));
      TRY(send_entry(base::Path(folder) / entry.path, entry.size, send));
    }
    send(tar_end());
    return {};
  };
  auto upload = client.upload(size, stream);
  if (!upload) return upload.error().with(what);
  return upload;
}

}  // namespace cli
