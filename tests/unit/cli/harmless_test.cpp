// SPDX-License-Identifier: Apache-2.0
#include "cli/harmless.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace {

/// What is shown, in whatever two pieces it comes.
std::string shown(std::string_view bytes) {
  std::string whole = cli::Harmless().pass(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    cli::Harmless harmless;
    std::string joined = harmless.pass(bytes.substr(0, cut));
    joined += harmless.pass(bytes.substr(cut));
    CAPTURE(cut);
    CHECK(joined == whole);
  }
  return whole;
}

}  // namespace

TEST_CASE("harmless: text, line ends, tabs and colors stay", "[cli][terminal]") {
  for (const char* text : {"", "a b\r\n\tc", "精度 é \xF0\x9F\x98\x80", "\033[31mred\033[0m", "\033[m",
                           "\033[1;38;5;9mx\033[38:2::1:2:3my"}) {
    INFO(text);
    CHECK(shown(text) == text);
  }
}

TEST_CASE("harmless: what does more than print goes, with what it carries", "[cli][terminal]") {
  for (const std::string& sequence : std::vector<std::string>{
           "\033]52;c;aGk=\a", "\033]0;title\033\\", "\033]8;;http://x\a", "\033P1$r0m\033\\", "\033_x\033\\",
           "\033^x\033\\", "\033Xx\033\\", "\033[2J", "\033[H", "\033[?1049h", "\033[6n", "\033[>4;2m", "\033[?4m",
           "\033[1 q", "\033[!p", "\033[\"m", "\033c", "\0337", "\033(0", "\033#8", "\033 F", "\033]x\030",
           "\033]x\032", "\033\033[2J", "\033[2\033[2J", "\a", "\b", "\v", "\f", "\x0E", "\x7F", "\033",
           // C1 controls, as UTF-8
           "\302\2332J", "\302\23552;c;x\xC2\x9C", "\xC2\x90x\033\\", "\xC2\x9Fx\xC2\x9C", "\xC2\x85", "\xC2\x8D",
           "\033]x\xC2\x9Bx\a", "\033]\xE7\xB2\xBE\a"}) {
    const std::string visible = "a" + sequence + (sequence == "\033" ? "" : "b");
    CAPTURE(visible);
    CHECK(shown(visible) == (sequence == "\033" ? "a" : "ab"));
  }
  CHECK(shown("\xC2\x9B"
              "31mred") == "\033[31mred");
  CHECK(shown(std::string("a\0b", 3)) == "ab");
  CHECK(shown("\033[" + std::string(1000, '1') + "mx") == "x");
}

TEST_CASE("harmless: what is broken ends, and the text goes on", "[cli][terminal]") {
  CHECK(shown("\033]0;never ended\nnext") == "\nnext");
  CHECK(shown("\033[31\nnext") == "\nnext");
  CHECK(shown("\033]x\033[31mred") == "\033[31mred");
  CHECK(shown("\033é") == "é");
  CHECK(shown("\033[é") == "é");
}

TEST_CASE("harmless: bytes that are no text, and characters that turn a line round", "[cli][terminal]") {
  CHECK(shown("a\x9B"
              "2Jb") == "a\uFFFD2Jb");
  CHECK(shown("\xE7\xB2x") == "\uFFFD\uFFFDx");
  CHECK(shown("\xFF\xC0\xAF") == "\uFFFD\uFFFD\uFFFD");
  CHECK(shown("a\xE2\x80\xAE"
              "b") == "a\uFFFDb");
}

TEST_CASE("harmless: says whether a color is left on", "[cli][terminal]") {
  cli::Harmless harmless;
  CHECK_FALSE(harmless.is_colored());
  (void)harmless.pass("\033[8mhidden");
  CHECK(harmless.is_colored());
  (void)harmless.pass("\033[0m");
  CHECK_FALSE(harmless.is_colored());
}
