// SPDX-License-Identifier: Apache-2.0
#include "cli/sdk_program.h"

#include <unistd.h>

#include <cstdlib>

namespace cli {

namespace {

/// As "-m" does, which would look in the working directory first.
constexpr const char* kExecuteModule =
    "import sys; sys.path[:] = filter(None, sys.path); import runpy; "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)";

/// The SDK's folder goes first, so that an interpreter that was never enabled finds it.
void offer_sdk(const base::Path& sdk, const base::Path& state) {
  const char* const before = ::getenv("PYTHONPATH");
  const std::string path = sdk.string() + (before && *before ? ":" + std::string(before) : "");
  ::setenv("PYTHONPATH", path.c_str(), 1);
  ::setenv("RUNYARD_STATE", state.c_str(), 1);
}

}  // namespace

base::Error become_sdk_program(const Context& context, const base::Path& python, const std::string& module,
                               const std::vector<std::string>& arguments) {
  const auto sdk = sdk_folder();
  if (!sdk) return sdk.error();
  offer_sdk(*sdk, context.state().root);
  std::vector<std::string> words{python.string(), "-c", kExecuteModule, module};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(words.front().c_str(), pointers.data());
  return base::os_error("cannot start '" + words.front() + "'");
}

}  // namespace cli
