// SPDX-License-Identifier: Apache-2.0
#include "env/environments.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/copy.h"
#include "base/lock.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"
#include "protocol/redaction.h"

namespace env {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kDescriptionVersion = 1;
constexpr std::size_t kDigits = 64;

base::Result<Environment> environment_from_json(const json& object) {
  Environment found;
  int version = 0;
  TRY(protocol::read_field(object, "version", version));
  if (version != kDescriptionVersion) return base::error("it was written by another version");
  TRY_ASSIGN(found.definition, protocol::managed_from_json(protocol::object_at(object, "definition")));
  const json python = protocol::object_at(object, "python");
  found.python_path = protocol::text_at(python, "path");
  found.python_version = protocol::text_at(python, "version");
  TRY(protocol::read_field(object, "digest", found.digest));
  TRY(protocol::read_field(object, "name", found.definition.name));
  TRY(protocol::read_field(object, "tool", found.tool));
  TRY(protocol::read_field(object, "created", found.created));
  TRY(protocol::read_field(object, "seconds", found.seconds));
  TRY(protocol::read_field(object, "bytes", found.bytes));
  TRY(protocol::read_field(object, "replaced", found.replaced));
  TRY(protocol::read_field(object, "warnings", found.warnings));
  return found;
}

void read_use(const base::Path& file, Environment& found) {
  const auto text = base::read_file(file, 1 << 16);
  const auto used = text ? protocol::parse_json(*text, "used.json") : base::Result<json>(text.error());
  if (!used || !used->is_object()) return;
  (void)protocol::read_field(*used, "t", found.used);
  found.used_by = protocol::text_at(*used, "run");
}

/// The description goes first: a folder without one counts as nothing.
base::Result<void> erase(const protocol::EnvironmentDir& dir) {
  std::error_code code;
  fs::remove(dir.description(), code);
  fs::remove_all(dir.root, code);
  if (code) return base::os_error("cannot remove '" + dir.root.string() + "'", code.value());
  return {};
}

/// A virtual environment's Python is a link to the one it was made with, which may be gone.
bool can_be_used(const protocol::EnvironmentDir& dir) { return ::access(dir.interpreter().c_str(), X_OK) == 0; }

}  // namespace

json to_json(const Environment& environment) {
  json definition = protocol::to_json(protocol::redacted(environment.definition));
  definition.erase("name");
  return {{"version", kDescriptionVersion},
          {"digest", environment.digest},
          {"name", environment.definition.name},
          {"definition", std::move(definition)},
          {"python", {{"path", environment.python_path}, {"version", environment.python_version}}},
          {"tool", environment.tool},
          {"created", environment.created},
          {"seconds", environment.seconds},
          {"bytes", environment.bytes},
          {"replaced", environment.replaced},
          {"warnings", environment.warnings}};
}

std::optional<Environment> Environments::read(const std::string& digest) const {
  const auto dir = state_.environment(digest);
  const auto text = base::read_file(dir.description(), 16 << 20);
  if (!text) return {};
  const auto parsed = protocol::parse_json(*text, "environment.json");
  auto found = parsed && parsed->is_object() ? environment_from_json(*parsed)
                                             : base::Result<Environment>(base::error("it is no object"));
  if (!found || found->digest != digest) return {};
  read_use(dir.used(), *found);
  return std::move(*found);
}

std::optional<Environment> Environments::find(const std::string& digest) const {
  if (!can_be_used(state_.environment(digest))) return {};
  return read(digest);
}

std::vector<std::string> Environments::digests() const {
  std::vector<std::string> found;
  std::error_code code;
  for (fs::directory_iterator entry(state_.environments(), code), end; !code && entry != end; entry.increment(code))
    if (const std::string name = entry->path().filename(); name.size() == kDigits) found.push_back(name);
  return found;
}

std::vector<Environment> Environments::list() const {
  std::vector<Environment> all;
  for (const auto& digest : digests())
    if (auto found = read(digest)) all.push_back(std::move(*found));
  std::sort(all.begin(), all.end(),
            [](const Environment& a, const Environment& b) { return a.touched() > b.touched(); });
  return all;
}

std::vector<Environment> Environments::matching(const std::string& word) const {
  constexpr std::size_t kFewestDigits = 4;
  std::vector<Environment> all = list();
  std::erase_if(all, [&](const Environment& found) {
    return found.definition.name != word && (word.size() < kFewestDigits || !found.digest.starts_with(word));
  });
  return all;
}

base::Result<void> Environments::keep(const Environment& environment) const {
  return base::write_file_atomic(state_.environment(environment.digest).description(),
                                 protocol::to_text(to_json(environment)) + "\n");
}

void Environments::note_use(const std::string& digest, const std::string& run) const {
  const json used = {{"t", base::to_seconds(base::now())}, {"run", run}};
  (void)base::replace_file(state_.environment(digest).used(), protocol::to_text(used) + "\n");
}

base::Result<base::Fd> Environments::hold(const std::string& digest) const {
  constexpr std::chrono::milliseconds kPause(10), kPatience(1000);  // the write lock is held for a moment after a build
  for (auto waited = kPause;; waited += kPause) {
    auto lock = base::share_lock(state_.environment(digest).lock());
    if (lock || waited > kPatience || lock.error().code != std::errc::resource_unavailable_try_again) return lock;
    std::this_thread::sleep_for(kPause);
  }
}

base::Result<void> Environments::remove(const std::string& digest, std::optional<double> since) const {
  const auto dir = state_.environment(digest);
  TRY_ASSIGN(const base::Fd lock, base::lock_file(dir.lock()));
  if (const auto now = since ? find(digest) : std::nullopt; now && now->touched() >= *since)
    return base::error("it has been used since", std::errc::resource_unavailable_try_again);
  return erase(dir);
}

base::Result<void> Environments::drop(const std::string& digest) const {
  auto moved = base::move_into(state_.trash(), state_.environment(digest).root);
  if (moved || moved.error().code != std::errc::cross_device_link) return moved;
  return erase(state_.environment(digest));  // the cache is a disk of its own
}

void Environments::drop_unfinished() const {
  std::error_code ignored;
  for (const auto& digest : digests()) {
    const auto dir = state_.environment(digest);
    if (fs::exists(dir.description(), ignored)) continue;
    const auto lock = base::lock_file(dir.lock());
    if (lock && !fs::exists(dir.description(), ignored)) (void)drop(digest);
  }
}

}  // namespace env
