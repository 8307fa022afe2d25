// SPDX-License-Identifier: Apache-2.0
#include "daemon/source/manifest.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace source {

namespace {

using base::Result;
using Type = ManifestEntry::Type;

constexpr std::string_view kDigits = "0123456789abcdef";

bool is_plain(char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; }

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte >= 0x20) (out += '\\') += text.front();
    else ((out += "\\u00") += kDigits[byte >> 4]) += kDigits[byte & 15];
    text.remove_prefix(1);
  }
}

// By hand: this runs for every file of every submit, and a JSON library takes longer than the scan.
void append_bytes(std::string& out, std::string_view bytes) {
  if (base::is_utf8(bytes)) {
    out += '"';
    append_escaped(out, bytes);
    out += '"';
  } else {
    out += R"({"base64":")" + base::base64(bytes) + R"("})";
  }
}

Result<Type> type_of(const nlohmann::json& line) {
  const auto word = line.value("type", "");
  if (word == "file") return Type::file;
  if (word == "directory") return Type::directory;
  if (word == "link") return Type::link;
  return base::error("unknown type '" + base::to_utf8(word) + "'", std::errc::bad_message);
}

Result<ManifestEntry> entry_of(const nlohmann::json& line) {
  if (!line.is_object()) return base::error("not an object", std::errc::bad_message);
  ManifestEntry entry;
  TRY_ASSIGN_FOR("path", entry.path, protocol::bytes_from_json(line.value("path", nlohmann::json())));
  if (!base::is_safe_relative(entry.path))
    return base::error("the path may lead out of the folder", std::errc::bad_message);
  TRY_ASSIGN(entry.type, type_of(line));
  TRY(protocol::read_field(line, "mode", entry.mode));
  entry.mode &= 0777;
  if (entry.type == Type::link) {
    TRY_ASSIGN_FOR("target", entry.target, protocol::bytes_from_json(line.value("target", nlohmann::json())));
  } else if (entry.type == Type::file) {
    if (!line.at("size").is_number_unsigned())
      return base::error("size is not a number of bytes", std::errc::bad_message);
    entry.size = line["size"].get<std::uint64_t>();
    entry.sha256 = line.at("sha256").get<std::string>();
    if (entry.sha256.size() != 64 || entry.sha256.find_first_not_of(kDigits) != std::string::npos)
      return base::error("sha256 is not 64 hex digits", std::errc::bad_message);
  }
  return entry;
}

Result<ManifestEntry> parse_line(std::string_view line) {
  try {
    TRY_ASSIGN(const auto parsed, protocol::parse_json(line, "it"));
    return entry_of(parsed);
  } catch (const nlohmann::json::exception& e) {
    return base::error(base::to_utf8(e.what()), std::errc::bad_message);
  }
}

}  // namespace

void append_manifest_line(std::string& manifest, const ManifestEntry& entry) {
  static constexpr std::string_view kTypes[] = {"file", "directory", "link"};
  manifest += R"({"path":)";
  append_bytes(manifest, entry.path);
  ((manifest += R"(,"type":")") += kTypes[static_cast<int>(entry.type)]) += R"(","mode":)";
  manifest += std::to_string(entry.mode);
  if (entry.type == Type::file) {
    (manifest += R"(,"size":)") += std::to_string(entry.size);
    ((manifest += R"(,"sha256":")") += entry.sha256) += '"';
  } else if (entry.type == Type::link) {
    manifest += R"(,"target":)";
    append_bytes(manifest, entry.target);
  }
  manifest += "}\n";
}

Result<std::vector<ManifestEntry>> parse_manifest(std::string_view manifest) {
  std::vector<ManifestEntry> entries;
  while (!manifest.empty()) {
    const auto end = manifest.find('\n');
    const std::string where = "manifest, line " + std::to_string(entries.size() + 1);
    if (end == std::string_view::npos) return base::error(where + ": cut off", std::errc::bad_message);
    TRY_ASSIGN_FOR(where, ManifestEntry entry, parse_line(manifest.substr(0, end)));
    entries.push_back(std::move(entry));
    manifest.remove_prefix(end + 1);
  }
  return entries;
}

}  // namespace source
