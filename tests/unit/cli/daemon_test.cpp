// SPDX-License-Identifier: Apache-2.0
#include "cli/daemon.h"

#include <fstream>

#include "base/digest.h"
#include "cli/client.h"
#include "tests/support/catch.h"

namespace fs = std::filesystem;

TEST_CASE("a daemon of a user manager without linger earns a warning", "[cli][daemon]") {
  const auto linger = fs::temp_directory_path() / ("runyard-linger-" + base::random_hex(4));
  fs::create_directories(linger);
  const std::string managed = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/runyardd.service\n";
  CHECK(cli::linger_warning(managed, "me", linger).find("enable-linger me") != std::string::npos);
  CHECK(cli::linger_warning("0::/system.slice/runyardd@me.service\n", "me", linger).empty());
  std::ofstream{linger / "me"}.flush();
  CHECK(cli::linger_warning(managed, "me", linger).empty());
  fs::remove_all(linger);
}

TEST_CASE("daemon.json is read, and refused when it leads nowhere", "[cli][daemon]") {
  const auto file = cli::daemon_file_from(
      R"({"pid":7,"boot_id":"b","socket":null,"host":"127.0.0.1","port":7471,"url":"u","version":"1","protocol":1})");
  REQUIRE(file);
  CHECK(file->endpoint.socket.empty());
  CHECK(file->endpoint.port == 7471);
  for (const char* text :
       {"", "{", "[]", "{}", R"({"port": 99999999})", R"({"port": -1})", R"({"socket": 5, "port": "x"})"}) {
    CAPTURE(text);
    CHECK_FALSE(cli::daemon_file_from(text));
  }
}
