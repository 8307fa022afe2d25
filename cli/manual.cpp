// SPDX-License-Identifier: Apache-2.0
#include "cli/manual.h"

#include <algorithm>

#include "base/text.h"
#include "cli/help.h"

namespace cli {
namespace {

/// Text that troff prints as it is: no line of it is a request.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool begins_line = out.empty() || out.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    out += c == '\\' ? std::string("\\e") : c == '-' ? "\\-" : std::string(1, c);
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + plain(text) + "\\fR"; }

/// "-x, --experiment EXPERIMENT", "[RUN...]".
std::string title(const Option& option) {
  const char* const more = option.is_repeatable() ? " ..." : "";
  if (option.is_positional()) return italic(option.names) + more;
  std::string text;
  for (const auto& name : base::split(option.names, ',')) text += (text.empty() ? "" : ", ") + bold(name);
  return text + (option.value.empty() ? "" : " " + italic(option.value)) + more;
}

std::string list(const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) text += ".TP\n" + title(option) + "\n" + plain(option.help) + "\n";
  return text;
}

std::string verbatim(const std::string& text) { return ".PP\n.nf\n" + plain(text) + ".fi\n"; }

std::string section(const Command& command) {
  std::string text =
      ".SS \"runyard " + plain(command.words + usage_of(command)) + "\"\n" + plain(command.about) + ".\n";
  std::vector<Option> options;
  for (const Option& option : command.options)
    if (!option.help.empty()) options.push_back(option);
  std::stable_partition(options.begin(), options.end(), [](const Option& o) { return o.is_positional(); });
  return text + list(options) + verbatim(command.examples);
}

}  // namespace

std::string manual(const std::vector<Maker>& makers) {
  std::string text = ".TH RUNYARD 1 \"\" \"Runyard " RUNYARD_VERSION
                     "\" \"User Commands\"\n"
                     ".SH NAME\nrunyard \\- run scripts on this machine, and find their runs again\n"
                     ".SH SYNOPSIS\n.B runyard\n.I COMMAND\n[\\fIOPTIONS\\fR]\n"
                     ".SH DESCRIPTION\n" +
                     plain(kPurpose) + "\n.PP\n" + plain(kRunNames) +
                     "\n.PP\nEvery command understands \\fB\\-h\\fR, \\fB\\-\\-help\\fR, and \\fB\\-\\-json\\fR, which "
                     "prints what the API answers.\n.SH COMMANDS\n";
  for (const Maker make : makers) text += section(make());
  return text + ".SH \"EXIT STATUS\"\n" + plain(kExitCodes) +
         "\n.SH ENVIRONMENT\n.TP\n.B RUNYARD_STATE\nthe state directory, which holds all files of a daemon; without it "
         "\\fI$XDG_STATE_HOME/runyard\\fR or \\fI~/.local/state/runyard\\fR\n.TP\n.B NO_COLOR\nno colors, if it is "
         "set\n"
         ".SH \"SEE ALSO\"\n.BR runyardd (1)\n";
}

}  // namespace cli
