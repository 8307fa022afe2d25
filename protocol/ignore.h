// SPDX-License-Identifier: Apache-2.0
// Which entries of a source folder a snapshot excludes: one file of rules as git reads .gitignore, and built-in
// lists that hold unless a rule of the file asks for the entry with '!'. Clients that send a folder apply it as well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace protocol {

/// The files that hold rules, at the top of a source. The first that is there counts.
inline constexpr std::string_view kIgnoreFiles[] = {".amlignore", ".gitignore"};
inline constexpr std::uint64_t kIgnoreFileLimit = 1 << 20;  ///< bytes
/// A larger source is only taken on request. As many folders as files.
inline constexpr std::uint64_t kSourceBytes = 2'000'000'000, kSourceFiles = 50'000;

/// Pure: works on bytes, never looks at the disk. Made once for a snapshot, then only asked.
class Ignore {
 public:
  static constexpr std::string_view kBuiltIn = "runyard", kSecrets = "runyard (secrets)", kLinked = "link";

  /// `text` holds the rules; `source` is the name they are cited by (".amlignore"), empty when there is no file.
  explicit Ignore(std::string_view text = "", std::string source = "");
  /// Excludes nothing: for a folder whose content was chosen before.
  static Ignore nothing();

  /// Excludes `path` whatever the file says: the run gets a link to the original in its place.
  void exclude_linked(std::string_view path);

  /// Views into the rules, good as long as they live.
  struct Answer {
    bool excluded = false;
    std::string_view source;      ///< the file, kBuiltIn or kSecrets
    std::string_view rule;        ///< as written; empty when no rule spoke
    bool if_environment = false;  ///< holds only for a folder with one of kEnvironmentMarkers in it
  };
  /// `path` is relative to the folder, without a slash at either end. Ask for a folder before what it holds, and do
  /// not go into one that is excluded: as in git, nothing in it can be asked for again.
  Answer ask(std::string_view path, bool is_directory) const;

  /// The file that the rules come from; empty when there is none.
  const std::string& source() const { return source_; }
  /// What a virtual environment or conda prefix has at its top.
  static constexpr std::string_view kEnvironmentMarkers[] = {"pyvenv.cfg", "conda-meta"};

 private:
  enum class Shape { literal, prefix, suffix, component, tail, path };
  enum class Kind { any, directory, file };
  struct Rule {
    std::string written, pattern;
    std::string_view source;
    std::size_t fixed = 0;  // that many bytes of the pattern stand for themselves
    Shape shape = Shape::path;
    Kind kind = Kind::any;
    bool negated = false, anchored = false, if_environment = false, any_case = false;
  };
  void add_file(std::string_view text);
  Rule* add(std::string_view line, std::string_view source);
  void add_secret(std::string_view line, Kind kind);
  static bool matches(const Rule& rule, std::string_view path, std::string_view name);

  std::string source_;
  std::vector<Rule> rules_;  // the last that matches decides
};

/// One pattern against one path, both whole: '*' and '?' stop at '/', "**" as a whole component does not.
bool glob_match(std::string_view pattern, std::string_view path);

/// The line that excludes exactly `path` (a '/' at its end for a folder) when written into an ignore file.
std::string ignore_line(std::string_view path);

}  // namespace protocol
