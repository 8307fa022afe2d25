// SPDX-License-Identifier: Apache-2.0
// The corpus of the fuzzer: what once broke a promise, and seeds. A broken promise ends the program.
#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "tests/fuzz/targets.h"
#include "tests/support/catch.h"

TEST_CASE("no file of the fuzzer's corpus breaks a promise", "[corpus]") {
  const base::Path corpus = base::Path(RUNYARD_SOURCE_DIR) / "tests" / "fuzz" / "corpus";
  for (const auto& target : fuzz::kTargets) {
    const base::Path folder = corpus / target.name;
    CAPTURE(folder.string());
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const auto bytes = base::read_file(entry.path());
      REQUIRE(bytes);
      INFO(entry.path().filename().string());
      target.take(*bytes);
      ++files;
    }
    CHECK(files > 0);
  }
  for (const auto& folder : std::filesystem::directory_iterator(corpus)) {
    const auto named = [&](const fuzz::Target& target) { return target.name == folder.path().filename().string(); };
    INFO(folder.path().filename().string());
    CHECK(std::any_of(std::begin(fuzz::kTargets), std::end(fuzz::kTargets), named));
  }
}
