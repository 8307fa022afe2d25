// SPDX-License-Identifier: Apache-2.0
#include "protocol/names.h"

#include "base/text.h"

namespace protocol {

namespace {

constexpr std::size_t kNameLimit = 255;       // code points
constexpr std::size_t kFileNameLimit = 255;   // bytes, of the file system
constexpr std::size_t kRunIdLimit = 240;      // bytes: its directory gets a longer name when it is removed
constexpr std::size_t kArtifactLimit = 4096;  // bytes

std::string shown(std::string_view name) {
  std::string text = base::to_utf8(name.substr(0, 80));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return "'" + text + (name.size() > 80 ? "...'" : "'");
}

base::Error refused(std::string_view what, std::string_view name, std::string_view why) {
  return base::error("the " + std::string(what) + " name " + shown(name) + " is not allowed: " + std::string(why));
}

}  // namespace

base::Result<StateDir> state_dir(const char* runyard_state, const char* xdg_state_home, const char* home) {
  const auto given = [](const char* value) { return value && *value; };
  Path root;
  if (given(runyard_state)) root = runyard_state;
  else if (given(xdg_state_home)) root = Path(xdg_state_home) / "runyard";
  else if (given(home)) root = Path(home) / ".local/state/runyard";
  else return base::error("cannot find the state directory: none of RUNYARD_STATE, XDG_STATE_HOME, HOME is set");
  if (!root.is_absolute()) return base::error("the state directory '" + root.string() + "' is not an absolute path");
  root = root.lexically_normal();
  if (!root.has_filename()) root = root.parent_path();
  return StateDir{root};
}

base::Result<void> check_name(std::string_view what, std::string_view name) {
  if (name.empty()) return refused(what, name, "it is empty");
  if (!base::is_utf8(name)) return refused(what, name, "it is not UTF-8");
  if (base::has_control(name)) return refused(what, name, "it contains control characters");
  if (base::length_utf8(name) > kNameLimit) return refused(what, name, "it is longer than 255 characters");
  return {};
}

base::Result<void> check_experiment_name(std::string_view name) {
  TRY(check_name("experiment", name));
  if (name.find('/') != std::string_view::npos) return refused("experiment", name, "it contains '/'");
  return {};
}

base::Result<void> check_run_id(std::string_view id) {
  TRY(check_name("run", id));
  if (id.size() > kRunIdLimit) return refused("run", id, "it is longer than 240 bytes");
  if (id.starts_with('.')) return refused("run", id, "it begins with '.'");
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                       c == '_' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
    if (!plain) return refused("run", id, "allowed are letters, digits, '.', '_' and '-'");
  }
  return {};
}

base::Result<void> check_artifact_name(std::string_view name) {
  if (name.size() > kArtifactLimit) return refused("file", name, "it is longer than 4096 bytes");
  for (const auto& part : base::split(name, '/')) {
    TRY(check_name("file", part));
    if (part == "." || part == "..") return refused("file", name, "it leads out of the run");
    if (part.size() > kFileNameLimit) return refused("file", name, "one part is longer than 255 bytes");
  }
  return {};
}

}  // namespace protocol
