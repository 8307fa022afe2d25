// SPDX-License-Identifier: Apache-2.0
#include "cli/interpreter.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/spawn.h"
#include "base/text.h"
#include "cli/words.h"

namespace cli {
namespace {

constexpr int kAskMilliseconds = 30'000;
constexpr std::size_t kToldBytes = 200;

base::Error cannot_use(const std::string& word, const std::string& why) {
  return base::error("cannot use '" + printable(word) + "' as Python: " + why, std::errc::no_such_file_or_directory);
}

/// The line that says most: the last one of a traceback, else the first.
std::string telling_line(const std::string& text) {
  std::string chosen;
  const bool last = text.find("Traceback") != std::string::npos;
  for (const auto& line : base::split(text, '\n'))
    if (line.find_first_not_of(' ') != std::string::npos && (last || chosen.empty())) chosen = line;
  return printable(chosen.substr(0, kToldBytes));
}

/// The Python inside the folder of an environment.
base::Result<base::Path> python_in(const base::Path& folder, const std::string& word) {
  for (const char* name : {"bin/python3", "bin/python"})
    if (::access((folder / name).c_str(), X_OK) == 0) return folder / name;
  return cannot_use(word, "the folder has no bin/python");
}

/// Where the word points, links kept.
base::Result<base::Path> locate(const std::string& word, const std::vector<std::string>& environment) {
  if (word.find('/') == std::string::npos) {
    if (const auto found = base::find_program(word, environment)) return std::filesystem::absolute(*found);
    std::error_code ignored;
    if (!std::filesystem::is_directory(word, ignored)) return cannot_use(word, "it is not on the PATH");
  }
  std::error_code code;
  const base::Path path = std::filesystem::absolute(word).lexically_normal();
  const auto status = std::filesystem::status(path, code);
  if (status.type() == std::filesystem::file_type::not_found) return cannot_use(word, "there is no such file");
  if (code) return cannot_use(word, code.message());
  if (std::filesystem::is_directory(status)) return python_in(path, word);
  if (!std::filesystem::is_regular_file(status)) return cannot_use(word, "it is not a file");
  if (::access(path.c_str(), X_OK) != 0) return cannot_use(word, "it is not executable");
  return path;
}

bool is_script(const base::Path& path) {
  const auto fd = base::open_file(path, O_RDONLY);
  if (!fd) return false;
  const auto begin = base::read_at(*fd, 0, 2);
  return begin && *begin == "#!";
}

}  // namespace

base::Result<std::string> ask_python(const base::Path& python, const std::string& program, const std::string& marker) {
  base::SpawnOptions options;
  options.argv = {python.string(), "-I", "-c", program};
  options.environment = base::current_environment();
  TRY_ASSIGN_FOR("cannot ask '" + printable(python.string()) + "'", const base::Finished finished,
                 base::run_to_end(options, kAskMilliseconds));
  const std::string line = "\n" + marker + "\n";
  const auto found = ("\n" + finished.output).rfind(line);
  if (finished.code != 0 || found == std::string::npos) {
    const std::string said = telling_line(finished.output);
    return cannot_use(python.string(),
                      "it ended with status " + std::to_string(finished.code) + (said.empty() ? "" : ": " + said));
  }
  std::string answer = finished.output.substr(found + line.size() - 1);
  while (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

base::Result<base::Path> resolve_interpreter(const std::string& word, const std::vector<std::string>& environment) {
  TRY_ASSIGN(const base::Path path, locate(word.empty() ? "python3" : word, environment));
  if (!is_script(path)) return path;
  TRY_ASSIGN(
      const std::string real,
      ask_python(path, "import sys; print('\\nrunyard:executable'); print(sys.executable)", "runyard:executable"));
  if (!base::Path(real).is_absolute() || ::access(real.c_str(), X_OK) != 0)
    return cannot_use(path.string(), "it does not say which interpreter it starts");
  return base::Path(real);
}

}  // namespace cli
