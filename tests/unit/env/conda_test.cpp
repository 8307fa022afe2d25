// SPDX-License-Identifier: Apache-2.0
#include "env/conda.h"

#include "tests/support/catch.h"

TEST_CASE("conda: the channels of the user's settings are removed, however their list is written") {
  const std::string list = GENERATE("channels: [a, b]", "channels:\n- a\n- b", "channels:\n  - a\n\n  # b\n  - c",
                                    "channels: [a,\n  b]", "channels: [\n  a,\n  b\n]", "channels: [a,\nb\n]",
                                    "channels:  # [ours\n  - a", "channels:\n  [a,  # not ]\nb]");
  CAPTURE(list);
  CHECK(env::without_channels("ssl_verify: false\n" + list + "\nchannel_priority: strict") ==
        "ssl_verify: false\nchannel_priority: strict\n");
}

TEST_CASE("conda: other lists of the user's settings stay") {
  const std::string settings = "default_channels:\n- a\nallowlist_channels: [\na\n]\n";
  CHECK(env::without_channels(settings) == settings + "\n");
}
