// SPDX-License-Identifier: Apache-2.0
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "base/locale.h"
#include "tests/support/fake_launcher.h"

int main(int argc, char** argv) {
  base::set_up_locale();
  if (test::is_launcher(argc, argv)) return test::launch(argc, argv);
  return Catch::Session().run(argc, argv);
}
