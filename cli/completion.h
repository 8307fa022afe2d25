// SPDX-License-Identifier: Apache-2.0
// Says what may stand at the end of a command line that is being typed. By the table of commands alone: names of runs
// and other things are looked up elsewhere.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace cli {

/// A word that completes a command line. `about` is shown beside it.
struct Candidate {
  std::string word, about;
};

struct Expected {
  enum class Paths { kNone, kFiles, kFolders };

  std::vector<Candidate> words;  ///< all that may stand there, whatever has been typed of it
  std::string named;             ///< "RUN", "TARGET", ...: the name of such a thing; empty: nothing of that kind
  Paths paths = Paths::kNone;    ///< the shell completes them
  std::string prefix;            ///< what has been typed of the word before: "--target="
};

/// What may stand in the place of the last of `words`, which is being typed; the words before it are complete.
Expected expected_at_end(std::vector<std::string> words, const std::vector<Maker>& makers);

/// The candidates that begin with `typed`, in their order. Drops words that would move the cursor or break a line.
std::vector<Candidate> matching(const std::vector<Candidate>& candidates, const std::string& typed);

/// The script that connects a shell ("bash", "zsh", "fish") with `runyard completion candidates`; empty: unknown shell.
std::string completion_script(const std::string& shell);

}  // namespace cli
