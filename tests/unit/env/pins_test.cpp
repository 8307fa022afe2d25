// SPDX-License-Identifier: Apache-2.0
#include "env/pins.h"

#include "tests/support/catch.h"

TEST_CASE("a pin is a requirement for one version") {
  const auto plain = env::pin_in("scikit-learn==0.22.1");
  REQUIRE(plain);
  CHECK(plain->name == "scikit-learn");
  CHECK(plain->version == "0.22.1");
  const auto full = env::pin_in("foo[bar] == 1.2.* ; python_version < '4'");
  REQUIRE(full);
  CHECK(full->name == "foo[bar]");
  CHECK(full->version == "1.2.*");
  CHECK(full->rest == " ; python_version < '4'");
  for (const char* line : {"numpy", "numpy>=1", "numpy==1,!=1.5", "numpy==1.0 --hash=sha256:00", "-e .", "./here==1",
                           "foo @ https://host/foo.whl", "", "==1", "numpy==", "foo[bar"})
    CHECK_FALSE(env::pin_in(line));
}

TEST_CASE("a version fits a pin by its numbers") {
  CHECK(env::fits({"a", "1.0", ""}, "1.0.0"));
  CHECK(env::fits({"a", "1.19.*", ""}, "1.19.5"));
  CHECK(env::fits({"a", "1.19.*", ""}, "1.19"));
  CHECK_FALSE(env::fits({"a", "1.19.*", ""}, "1.190.5"));
  CHECK_FALSE(env::fits({"a", "1.0", ""}, "1.0.1"));
}

TEST_CASE("only pins that cannot be had are replaced") {
  const auto loosened =
      env::loosen({"a==1.0", "b", "c==2.0; os_name == 'posix'", "d==3"}, "3.11.2", [](const env::Pin& pin) {
        return pin.name == "c" ? "2.5" : pin.name == "d" ? "" : pin.version;
      });
  CHECK(loosened.lines == std::vector<std::string>{"a==1.0", "b", "c==2.5; os_name == 'posix'", "d==3"});
  CHECK(loosened.sentences ==
        std::vector<std::string>{"c==2.0 cannot be had for Python 3.11.2: the nearest version that exists is 2.5"});
}

TEST_CASE("packages that were built for numpy 1 are known by the version that is asked for") {
  for (const char* line : {"torch==2.1.*", "torch <= 2.1", "torch>=1.8,<2.3", "pandas[excel]==1.5.3",
                           "scikit_learn==1.0", "tensorflow<2.16; python_version < '4'"})
    CHECK(env::needs_old_numpy(line));
  for (const char* line : {"torch", "torch==2.3.0", "torch>=2.1", "torch<2.4", "torch; python_version < '3'",
                           "demo==0.1", "torch @ https://host/torch-2.1.whl", "torch!=2.1", "-c torch<2.1"})
    CHECK_FALSE(env::needs_old_numpy(line));
}
