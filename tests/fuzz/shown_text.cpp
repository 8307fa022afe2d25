// SPDX-License-Identifier: Apache-2.0
// Text of strangers (logs, tools, names) that is shown or searched: harmless on a terminal, as wide as it is said to
// be.
#include "base/clock.h"
#include "base/text.h"
#include "cli/harmless.h"
#include "cli/table.h"
#include "cli/words.h"
#include "env/pins.h"
#include "env/trouble.h"
#include "launcher/traceback.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

constexpr std::size_t kColumns = 20;

void expect_harmless(const std::string& text) { EXPECT(base::is_utf8(text) && !base::has_control(text)); }

/// In whatever pieces it comes, nothing but text, line ends, tabs and colors is left of it.
void expect_only_text_and_colors(std::string_view input) {
  cli::Harmless whole, pieces;
  const std::string shown = whole.pass(input);
  std::string joined;
  for (const char c : input) joined += pieces.pass(std::string_view(&c, 1));
  EXPECT(joined == shown);
  EXPECT(cli::Harmless().pass(shown) == shown);
  std::string text;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown[i] == '\033') i = shown.find_first_not_of("[0123456789;:", i + 1);
    else if (shown[i] != '\r' && shown[i] != '\n' && shown[i] != '\t') text += shown[i];
  }
  expect_harmless(text);
}

void expect_coded(std::string_view input) {
  std::string decoded;
  EXPECT(!base::percent_decode(base::percent_encode(input), decoded) == (input.find('\0') != std::string_view::npos));
  EXPECT(input.find('\0') != std::string_view::npos || decoded == input);
  EXPECT(base::from_base64(base::base64(input), decoded) && decoded == input);
  const std::string escaped = base::html_escape(input);
  EXPECT(escaped.find_first_of("<>\"'") == std::string::npos);
  EXPECT(base::is_utf8(base::to_utf8(input)) && (!base::is_utf8(input) || base::to_utf8(input) == input));
  if (const auto time = base::parse_iso_time(input)) EXPECT(!base::iso_time(*time).empty());
}

}  // namespace

void fuzz::shown_text(std::string_view input) {
  const std::string text(input);
  const std::string shown = cli::printable(text);
  expect_harmless(shown);
  EXPECT(cli::printable(shown) == shown);
  EXPECT(cli::display_width(cli::fit(shown, kColumns)) <= kColumns);
  cli::Table table({{"A"}, {"B"}});
  table.add({text, text});
  for (const auto& line : base::split(table.text(false, kColumns), '\n')) expect_harmless(line);
  expect_only_text_and_colors(input);
  (void)cli::printable_block(text);
  (void)cli::age(text, base::Micros{1'790'000'000'000'000});
  expect_coded(input);
  if (const auto error = launcher::last_traceback(input)) EXPECT(!error->type.empty());
  (void)env::cause_in(text);
  for (const auto& line : base::split(text, '\n'))
    if (const auto pin = env::pin_in(line)) EXPECT(!pin->name.empty() && !pin->version.empty());
}
