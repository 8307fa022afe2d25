// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>

#include "tests/support/catch.h"

using cli::display_width;
using cli::fit;
using cli::Table;

TEST_CASE("East Asian characters take two columns and combining ones none", "[cli][table]") {
  CHECK(display_width("ridge") == 5);
  CHECK(display_width("精度") == 4);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(display_width("한국 ok") == 7);
  CHECK(display_width("\xFF") == 1);
  CHECK(display_width("") == 0);
}

TEST_CASE("what is cut to fit ends in an ellipsis and never splits a character", "[cli][table]") {
  CHECK(fit("ridge", 5) == "ridge");
  CHECK(fit("ridge", 4) == "rid…");
  CHECK(fit("精度精度", 8) == "精度精度");
  CHECK(fit("精度精度", 7) == "精度精…");
  CHECK(fit("精度精度", 6) == "精度…");
  CHECK(fit("精度", 0).empty());
  for (std::size_t columns = 1; columns < 12; ++columns) CHECK(display_width(fit("a精b度c精d", columns)) <= columns);
}

TEST_CASE("columns line up by what is seen, not by bytes", "[cli][table]") {
  Table table({{"NAME"}, {"N", Table::Align::kRight}, {"WHAT"}});
  table.add({"精度", "1", "a"});
  table.add({"loss", "200", "b"});
  CHECK(table.text(false, 0) ==
        "NAME    N  WHAT\n"
        "精度    1  a\n"
        "loss  200  b\n");
}

TEST_CASE("names cannot steer the terminal", "[cli][table]") {
  Table table({{"NAME"}});
  table.add(
      {"\033[31mred\nnext\x7f\xC2\x9B"
       "5m\xE2\x80\xAE"
       "evil"});
  const std::string text = table.text(false, 0);
  CHECK(text.find('\033') == std::string::npos);
  CHECK(text.find("\xC2\x9B") == std::string::npos);
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("the last column is cut to the width of the terminal, others are not", "[cli][table]") {
  Table table({{"RUN"}, {"WHAT"}});
  table.add({"a-long-identifier", "and quite some words about it"});
  CHECK(table.text(false, 30).find("a-long-identifier  and quite …\n") != std::string::npos);
  CHECK(table.text(false, 0).find("words about it\n") != std::string::npos);
  CHECK(table.text(false, 5).find("a-long-identifier") != std::string::npos);
}

TEST_CASE("color surrounds the text and does not count as width", "[cli][table]") {
  Table table({{"STATUS"}, {"X"}});
  table.add({{"Failed", "\033[31m"}, "x"});
  table.add({"Completed", "x"});
  CHECK(table.text(true, 0).find("\033[31mFailed\033[0m     x\n") != std::string::npos);
  CHECK(table.text(false, 0).find('\033') == std::string::npos);
}
