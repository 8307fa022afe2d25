// SPDX-License-Identifier: Apache-2.0
// An attempt in a state directory of its own, as the daemon leaves it for a launcher.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "launcher/attempt.h"
#include "protocol/exit_record.h"
#include "protocol/facts.h"
#include "tests/support/folder.h"

namespace support {

/// The content of a file; empty where there is none.
inline std::string text_of(const base::Path& path) {
  const auto text = base::read_file(path);
  return text ? *text : "";
}

/// The state directory is the folder itself, or `state` in it.
struct AttemptFolder : Folder {
  explicit AttemptFolder(const std::string& state = "") : attempt(launcher::attempt_at(path / state / "runs/r1")) {
    std::filesystem::create_directories(attempt.dir.work());
    std::filesystem::create_directories(attempt.run.record());
    attempt.nonce = base::random_hex(16);
    attempt.spec.id = "r1";
    REQUIRE(base::replace_file(attempt.run.environ_file(), R"({"PATH":"/usr/bin:/bin"})"));
  }

  /// The run is this command.
  void run(std::vector<std::string> command) {
    attempt.spec.kind = protocol::RunKind::kCommand;
    attempt.spec.command = std::move(command);
  }
  void run_shell(std::string script) { run({"/bin/sh", "-c", std::move(script)}); }

  /// A file in the working directory.
  base::Path put(const std::string& name, std::string_view text = "") const {
    base::Path file = attempt.dir.work() / name;
    std::filesystem::create_directories(file.parent_path());
    REQUIRE(base::replace_file(file, text));
    return file;
  }

  /// What the launcher wrote, of one kind.
  template <class Fact>
  std::vector<Fact> facts() const {
    std::vector<Fact> found;
    for (const auto& line : base::split(text_of(attempt.dir.launcher_facts()), '\n')) {
      const auto fact = protocol::launcher_fact_from_json(nlohmann::json::parse(line, nullptr, false));
      if (const auto* one = fact ? std::get_if<Fact>(&*fact) : nullptr) found.push_back(*one);
    }
    return found;
  }
  std::string warnings() const {
    std::string sentences;
    for (const auto& warning : facts<protocol::Warning>()) sentences += warning.sentence + "\n";
    return sentences;
  }

  std::string log() const { return text_of(attempt.dir.log()); }
  bool has_ended() const { return base::exists(attempt.dir.exit_record()); }
  protocol::ExitRecord ending() const {
    const auto record =
        protocol::exit_record_from_json(nlohmann::json::parse(text_of(attempt.dir.exit_record()), nullptr, false));
    REQUIRE(record);
    return *record;
  }

  launcher::Attempt attempt;
};

}  // namespace support
