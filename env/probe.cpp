// SPDX-License-Identifier: Apache-2.0
#include "env/probe.h"

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/utsname.h>

#include "base/process.h"
#include "base/spawn.h"
#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"

namespace env {
namespace {

using nlohmann::json;

constexpr std::string_view kMark = "@runyard-interpreter ";
constexpr std::size_t kLongestLine = 300;

/// Understood by Python 2 as well, so that a Python 2 can report its version. Distributions are read from their
/// folders: importlib.metadata is missing in 3.7 and slower. The first match on sys.path is the one that an import
/// finds.
constexpr const char* kScript = R"py(
import json, os, sys

def head(path):
    found = {}
    try:
        with open(path, "rb") as lines:
            for line in lines:
                line = line.decode("utf-8", "replace").strip()
                if not line or len(found) == 2:
                    break
                key, _, value = line.partition(":")
                if key in ("Name", "Version"):
                    found[key] = value.strip()
    except (IOError, OSError):
        pass
    return found.get("Name"), found.get("Version")

def text(path):
    raw = path if isinstance(path, bytes) else path.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "replace")

packages = {}
places = [p for p in sys.path if p and os.path.isdir(p)]
for place in places:
    try:
        entries = os.listdir(place)
    except OSError:
        continue
    for entry in sorted(entries):
        path = os.path.join(place, entry)
        if entry.endswith(".dist-info"):
            name, version = head(os.path.join(path, "METADATA"))
        elif entry.endswith(".egg-info"):
            name, version = head(os.path.join(path, "PKG-INFO") if os.path.isdir(path) else path)
        else:
            continue
        if name:
            packages.setdefault(name, version or "")

implementation = getattr(sys, "implementation", None)
print("\n@runyard-interpreter " + json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "implementation": implementation.name if implementation else "cpython",
    "prefix": text(sys.prefix),
    "base_prefix": text(getattr(sys, "base_prefix", sys.prefix)),
    "executable": text(sys.executable or ""),
    "machine": os.uname()[4],
    "packages": packages,
    "places": [text(place) for place in places],
}))
)py";

std::string last_line(const std::string& output) {
  std::string last;
  for (const auto& line : base::split(output, '\n'))
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  return base::to_utf8(last).substr(0, kLongestLine);
}

/// The line with the mark; others may print before and after it.
std::string answer_in(const std::string& output) {
  const auto at = output.rfind("\n" + std::string(kMark));
  if (at == std::string::npos) return "";
  const auto begin = at + 1 + kMark.size();
  return output.substr(begin, output.find('\n', begin) - begin);
}

std::string describe_death(int code) {
  if (code > 128) return "killed by " + base::signal_name(code - 128);
  return "exited with status " + std::to_string(code);
}

std::string machine_name() {
  struct utsname names {};
  return ::uname(&names) == 0 ? names.machine : "one";
}

/// The header of a program names the machines it is for.
std::string why_not_executable(const base::Path& path) {
  const auto fd = base::open_file(path, O_RDONLY);
  const auto head = fd ? base::read_at(*fd, 0, sizeof(Elf64_Ehdr)) : base::Result<std::string>("");
  if (head && head->size() == sizeof(Elf64_Ehdr) && head->starts_with(ELFMAG))
    return "it was built for machines of another kind than this " + machine_name();
  return "it is not Python (the system cannot execute it)";
}

/// It ran and did not answer: either a Python that is broken, or something else.
base::Error no_answer(const base::Path& path, const base::Finished& done) {
  const std::string name = path.filename();
  const std::string last = last_line(done.output);
  const bool claims = name.find("python") != std::string::npos || name.find("pypy") != std::string::npos ||
                      done.output.find("Python") != std::string::npos;
  const std::string start = "cannot use the interpreter " + path.string() + ": ";
  if (!claims || done.code == 0) return base::error(start + "it is not Python");
  return base::error(start + "it died at start (" + describe_death(done.code) + ")" +
                     (last.empty() ? "" : ": " + last));
}

base::Result<Probe> read_answer(const base::Path& path, const std::string& text) {
  TRY_ASSIGN_FOR("cannot use the interpreter " + path.string(), const json answer,
                 protocol::parse_json(text, "its answer"));
  Probe probe;
  probe.interpreter = {path,
                       protocol::text_at(answer, "version"),
                       protocol::text_at(answer, "implementation"),
                       protocol::text_at(answer, "prefix"),
                       protocol::text_at(answer, "base_prefix"),
                       protocol::text_at(answer, "machine"),
                       {},
                       {}};
  probe.executable = protocol::text_at(answer, "executable");
  TRY_ASSIGN(probe.interpreter.packages, protocol::map_from_json(protocol::member_at(answer, "packages")));
  TRY_ASSIGN(probe.places, protocol::list_from_json(protocol::member_at(answer, "places")));
  return probe;
}

}  // namespace

base::Result<Probe> run_probe(const base::Path& path, const ProbeOptions& options) {
  base::SpawnOptions python;
  python.argv = {path, "-E", "-c", kScript};
  python.environment = options.environment;
  python.directory = "/";
  python.parent_death_signal = SIGKILL;
  auto done = base::run_to_end(python, options.timeout_ms, 16 << 20);
  if (!done && done.error().code == std::errc::executable_format_error)
    return base::error("cannot use the interpreter " + path.string() + ": " + why_not_executable(path));
  if (!done) return done.error().with("cannot use the interpreter " + path.string());
  const std::string answer = answer_in(done->output);
  if (options.output) *options.output = done->output.substr(0, done->output.rfind("\n" + std::string(kMark)));
  if (answer.empty()) return no_answer(path, *done);
  return read_answer(path, answer);
}

}  // namespace env
