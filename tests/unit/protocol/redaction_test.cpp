// SPDX-License-Identifier: Apache-2.0
#include "protocol/redaction.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("secrets are known by their names") {
  for (const auto* name : {"AWS_SECRET_ACCESS_KEY", "github_token", "DB_PASSWORD"}) CHECK(protocol::looks_secret(name));
  for (const auto* name : {"PATH", "SSH_AUTH_SOCK", "OMP_NUM_THREADS"}) CHECK_FALSE(protocol::looks_secret(name));
}

TEST_CASE("a spec keeps its plain variables and hides the secret ones, wherever they stand") {
  protocol::RunSpec spec;
  spec.id = "r";
  spec.environment = {{"OMP_NUM_THREADS", "2"}, {"API_TOKEN", "canary"}, {"INDEX", "https://me:canary@host/"}};
  spec.configuration =
      json({{"environmentVariables", {{"API_TOKEN", "canary"}, {"A", "b"}}},
            {"environment", {{"name", "mine"}, {"environment_variables", {{"DB_PASSWORD", "canary"}}}}},
            {"docker",
             {{"base_image_registry",
               {{"username", "me"}, {"password", "canary"}, {"address", "https://me:canary@host"}}}}},
            {"tokens", 5},
            {"list", json::array({json{{"environmentVariables", {{"SECRET", "canary"}}}}})}})
          .dump();
  const std::string kept = protocol::redacted_spec(protocol::to_json(spec).dump());
  CHECK(kept.find("canary") == std::string::npos);
  const auto read = protocol::spec_from_json(json::parse(kept));
  REQUIRE(read);
  CHECK(read->environment ==
        protocol::StringMap{{"OMP_NUM_THREADS", "2"}, {"API_TOKEN", "(redacted)"}, {"INDEX", "(redacted)"}});
  const json configuration = json::parse(read->configuration);
  CHECK(configuration["environmentVariables"]["A"] == "b");
  CHECK(configuration["environment"]["name"] == "mine");
  CHECK(configuration["docker"]["base_image_registry"]["username"] == "me");
  CHECK(configuration["tokens"] == 5);
  CHECK(protocol::redacted_spec(kept) == kept);
}

TEST_CASE("a spec hides the secret addresses of an environment that is built, and keeps the lines") {
  protocol::RunSpec spec;
  spec.id = "r";
  spec.requirements = {"x", "y @ https://canary@host/y.whl"};
  spec.managed.emplace();
  spec.managed->pip = {"z @ git+https://canary@host/z"};
  spec.managed->options = {"--index-url https://me:canary@host/simple"};
  spec.managed->conda = {{"a", "a @ https://host/a?sig=canary"}};
  spec.managed->channels = {"conda-forge", "https://conda.anaconda.org/t/canary/mine"};
  spec.configuration = json({{"conda", {{"channels", {"https://host/t/canary/x", "defaults"}}}}}).dump();
  const auto read = protocol::spec_from_json(json::parse(protocol::redacted_spec(protocol::to_json(spec).dump())));
  REQUIRE(read);
  CHECK(read->requirements == std::vector<std::string>{"x", "y @ (redacted)"});
  CHECK(read->managed->pip == std::vector<std::string>{"z @ (redacted)"});
  CHECK(read->managed->options == std::vector<std::string>{"--index-url (redacted)"});
  CHECK(read->managed->conda == protocol::StringMap{{"a", "a @ (redacted)"}});
  CHECK(read->managed->channels == std::vector<std::string>{"conda-forge", "(redacted)"});
  CHECK(json::parse(read->configuration)["conda"]["channels"] == json({"(redacted)", "defaults"}));
}

TEST_CASE("what is no spec or environment") {
  CHECK(protocol::redacted_spec("torn") == "{}\n");
  CHECK(protocol::redacted_spec(R"({"kind": 5, "environment": {"API_TOKEN": "canary"}})") == "{}\n");
  CHECK(protocol::redacted_environ("torn") == "{}\n");
}
