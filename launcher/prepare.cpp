// SPDX-License-Identifier: Apache-2.0
#include "launcher/prepare.h"

#include <unistd.h>

#include "base/archive.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;

base::Result<void> make_journal(const protocol::AttemptDir& dir) {
  TRY_FOR("cannot make the journal", base::make_directories(dir.blobs()));
  return {};
}

base::Result<void> unpack(const Attempt& attempt, Facts& facts) {
  if (attempt.spec.snapshot.empty()) return {};
  const auto snapshot = protocol::StateDir::of_run(attempt.run).snapshot(attempt.spec.snapshot);
  TRY_ASSIGN_FOR("cannot unpack the snapshot", const auto report,
                 base::extract_tar_zst(snapshot.archive(), attempt.dir.work(), true));
  for (const auto& skipped : report.skipped) facts.warning("not unpacked: " + skipped);
  return {};
}

base::Result<void> make_links(const Attempt& attempt) {
  for (const auto& name : attempt.spec.source.links) {
    const base::Path relative = base::Path(name).lexically_normal();
    if (relative.is_absolute() || relative.empty() || *relative.begin() == "..")
      return base::error("cannot link '" + name + "': not a folder inside the source");
    const base::Path link = attempt.dir.work() / relative;
    TRY(base::make_directories(link.parent_path()));
    std::error_code code;
    fs::create_symlink(base::Path(attempt.spec.source.directory) / relative, link, code);
    if (code) return base::os_error("cannot link '" + name + "' into the working directory", code.value());
  }
  return {};
}

base::Result<void> make_output_folders(const Attempt& attempt) {
  for (const char* name : {"outputs", "logs"}) {
    std::error_code code;
    if (!attempt.spec.source.in_place) fs::remove_all(attempt.work() / name, code);
    TRY_FOR(std::string("cannot make the folder ") + name, base::make_directories(attempt.work() / name));
  }
  return {};
}

base::Result<void> check_interpreter(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    return base::error("cannot start: the interpreter " + path + " does not exist", std::errc::no_such_file_or_directory);
  if (!fs::is_regular_file(path, ignored) || access(path.c_str(), X_OK) != 0)
    return base::error("cannot start: the interpreter " + path + " is not executable", std::errc::permission_denied);
  return {};
}

}  // namespace

base::Result<void> prepare_work(const Attempt& attempt, Facts& facts) {
  TRY(make_journal(attempt.dir));
  if (!attempt.spec.source.in_place) {
    TRY_FOR("cannot make the working directory", base::make_directories(attempt.dir.work()));
    TRY(unpack(attempt, facts));
    TRY(make_links(attempt));
  }
  return make_output_folders(attempt);
}

base::Result<void> check_program(const Attempt& attempt) {
  const auto& spec = attempt.spec;
  if (spec.kind == protocol::RunKind::kInteractive) return base::error("cannot start: an interactive run starts nothing");
  if (!spec.interpreter.empty()) TRY(check_interpreter(spec.interpreter));
  if (spec.kind == protocol::RunKind::kCommand)
    return spec.command.empty() ? base::Result<void>(base::error("cannot start: the command is empty"))
                                : base::Result<void>();
  if (spec.interpreter.empty()) return base::error("cannot start: the run names no interpreter");
  std::error_code ignored;
  if (const auto script = attempt.work() / spec.script; !fs::is_regular_file(script, ignored))
    return base::error("cannot start: the script " + script.string() + " does not exist", std::errc::no_such_file_or_directory);
  return {};
}

}  // namespace launcher
