// SPDX-License-Identifier: Apache-2.0
#include "launcher/traceback.h"

#include "tests/support/catch.h"

using launcher::last_traceback;

TEST_CASE("a traceback at the end of a log gives type, message and text") {
  const std::string trace =
      "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    import pandas\n"
      "ModuleNotFoundError: No module named 'pandas'";
  const auto error = last_traceback("epoch 1\n" + trace + "\n");
  REQUIRE(error);
  CHECK(error->type == "ModuleNotFoundError");
  CHECK(error->message == "No module named 'pandas'");
  CHECK(error->traceback == trace + "\n");
}

TEST_CASE("of chained exceptions the last one counts") {
  const auto error = last_traceback(
      "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'a'\n\nDuring handling of the above "
      "exception, "
      "another exception occurred:\n\nTraceback (most recent call last):\n  File \"a.py\", line 3\nlib.errors.Broken: "
      "it is\n");
  REQUIRE(error);
  CHECK(error->type == "lib.errors.Broken");
  CHECK(error->message == "it is");
}

TEST_CASE("an exception without a message, with a carriage return, and without the last newline") {
  const auto bare = last_traceback("Traceback (most recent call last):\n  File\nKeyboardInterrupt");
  REQUIRE(bare);
  CHECK(bare->type == "KeyboardInterrupt");
  CHECK(bare->message.empty());
  const auto returned = last_traceback("Traceback (most recent call last):\r\n  File\r\nValueError: x\r\n");
  REQUIRE(returned);
  CHECK(returned->message == "x");
}

TEST_CASE("what only looks like a traceback gives nothing") {
  CHECK_FALSE(last_traceback(""));
  CHECK_FALSE(last_traceback("all is well\n"));
  CHECK_FALSE(last_traceback("see: Traceback (most recent call last):\nValueError: x\n"));
  CHECK_FALSE(last_traceback("Traceback (most recent call last):"));
  CHECK_FALSE(last_traceback("Traceback (most recent call last):\n"));
  CHECK_FALSE(last_traceback("Traceback (most recent call last):\n  File \"a.py\"\n"));
  CHECK_FALSE(last_traceback("Traceback (most recent call last):\n  File\nsome other words\n"));
}

TEST_CASE("bytes that are not UTF-8 do not get out of a traceback") {
  const auto error = last_traceback("Traceback (most recent call last):\n  File\nValueError: \xff\n");
  REQUIRE(error);
  CHECK(error->message == "\xEF\xBF\xBD");
}
