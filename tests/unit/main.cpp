// SPDX-License-Identifier: Apache-2.0
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "base/log.h"

int main(int argc, char** argv) {
  base::set_up_locale();
  return Catch::Session().run(argc, argv);
}
