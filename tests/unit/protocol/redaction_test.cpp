// SPDX-License-Identifier: Apache-2.0
#include "protocol/redaction.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

TEST_CASE("secrets are known by their names") {
  for (const auto* name : {"AWS_SECRET_ACCESS_KEY", "github_token", "DB_PASSWORD"}) CHECK(protocol::looks_secret(name));
  for (const auto* name : {"PATH", "SSH_AUTH_SOCK", "OMP_NUM_THREADS"}) CHECK_FALSE(protocol::looks_secret(name));
}

TEST_CASE("an address with a password is a secret whatever its variable is called") {
  for (const auto* value : {"https://me:word@host/simple", "a https://h/ ftp://u:p@h", "postgres://u:@h"}) CHECK(protocol::holds_password(value));
  for (const auto* value : {"https://host/a:b@c", "https://me@host/", "me:word@host", "https://host:80/", "://", "https://host/?q=a:b@c"})
    CHECK_FALSE(protocol::holds_password(value));
}

TEST_CASE("a spec keeps its plain variables and hides the secret ones, wherever they stand") {
  protocol::RunSpec spec;
  spec.id = "r";
  spec.environment = {{"OMP_NUM_THREADS", "2"}, {"API_TOKEN", "canary"}, {"INDEX", "https://me:canary@host/"}};
  spec.configuration = json({{"environmentVariables", {{"API_TOKEN", "canary"}, {"A", "b"}}},
                             {"environment", {{"name", "mine"}, {"environment_variables", {{"DB_PASSWORD", "canary"}}}}},
                             {"docker", {{"base_image_registry", {{"username", "me"}, {"password", "canary"}, {"address", "https://me:canary@host"}}}}},
                             {"tokens", 5}, {"list", json::array({json{{"environmentVariables", {{"SECRET", "canary"}}}}})}}).dump();
  const std::string kept = protocol::redacted_spec(protocol::to_json(spec).dump());
  CHECK(kept.find("canary") == std::string::npos);
  const auto read = protocol::spec_from_json(json::parse(kept));
  REQUIRE(read);
  CHECK(read->environment == protocol::StringMap{{"OMP_NUM_THREADS", "2"}, {"API_TOKEN", "(redacted)"}, {"INDEX", "(redacted)"}});
  const json configuration = json::parse(read->configuration);
  CHECK(configuration["environmentVariables"]["A"] == "b");
  CHECK(configuration["environment"]["name"] == "mine");
  CHECK(configuration["docker"]["base_image_registry"]["username"] == "me");
  CHECK(configuration["tokens"] == 5);
  CHECK(protocol::redacted_spec(kept) == kept);
}

TEST_CASE("what is no spec or environment") {
  CHECK(protocol::redacted_spec("torn") == "torn");
  CHECK(protocol::redacted_environ("torn") == "{}\n");
}
