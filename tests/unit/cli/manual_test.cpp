// SPDX-License-Identifier: Apache-2.0
#include "cli/manual.h"

#include "base/text.h"
#include "cli/commands.h"
#include "tests/support/catch.h"

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

cli::Command odd() {
  static std::string value;
  return {"odd",
          "about .dots\n'quotes",
          "  runyard odd C:\\here\n.request\n",
          {{"-v,--value", &value, ".help", "N"}},
          nullptr,
          nullptr,
          "",
          {}};
}

}  // namespace

TEST_CASE("the manual page has every command and every option", "[cli][manual]") {
  const std::string page = cli::manual(cli::all_commands());
  for (const cli::Maker make : cli::all_commands()) {
    const cli::Command command = make();
    CAPTURE(command.words);
    CHECK(holds(page, ".SS \"runyard " + command.words + " [OPTIONS]"));
  }
  CHECK(holds(page, "\\fB\\-x\\fR, \\fB\\-\\-experiment\\fR \\fIEXPERIMENT\\fR\n"));
  CHECK(holds(page, "Exit codes: 0 done"));
}

TEST_CASE("no text becomes a request of the manual page", "[cli][manual]") {
  const std::string page = cli::manual({odd});
  CHECK(holds(page, "\n\\&'quotes"));
  CHECK(holds(page, "\n\\&.request"));
  CHECK(holds(page, "\n\\&.help"));
  CHECK(holds(page, "C:\\ehere"));
}
