// SPDX-License-Identifier: Apache-2.0
#include "env/trouble.h"

#include <array>
#include <vector>

#include "base/text.h"
#include "protocol/address.h"

namespace env {
namespace {

constexpr std::size_t kLongest = 600;

struct Sign {
  std::string_view text;
  Trouble trouble;
};

/// The first match counts: a package index that is down leads to "no matching distribution" further on.
constexpr std::array kSigns = {
    Sign{"No space left on device", Trouble::kFullDisk},
    Sign{"os error 28", Trouble::kFullDisk},
    Sign{"Disk quota exceeded", Trouble::kFullDisk},
    Sign{"DO NOT MATCH THE HASHES", Trouble::kHash},
    Sign{"Hash mismatch", Trouble::kHash},
    Sign{"hash mismatch", Trouble::kHash},
    Sign{"NewConnectionError", Trouble::kNetwork},
    Sign{"ConnectTimeoutError", Trouble::kNetwork},
    Sign{"ReadTimeoutError", Trouble::kNetwork},
    Sign{"ProxyError", Trouble::kNetwork},
    Sign{"Max retries exceeded", Trouble::kNetwork},
    Sign{"Temporary failure in name resolution", Trouble::kNetwork},
    Sign{"Connection refused", Trouble::kNetwork},
    Sign{"connection broken by", Trouble::kNetwork},
    Sign{"Network is unreachable", Trouble::kNetwork},
    Sign{"error sending request", Trouble::kNetwork},
    Sign{"dns error", Trouble::kNetwork},
    Sign{"tcp connect error", Trouble::kNetwork},
    Sign{"Could not connect", Trouble::kNetwork},
    Sign{"Could not resolve host", Trouble::kNetwork},
    Sign{"CondaHTTPError", Trouble::kNetwork},
    Sign{"is missing an upload date", Trouble::kUndated},
    Sign{"was not found in the package registry", Trouble::kMissing},
    Sign{"was not found in the provided package locations", Trouble::kMissing},
    Sign{"there is no version of", Trouble::kMissing},
    Sign{"there are no versions of", Trouble::kMissing},
    Sign{"has no wheels", Trouble::kMissing},
    Sign{"No matching distribution found", Trouble::kMissing},
    Sign{"PackagesNotFoundError", Trouble::kMissing},
    Sign{"perhaps a typo", Trouble::kMissing},
    Sign{"nothing provides", Trouble::kMissing},
    Sign{"conflicting dependencies", Trouble::kConflict},
    Sign{"ResolutionImpossible", Trouble::kConflict},
    Sign{"Double requirement given", Trouble::kConflict},
    Sign{"requirements are unsatisfiable", Trouble::kConflict},
    Sign{"UnsatisfiableError", Trouble::kConflict},
    Sign{"packages are incompatible", Trouble::kConflict},
    Sign{"conflicts with any installable versions", Trouble::kConflict},
};

/// uv gives the reason behind an arrow, over several lines.
std::string behind_arrow(const std::vector<std::string>& lines) {
  constexpr std::string_view kArrow = "╰─▶";
  std::string said;
  for (const auto& line : lines) {
    const auto arrow = line.find(kArrow);
    if (arrow != std::string::npos) said = base::trim(line.substr(arrow + kArrow.size()));
    else if (!said.empty() && line.starts_with("  ") && !base::trim(line).empty()) (said += " ") += base::trim(line);
    else if (!said.empty()) break;
  }
  return said;
}

/// Takes one sign of a tree away from the front.
bool strip_branch(std::string& text) {
  constexpr std::array<std::string_view, 3> kBranches = {"├─ ", "└─ ", "│ "};
  for (const auto branch : kBranches)
    if (text.starts_with(branch)) {
      text = base::trim(text.substr(branch.size()));
      return true;
    }
  return false;
}

/// The solvers of conda give the reason as a tree.
std::string in_tree(const std::vector<std::string>& lines) {
  std::string said;
  for (const auto& line : lines) {
    std::string text(base::trim(line));
    bool inside = false;
    while (strip_branch(text)) inside = true;
    if (inside) said += (said.empty() ? "" : " ") + text;
    else if (!said.empty()) break;
  }
  return said;
}

std::string first_after(const std::vector<std::string>& lines, std::string_view mark) {
  for (const auto& line : lines)
    if (const auto text = base::trim(line); text.starts_with(mark))
      return std::string(base::trim(text.substr(mark.size())));
  return {};
}

std::string last_line(const std::vector<std::string>& lines) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    if (const auto text = base::trim(*line); !text.empty()) return std::string(text);
  return "it said nothing";
}

std::string said_in(const std::string& output) {
  const auto lines = base::split(output, '\n');
  std::string said = behind_arrow(lines);
  if (said.empty()) said = in_tree(lines);
  for (const std::string_view mark : {"ERROR:", "Caused by:", "cause:", "error:", "critical libmamba", "OSError:"})
    if (said.empty()) said = first_after(lines, mark);
  if (said.empty()) said = last_line(lines);
  return base::to_utf8(protocol::without_passwords(said).substr(0, kLongest));  // it may name an index
}

std::string advice_for(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNetwork:
      return "The package index did not answer: check the network, the proxy and the index's address";
    case Trouble::kFullDisk:
      return "The disk is full: 'runyard env gc' and 'runyard du' say what can go";
    case Trouble::kHash:
      return "A package is not the one that was pinned: make new hashes if you trust the index";
    case Trouble::kUndated:
      return "The index does not say when files were uploaded, so those from before a day cannot be chosen: use "
             "another";
    case Trouble::kMissing:
      return "Check the package's name and version, and that the index has it for this Python";
    case Trouble::kConflict:
      return "The requirements contradict each other: loosen one of them";
    case Trouble::kOther:
      break;
  }
  return "The whole output is in azureml-logs/20_environment_log.txt";
}

}  // namespace

Cause cause_in(const std::string& output) {
  Cause cause{Trouble::kOther, said_in(output)};
  for (const auto& sign : kSigns)
    if (output.find(sign.text) != std::string::npos) {
      cause.trouble = sign.trouble;
      break;
    }
  return cause;
}

std::string describe(const Cause& cause) {
  const bool ended = cause.said.ends_with('.');
  return cause.said + (ended ? " " : ". ") + advice_for(cause.trouble);
}

std::string all_of(const std::vector<std::string>& sentences) {
  std::string text;
  for (const auto& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

}  // namespace env
