// SPDX-License-Identifier: Apache-2.0
#include "launcher/cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <sstream>

#include "base/text.h"

namespace launcher {
namespace {

constexpr const char* kKill = "cgroup.kill";
/// A group stays busy for a moment after its last process was killed by a process that is not its parent.
constexpr int kRemoveTries = 50;
constexpr int kRemoveWaitMs = 2;

std::string lines_of(const char* path) {
  const auto text = base::read_file(path);
  return text ? *text : "";
}

/// The path after "0::", the only line of the version 2 hierarchy.
std::string own_group() {
  for (const auto& line : base::split(lines_of("/proc/self/cgroup"), '\n'))
    if (line.starts_with("0::")) return line.substr(3);
  return "";
}

struct Mount {
  std::string root;  ///< the group that is seen at `point`
  std::string point;
};

std::optional<Mount> mount_of_cgroups() {
  for (const auto& line : base::split(lines_of("/proc/self/mountinfo"), '\n')) {
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    const auto fields = base::split(line, ' ');
    if (fields.size() > 5) return Mount{fields[3], fields[4]};
  }
  return {};
}

std::optional<base::Path> own_folder() {
  std::string group = own_group();
  const auto mount = mount_of_cgroups();
  if (!mount || group.empty() || group.find("/..") != std::string::npos) return {};
  if (mount->root != "/" && group.starts_with(mount->root)) group.erase(0, mount->root.size());
  return base::Path(mount->point) / base::Path(group).relative_path();
}

std::string name_of(std::string_view nonce) { return "runyard-" + std::string(nonce); }

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Cgroup Cgroup::open(base::Path path) {
  base::Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || faccessat(folder.get(), kKill, W_OK, 0) != 0) return {};
  return {std::move(path), std::move(folder)};
}

Cgroup Cgroup::make(std::string_view nonce) {
  const auto own = own_folder();
  if (!own) return {};
  base::Path path = *own / name_of(nonce);
  if (::mkdir(path.c_str(), 0700) != 0) return {};
  Cgroup made = open(path);
  if (!made) (void)::rmdir(path.c_str());
  return made;
}

Cgroup Cgroup::find(const base::Path& path, std::string_view nonce) {
  if (nonce.empty() || path.filename() != name_of(nonce)) return {};
  return open(path);
}

std::optional<int> Cgroup::folder() const { return folder_ ? std::optional(folder_.get()) : std::nullopt; }

void Cgroup::kill() const {
  if (!folder_) return;
  const base::Fd file(openat(folder_.get(), kKill, O_WRONLY | O_CLOEXEC));
  if (file) (void)base::write_all(file, "1");
}

std::string Cgroup::read(const char* name) const {
  if (!folder_) return "";
  const base::Fd file(openat(folder_.get(), name, O_RDONLY | O_CLOEXEC));
  if (!file) return "";
  const auto text = base::read_at(file, 0, 4096);
  return text ? *text : "";
}

std::optional<std::uint64_t> Cgroup::peak_bytes() const {
  const std::string text = read("memory.peak");
  return text.empty() ? std::nullopt : std::optional(number_in(text));
}

bool Cgroup::ran_out_of_memory() const {
  constexpr std::string_view kField = "oom_kill ";
  for (const auto& line : base::split(read("memory.events"), '\n'))
    if (line.starts_with(kField)) return number_in(std::string_view(line).substr(kField.size())) > 0;
  return false;
}

void Cgroup::remove() {
  if (!folder_) return;
  folder_.reset();
  for (int tries = kRemoveTries; ::rmdir(path_.c_str()) != 0 && errno == EBUSY && tries > 0; --tries)
    (void)::poll(nullptr, 0, kRemoveWaitMs);
}

}  // namespace launcher
