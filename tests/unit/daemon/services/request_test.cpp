// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/request.h"

#include "base/digest.h"
#include "base/file.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

json body_of_service() {
  return {{"name", "churn"},
          {"submit", {{"kind", "command"}, {"command", {"python"}}, {"source", {{"in_place", false}}}}},
          {"models", {{{"name", "ridge"}, {"version", 2}}}}};
}

std::string why_not(const char* key, const json& value) {
  json body = body_of_service();
  body[key] = value;
  const auto service = services::service_from_json(body);
  return service ? "" : service.error().message;
}

}  // namespace

TEST_CASE("a service has a name that SDK v1 accepts", "[services]") {
  for (const char* good : {"abc", "my-service", "a12", "a-1-b"}) CHECK(services::check_service_name(good));
  for (const std::string& bad : {std::string(), std::string("ab"), std::string("Abc"), std::string("1abc"),
                                 std::string("abc-"), std::string("a_b"), std::string("a/b"), std::string("a\0b", 3),
                                 std::string(33, 'a'), std::string("\xff\xff\xff")})
    CHECK_FALSE(services::check_service_name(bad));
}

TEST_CASE("a wrong field of a service is refused by its name", "[services]") {
  CHECK(why_not("name", "churn").empty());
  CHECK(why_not("name", "Churn").find("cannot be the name of a service") != std::string::npos);
  CHECK(why_not("name", 7).find("'name'") != std::string::npos);
  CHECK(why_not("auth", "yes").find("'auth'") != std::string::npos);
  for (const json& seconds : {json(0), json(-1), json(1e300), json("60")})
    CHECK(why_not("timeout", seconds).find("'timeout'") != std::string::npos);
  CHECK(why_not("compute_type", "GPU").find("ACI, AKS or Local") != std::string::npos);
  CHECK(why_not("submit", nullptr).find("'submit' is missing") != std::string::npos);
  CHECK(why_not("submit", json::array()).find("not an object") != std::string::npos);
  CHECK(why_not("submit", {{"kind", "interactive"}}).find("kind command") != std::string::npos);
  CHECK(why_not("models", {{"name", "x"}}).find("'models'") != std::string::npos);
  CHECK(why_not("models", json::array({json::object()})).find("has no 'name'") != std::string::npos);
  CHECK(why_not("version", 1).find("'version'") != std::string::npos);
  CHECK(why_not("tags", {{"a", 1}}).find("tag") != std::string::npos);
  CHECK(why_not("description", std::string(200'000, 'x')).find("'description'") != std::string::npos);
}

TEST_CASE("a change names a version or makes one, never both", "[services]") {
  CHECK(services::change_from_json({{"version", 2}}));
  CHECK_FALSE(services::change_from_json({{"version", 2}, {"models", json::array()}}));
  CHECK_FALSE(services::change_from_json({{"version", "two"}}));
}

TEST_CASE("the host of a version is submitted where services run, with its socket", "[services]") {
  services::Record record;
  record.id = "0a";
  record.workspace.name = "lab";
  const auto service = services::service_from_json(body_of_service());
  REQUIRE(service);
  services::Version& version = services::add_version(service->settings, record);
  version.starts = 3;
  version.socket = "/s/3.sock";
  version.submit["id"] = "mine";
  version.submit["environment"] = {{"A", "1"}};
  const json first = services::submission_of(record, version);
  CHECK(first["target"] == "services");
  CHECK(first["experiment"] == "services");
  CHECK(first["workspace"]["name"] == "lab");
  CHECK(first["submission_id"] == "service-0a-1-3");
  CHECK_FALSE(first.contains("id"));
  CHECK(first["environment"] == json({{"A", "1"}, {"RUNYARD_SERVICE_SOCKET", "/s/3.sock"}}));
  CHECK(first["source"] == json({{"in_place", false}}));
  version.run = "services_1";
  CHECK(services::submission_of(record, version)["source"] == json({{"run", "services_1"}}));
  version.submit["source"]["in_place"] = true;
  CHECK(services::submission_of(record, version)["source"] == json({{"in_place", true}}));
}

TEST_CASE("a version without a program of its own has that of the current one", "[services]") {
  services::Record record;
  const auto service = services::service_from_json(body_of_service());
  REQUIRE(service);
  services::add_version(service->settings, record).run = "services_1";
  record.current = 1;
  services::Change change;
  change.models = json::array({{{"name", "ridge"}, {"version", 3}}});
  const services::Version& second = services::add_version(change, record);
  CHECK(second.number == 2);
  CHECK(second.models[0]["version"] == 3);
  CHECK(second.submit["command"] == json({"python"}));
  CHECK(second.submit["source"] == json({{"run", "services_1"}}));
  for (int i = 0; i < 200; ++i) services::add_version(change, record);
  CHECK(record.versions.size() == 100);
  CHECK(record.versions.contains(1));  // the current one stays
}

TEST_CASE("a record is read as it was written, and a broken one is named", "[services]") {
  services::Record record;
  record.id = "0a";
  record.name = record.address = "churn";
  record.auth = true;
  record.timeout = 2.5;
  record.primary = services::new_key();
  record.tags = {{"a", nullptr}};
  record.current = 1;
  record.failure = "version 2 failed";
  record.versions[1] = {.number = 1, .submit = {{"kind", "command"}}, .starts = 2, .run = "r", .answered = true};
  const auto read = services::record_from_json(services::to_json(record));
  REQUIRE(read);
  CHECK(services::to_json(*read) == services::to_json(record));
  for (const char* key : {"id", "name", "address", "versions"}) {
    json broken = services::to_json(record);
    broken.erase(key);
    CHECK_FALSE(services::record_from_json(broken));
  }
  json broken = services::to_json(record);
  broken["versions"] = json::array({json::object()});
  CHECK_FALSE(services::record_from_json(broken));
  broken["versions"] = {3};
  CHECK_FALSE(services::record_from_json(broken));
}

TEST_CASE("records are files of their owner alone", "[services]") {
  const protocol::StateDir state{std::filesystem::temp_directory_path() / ("services_" + base::random_hex(6))};
  services::Record record;
  record.id = "0a";
  record.name = record.address = "churn";
  REQUIRE(services::write_record(state, record));
  const auto mode = std::filesystem::status(state.service("0a").record()).permissions();
  CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(std::filesystem::status(state.service("0a").root).permissions() == std::filesystem::perms::owner_all);
  REQUIRE(base::make_directories(state.service("0b").root));
  REQUIRE(base::write_file_atomic(state.service("0b").record(), "{"));
  std::vector<std::string> problems;
  CHECK(services::read_records(state, problems).size() == 1);
  CHECK(problems.size() == 1);
  std::filesystem::remove_all(state.root);
}
