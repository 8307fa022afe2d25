// SPDX-License-Identifier: Apache-2.0
#include "cli/report.h"

#include <cmath>
#include <filesystem>

#include "base/digest.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;

TEST_CASE("words of a shell become the values they look like", "[cli][report]") {
  CHECK(std::get<std::int64_t>(cli::cell_of("3")) == 3);
  CHECK(std::get<std::int64_t>(cli::cell_of("-9223372036854775808")) == INT64_MIN);
  CHECK(std::get<double>(cli::cell_of("0.25")) == 0.25);
  CHECK(std::get<double>(cli::cell_of("+1e-3")) == 1e-3);
  CHECK(std::isnan(std::get<double>(cli::cell_of("nan"))));
  CHECK(std::get<double>(cli::cell_of("-inf")) == -INFINITY);
  CHECK(std::get<bool>(cli::cell_of("true")));
  for (const char* text : {"resnet", "", "1,5", "0x10", "1e", "3 ", "True"})
    CHECK(std::get<std::string>(cli::cell_of(text)) == text);
}

TEST_CASE("a reported line is one that the protocol reads back", "[cli][report]") {
  const auto file = fs::temp_directory_path() / ("runyard-report-" + base::random_hex(4));
  REQUIRE(cli::append_line(file, protocol::scalar_line("精度", cli::cell_of("-inf"), 3, base::now())));
  REQUIRE(cli::append_line(file, protocol::tag_line("sel", "yes\n", base::now())));
  const auto text = base::read_file(file);
  fs::remove(file);
  REQUIRE(text);
  CHECK(std::count(text->begin(), text->end(), '\n') == 2);
  protocol::LineParser parser;
  const auto line = parser.parse(std::string_view(*text).substr(0, text->find('\n')));
  REQUIRE(line);
  CHECK((*line)->name == "精度");
  CHECK((*line)->step == 3);
  CHECK(std::get<double>((*line)->cells.at(0)) == -INFINITY);
}

TEST_CASE("a line that is too long for the shared file is refused, and leaves nothing", "[cli][report]") {
  const auto file = fs::temp_directory_path() / ("runyard-report-" + base::random_hex(4));
  const auto done = cli::append_line(file, std::string(70'000, 'x'));
  REQUIRE_FALSE(done);
  CHECK(done.error().message.find("64 KiB") != std::string::npos);
  CHECK_FALSE(fs::exists(file));
}
