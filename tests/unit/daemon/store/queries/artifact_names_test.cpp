// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/queries/artifact_names.h"

#include "daemon/store/queries/artifacts.h"
#include "tests/support/catch.h"

namespace {

std::vector<std::string> told_apart(const std::vector<std::string>& names, bool logs = true) {
  std::vector<store::ArtifactRow> files;
  files.reserve(names.size());
  for (const auto& name : names) files.push_back({name, "", 0, "", 0});
  store::tell_apart(files, logs);
  std::vector<std::string> found;
  found.reserve(files.size());
  for (const auto& file : files) found.push_back(file.name);
  return found;
}

}  // namespace

TEST_CASE("artifact names: what does not clash keeps its name") {
  CHECK(told_apart({"a", "b/c", "b/d", "b0"}) == std::vector<std::string>{"a", "b/c", "b/d", "b0"});
  CHECK(told_apart({"outputs/x", "outputs/x.y/z", "outputs/x0"}) ==
        std::vector<std::string>{"outputs/x", "outputs/x.y/z", "outputs/x0"});
}

TEST_CASE("artifact names: a file gives way to a folder and to a log") {
  CHECK(told_apart({"x", "x-y", "x/y"}) == std::vector<std::string>{"x~", "x-y", "x/y"});
  CHECK(told_apart({"a/b", "a/b/c", "a/b/c/d"}) == std::vector<std::string>{"a/b~", "a/b/c~", "a/b/c/d"});
  CHECK(told_apart({"azureml-logs/70_driver_log.txt"}) == std::vector<std::string>{"azureml-logs/70_driver_log.txt~"});
  CHECK(told_apart({"azureml-logs/70_driver_log.txt"}, false) ==
        std::vector<std::string>{"azureml-logs/70_driver_log.txt"});
  CHECK(told_apart({"x", "x/y", "x~"}) == std::vector<std::string>{"x~~", "x/y", "x~"});
}
