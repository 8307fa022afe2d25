// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/dataset_lines.h"

#include <algorithm>
#include <map>

#include "protocol/json.h"
#include "protocol/json_field.h"

namespace state {

using nlohmann::json;
using protocol::member_at;
using protocol::number_at;
using protocol::text_at;

namespace {

bool is_version(const json& line) { return text_at(line, "k") == "registered"; }

bool has_definition(const json& line) {
  const json& paths = member_at(member_at(line, "definition"), "paths");
  return paths.is_array() && std::all_of(paths.begin(), paths.end(), [](const json& path) { return path.is_string(); });
}

/// Whether the line is a dataset for the SDK too, which skips damaged lines.
bool is_dataset(const json& line) {
  if (text_at(line, "id").empty() || !has_definition(line)) return false;
  if (text_at(line, "k") == "saved") return true;
  return is_version(line) && !text_at(line, "name").empty() && member_at(line, "version").is_number_integer() &&
         member_at(line, "tags").is_object();
}

/// Seconds since 1970, or null.
const json& created_at(const json& line) {
  static const json kNull;
  const json& created = member_at(line, "created");
  return created.is_number() ? created : kNull;
}

}  // namespace

DatasetLines::DatasetLines(Lines lines) {
  std::map<std::string, std::size_t> indices;
  for (json& line : lines) {
    if (text_at(line, "k") == "unregistered") remove(text_at(line, "name"));
    if (!is_dataset(line)) continue;
    const auto [index, is_new] = indices.try_emplace(text_at(line, "id"), entries_.size());
    if (is_new) entries_.push_back({std::move(line), false});
    else entries_[index->second] = {std::move(line), false};
  }
}

void DatasetLines::remove(const std::string& name) {
  for (Entry& entry : entries_)
    if (text_at(entry.line, "name") == name) entry.removed = true;
}

const json* DatasetLines::by_id(const std::string& id) const {
  const auto has_id = [&](const Entry& entry) { return text_at(entry.line, "id") == id; };
  const auto found = std::find_if(entries_.begin(), entries_.end(), has_id);
  return found == entries_.end() ? nullptr : &found->line;
}

std::vector<const json*> DatasetLines::versions(const std::string& name) const {
  std::vector<const json*> found;
  for (const Entry& entry : entries_)
    if (!entry.removed && is_version(entry.line) && text_at(entry.line, "name") == name) found.push_back(&entry.line);
  const auto is_newer = [](const json* a, const json* b) {
    return number_at(*a, "version") > number_at(*b, "version");
  };
  std::stable_sort(found.begin(), found.end(), is_newer);
  return found;
}

std::vector<const json*> DatasetLines::newest() const {
  std::map<std::string, const json*> by_name;
  for (const Entry& entry : entries_) {
    if (entry.removed || !is_version(entry.line)) continue;
    const json*& known = by_name[text_at(entry.line, "name")];
    if (!known || number_at(entry.line, "version") >= number_at(*known, "version")) known = &entry.line;
  }
  std::vector<const json*> found;
  for (const auto& [name, line] : by_name) found.push_back(line);
  return found;
}

std::int64_t DatasetLines::next_version(const std::string& name) const {
  std::int64_t highest = 0;
  for (const Entry& entry : entries_)
    if (is_version(entry.line) && text_at(entry.line, "name") == name)
      highest = std::max(highest, number_at(entry.line, "version"));
  return highest + 1;
}

const json* DatasetLines::made_by(const std::string& run, const std::string& output) const {
  for (const Entry& entry : entries_)
    if (is_version(entry.line) && text_at(entry.line, "run") == run && text_at(entry.line, "output") == output)
      return &entry.line;
  return nullptr;
}

const json& DatasetLines::named_alike(const json& line) const {
  if (is_version(line)) return line;
  const json* found = nullptr;
  for (const Entry& entry : entries_)
    if (!entry.removed && is_version(entry.line) &&
        member_at(entry.line, "definition") == member_at(line, "definition"))
      found = &entry.line;
  return found ? *found : line;
}

std::vector<std::string> DatasetLines::ids_alike(const json& line) const {
  std::vector<std::string> ids = {text_at(line, "id")};
  for (const Entry& entry : entries_)
    if (text_at(entry.line, "k") == "saved" && member_at(entry.line, "definition") == member_at(line, "definition"))
      ids.push_back(text_at(entry.line, "id"));
  return ids;
}

json shown_dataset(const base::Path& folder, const json& line) {
  const json definition = protocol::object_at(line, "definition");
  json paths = json::array();
  for (const json& path : protocol::list_at(definition, "paths")) {
    const std::string text = path.get<std::string>();
    paths.push_back(text.find("://") == std::string::npos ? (folder / text).string()
                                                          : text.substr(0, text.find_first_of("?#")));
  }
  const bool named = is_version(line);
  return {{"id", text_at(line, "id")},
          {"name", named ? json(text_at(line, "name")) : json(nullptr)},
          {"version", named ? json(number_at(line, "version")) : json(nullptr)},
          {"type", text_at(definition, "type")},
          {"paths", std::move(paths)},
          {"description", protocol::text_or_null(text_at(line, "description"))},
          {"tags", protocol::object_at(line, "tags")},
          {"created", created_at(line)}};
}

}  // namespace state
