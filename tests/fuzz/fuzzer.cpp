// SPDX-License-Identifier: Apache-2.0
// libFuzzer's entry: one program for all targets, $RUNYARD_FUZZ names the one that is fed.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/locale.h"
#include "tests/fuzz/targets.h"

namespace {

const fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  base::set_up_locale();
  const char* const name = std::getenv("RUNYARD_FUZZ");
  for (const auto& target : fuzz::kTargets)
    if (name && target.name == name) chosen = &target;
  if (chosen) return 0;
  std::fprintf(stderr, "set RUNYARD_FUZZ to the name of a target:");
  for (const auto& target : fuzz::kTargets) std::fprintf(stderr, " %s", target.name.data());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->take({reinterpret_cast<const char*>(data), size});
  return 0;
}
