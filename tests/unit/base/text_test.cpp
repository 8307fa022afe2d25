// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include "tests/support/catch.h"

#include "base/clock.h"
#include "base/digest.h"

TEST_CASE("UTF-8 is told from what is not") {
  CHECK(base::is_utf8("精度 ok"));
  CHECK_FALSE(base::is_utf8("\xC0\xAF"));          // overlong
  CHECK_FALSE(base::is_utf8("\xED\xA0\x80"));      // surrogate
  CHECK_FALSE(base::is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK(base::to_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
  CHECK(base::length_utf8("精度") == 2);
}

TEST_CASE("relative paths stay below their root") {
  CHECK(base::is_safe_relative("a/b.txt"));
  for (const auto* path : {"", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a/."})
    CHECK_FALSE(base::is_safe_relative(path));
}

TEST_CASE("percent escapes are decoded once") {
  std::string decoded;
  REQUIRE(base::percent_decode("a%20b%252e", decoded));
  CHECK(decoded == "a b%2e");
  CHECK_FALSE(base::percent_decode("%", decoded));
  CHECK_FALSE(base::percent_decode("%zz", decoded));
  CHECK_FALSE(base::percent_decode("%00", decoded));
  CHECK(base::percent_encode("a b/精", "/") == "a%20b/%E7%B2%BE");
}

TEST_CASE("sizes and times are said as people say them") {
  CHECK(base::format_bytes(1) == "1 byte");
  CHECK(base::format_bytes(12'345'678'901) == "12 GB");
  CHECK(base::format_duration(std::chrono::seconds(200)) == "3 min 20 s");
}

TEST_CASE("points in time survive writing and reading") {
  const base::Micros t = 1'790'000'000'250'001;
  CHECK(base::parse_iso_time(base::iso_time(t)) == t);
  CHECK(base::from_seconds(base::to_seconds(t)) == t);
  CHECK_FALSE(base::parse_iso_time("yesterday"));
}

TEST_CASE("digests and base64 are the standard's") {
  CHECK(base::sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::string bytes;
  for (const std::string text : {"", "f", "fo", "foo", "\xFF\xFE"}) {
    REQUIRE(base::from_base64(base::base64(text), bytes));
    CHECK(bytes == text);
  }
  for (const auto* text : {"a", "Zg=", "Zg==Zg==", "Z===", "Zm9*"}) CHECK_FALSE(base::from_base64(text, bytes));
}

TEST_CASE("words are joined and blanks are cut off") {
  CHECK(base::join({}, ", ").empty());
  CHECK(base::join({"a"}, ", ") == "a");
  CHECK(base::join({"a", "", "b"}, ", ") == "a, , b");
  CHECK(base::trim(" \t a b\r\n") == "a b");
  CHECK(base::trim(" \n").empty());
  CHECK(base::trim("--a-", "-") == "a");
}
