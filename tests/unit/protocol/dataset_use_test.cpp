// SPDX-License-Identifier: Apache-2.0
#include "protocol/dataset_use.h"

#include "tests/support/catch.h"

using protocol::DatasetUse;

TEST_CASE("dataset use: a run's variables name its inputs and outputs") {
  const protocol::StringMap variables = {
      {"RUNYARD_INPUTS", R"({"train":{"id":"d1","mode":"mount","path":"/x"},"a":{"id":"d2","mode":"direct"}})"},
      {"RUNYARD_OUTPUTS", R"({"prepared":{"id":"d3","mode":"upload","path":"/y"},"chosen":{"mode":"link"}})"}};
  CHECK(protocol::dataset_uses(variables) == std::vector<DatasetUse>{{"a", "d2", "direct", false},
                                                                     {"train", "d1", "mount", false},
                                                                     {"chosen", "", "link", true},
                                                                     {"prepared", "d3", "upload", true}});
}

TEST_CASE("dataset use: what is not as the SDK writes it is skipped") {
  for (const char* wrong : {"", "[]", "{", "null", R"({"a":1})", R"({"a":{"mode":"mount"}})", R"({"a":{"id":7}})"})
    CHECK(protocol::dataset_uses({{"RUNYARD_INPUTS", wrong}}).empty());
  CHECK(protocol::dataset_uses({{"RUNYARD_OUTPUTS", R"({"a":[]})"}}).empty());
}
