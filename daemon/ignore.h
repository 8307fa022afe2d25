// SPDX-License-Identifier: Apache-2.0
// Which entries of a source folder a snapshot leaves out: one file of rules as git reads .gitignore, and a built-in
// list that holds unless a rule of the file asks for the entry with '!'.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yard {

class Ignore {
 public:
  /// `text` holds the rules; `source` is the name they are cited by (".amlignore"), empty when there is no file.
  explicit Ignore(std::string_view text = "", std::string source = "");

  struct Answer {
    bool excluded = false;
    std::string source;  ///< the file, or "runyard" for the built-in list
    std::string rule;    ///< as written; empty when no rule spoke
  };
  /// `path` is relative to the folder, without a slash at either end. Ask for a folder before what it holds, and do
  /// not go into one that is excluded: as in git, nothing in it can be asked for again.
  Answer ask(std::string_view path, bool is_directory) const;

 private:
  struct Rule {
    std::string written, pattern, source;
    bool negated = false, directory_only = false, anchored = false;
  };
  void add(std::string_view line, const std::string& source);
  std::vector<Rule> rules_;  // the last that matches decides
};

/// One pattern against one path, both whole: '*' and '?' stop at '/', "**" as a whole component does not.
bool glob_match(std::string_view pattern, std::string_view path);

}  // namespace yard
