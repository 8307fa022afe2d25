// SPDX-License-Identifier: Apache-2.0
#include "launcher/missing.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;
using protocol::ProgramError;

constexpr std::size_t kMostErrors = 20;      ///< of a traceback
constexpr std::size_t kMostCandidates = 50;  ///< paths that one message may name

/// "pandas.errors.ParserError" without its module.
std::string_view bare_type(std::string_view type) { return type.substr(type.rfind('.') + 1); }

bool is_about_modules(std::string_view type) {
  return bare_type(type) == "ModuleNotFoundError" || bare_type(type) == "ImportError";
}

bool is_about_files(const ProgramError& error) {
  constexpr std::array<std::string_view, 4> kTypes = {"FileNotFoundError", "NotADirectoryError", "OSError", "IOError"};
  return std::find(kTypes.begin(), kTypes.end(), bare_type(error.type)) != kTypes.end() ||
         error.message.find("No such file or directory") != std::string::npos;
}

/// What stands between one quote and the next of its kind. An apostrophe makes some of them nonsense, which no file is
/// named.
std::vector<std::string> quoted_texts(std::string_view message) {
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < message.size() && texts.size() < kMostCandidates; ++at) {
    if (message[at] != '\'' && message[at] != '"') continue;
    const auto end = message.find(message[at], at + 1);
    if (end != std::string_view::npos) texts.emplace_back(message.substr(at + 1, end - at - 1));
  }
  return texts;
}

/// Words that look like paths, without the signs around them.
std::vector<std::string> path_words(std::string_view message) {
  std::vector<std::string> words;
  for (std::string word : base::split(message, ' ')) {
    const auto begin = word.find_first_not_of("'\"([<");
    const auto end = word.find_last_not_of("'\")]>.,:;");
    if (begin == std::string::npos || end == std::string::npos || end < begin || words.size() == kMostCandidates)
      continue;
    word = word.substr(begin, end - begin + 1);
    if (word.find_first_of("/.") != std::string::npos) words.push_back(word);
  }
  return words;
}

std::vector<base::Path> missing_files(std::string_view message) {
  std::vector<base::Path> paths;
  for (auto& text : quoted_texts(message)) paths.emplace_back(std::move(text));
  paths.emplace_back(
      message.substr(0, std::min(message.find(" not found"), message.size())));  // numpy: "data/x.csv not found."
  for (auto& word : path_words(message)) paths.emplace_back(std::move(word));
  return paths;
}

/// "No module named 'a.b'", "cannot import name 'b' from 'a' (...)": a.b.
std::string missing_module(std::string_view message) {
  const auto names = quoted_texts(message);
  if (message.starts_with("No module named ") && !names.empty()) return names[0];
  if (message.starts_with("cannot import name ") && names.size() > 2)
    return names[2] + "." + names[0];  // [1] is " from "
  return "";
}

/// Where a module of the project may lie: at its top, in src, beside the script.
std::vector<base::Path> places_of_module(const std::string& module, const base::Path& script) {
  std::vector<base::Path> paths;
  if (module.empty() || module.find('/') != std::string::npos) return paths;
  std::string path = module;
  std::replace(path.begin(), path.end(), '.', '/');
  for (const base::Path& root : {base::Path(), base::Path("src"), script.parent_path()})
    for (const char* ending : {".py", "/__init__.py", ""}) paths.push_back(root / (path + ending));
  return paths;
}

/// The errors whose last lines stand in a traceback: those that the error came from, and itself.
std::vector<ProgramError> errors_of(std::string_view traceback) {
  std::vector<ProgramError> errors;
  for (const auto& line : base::split(traceback, '\n')) {
    const auto colon = line.find(": ");
    if (colon == std::string::npos || line.starts_with(' ') || errors.size() == kMostErrors) continue;
    const std::string type = line.substr(0, colon);
    if (type.find(' ') == std::string::npos && type.ends_with("Error"))
      errors.push_back({type, line.substr(colon + 2), ""});
  }
  return errors;
}

bool leads_out(const base::Path& path) { return !path.empty() && *path.begin() == ".."; }

/// The path relative to the working directory; one that is not below it stays as it is.
base::Path inside_work(const Attempt& attempt, const base::Path& path) {
  if (!path.is_absolute()) {
    const base::Path source = attempt.spec.source.directory,
                     back = (source / path).lexically_normal().lexically_relative(source);
    return leads_out(path.lexically_normal()) && !leads_out(back) ? back : path.lexically_normal();
  }
  std::error_code ignored;
  for (const base::Path& root : {attempt.dir.work(), fs::weakly_canonical(attempt.dir.work(), ignored)}) {
    base::Path inside = path.lexically_relative(root).lexically_normal();
    if (!inside.empty() && !leads_out(inside)) return inside;
  }
  return path;
}

/// Of a path that leads out of the source by "..".
std::string outside_hint(const Attempt& attempt, const base::Path& path) {
  std::error_code ignored;
  const base::Path original = (base::Path(attempt.spec.source.directory) / path).lexically_normal();
  if (!fs::exists(original, ignored)) return "";
  return ". " + original.string() +
         " exists, but lies outside of the source folder: make a relative link to it in that folder, which a snapshot "
         "follows";
}

std::string hint_of(const Attempt& attempt, const ProgramError& error) {
  std::vector<base::Path> paths;
  if (is_about_modules(error.type)) paths = places_of_module(missing_module(error.message), attempt.spec.script);
  else if (is_about_files(error)) paths = missing_files(error.message);
  for (const auto& path : paths)
    if (auto hint = missing_file_hint(attempt, path); !hint.empty()) return hint;
  return "";
}

}  // namespace

std::string missing_file_hint(const Attempt& attempt, const base::Path& path) {
  if (attempt.spec.source.directory.empty() || attempt.spec.source.in_place || path.empty()) return "";
  const base::Path inside = inside_work(attempt, path);
  if (inside.empty() || inside.is_absolute() || *inside.begin() == ".") return "";
  if (leads_out(inside)) return outside_hint(attempt, inside);
  std::error_code ignored;
  const base::Path original = base::Path(attempt.spec.source.directory) / inside;
  if (!fs::exists(original, ignored) || fs::exists(attempt.dir.work() / inside, ignored)) return "";
  const std::string top = inside.begin()->string();
  return ". " + original.string() +
         " exists, but was not captured in the run's snapshot: give the run the original with link=['" + top +
         "'] (--link " + top + "), or change .amlignore or .gitignore so that it is captured";
}

std::string missing_hint(const Attempt& attempt, const ProgramError& error) {
  if (auto hint = hint_of(attempt, error); !hint.empty()) return hint;
  for (const auto& cause : errors_of(error.traceback))
    if (auto hint = hint_of(attempt, cause); !hint.empty()) return hint;
  return "";
}

}  // namespace launcher
