// SPDX-License-Identifier: Apache-2.0
#include "env/cache.h"

#include "base/digest.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace env {
namespace {

using nlohmann::json;

constexpr int kCacheVersion = 2;

base::Path file_of(const base::Path& cache, const base::Path& path) {
  return cache / (base::sha256_hex(path.string()).substr(0, 32) + ".json");
}

/// Changes when the file or folder does. A missing one has a sign too: it may appear later.
json sign_of(const base::Path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return nullptr;
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

json signs_of(const Probe& probe) {
  json signs = json::object();
  const base::Path path = probe.interpreter.path;
  signs[path.string()] = sign_of(path);
  const base::Path settings = path.parent_path().parent_path() / "pyvenv.cfg";
  signs[settings.string()] = sign_of(settings);
  for (const auto& place : probe.places) signs[place] = sign_of(place);
  return signs;
}

bool is_current(const json& signs) {
  if (!signs.is_object() || signs.empty()) return false;
  for (const auto& [path, sign] : signs.items())
    if (sign_of(path) != sign) return false;
  return true;
}

json to_json(const Interpreter& found) {
  return {{"path", found.path},         {"version", found.version},         {"implementation", found.implementation},
          {"prefix", found.prefix},     {"base_prefix", found.base_prefix}, {"machine", found.machine},
          {"packages", found.packages}, {"warnings", found.warnings}};
}

Interpreter from_json(const json& object) {
  Interpreter found;
  object.at("path").get_to(found.path);
  object.at("version").get_to(found.version);
  object.at("implementation").get_to(found.implementation);
  object.at("prefix").get_to(found.prefix);
  object.at("base_prefix").get_to(found.base_prefix);
  object.at("machine").get_to(found.machine);
  object.at("packages").get_to(found.packages);
  object.at("warnings").get_to(found.warnings);
  return found;
}

}  // namespace

std::optional<Interpreter> recall(const base::Path& cache, const base::Path& path) {
  if (cache.empty()) return {};
  const auto text = base::read_file(file_of(cache, path), 16 << 20);
  if (!text) return {};
  try {
    const json entry = json::parse(*text);
    if (entry.at("version") != kCacheVersion || !is_current(entry.at("signs"))) return {};
    Interpreter found = from_json(entry.at("interpreter"));
    if (found.path != path) return {};
    return found;
  } catch (const json::exception&) {
    return {};  // written by another version, or damaged: describe again
  }
}

void remember(const base::Path& cache, const Probe& probe) {
  if (cache.empty() || !base::make_directories(cache)) return;
  const json entry = {
      {"version", kCacheVersion}, {"signs", signs_of(probe)}, {"interpreter", to_json(probe.interpreter)}};
  const std::string text = protocol::to_text(entry) + "\n";
  (void)base::write_file_atomic(file_of(cache, probe.interpreter.path), text);
}

}  // namespace env
