// SPDX-License-Identifier: Apache-2.0
#include "daemon/state/data_registry.h"

#include "daemon/state/workspace_lines.h"
#include "protocol/json.h"
#include "protocol/spec.h"
#include "tests/support/catch.h"
#include "tests/support/folder.h"

using nlohmann::json;

namespace {

/// The folder of a workspace, and a folder of data beside it.
struct Data {
  support::Folder top;
  base::Path folder = top / "state/datastores/s/r/w", files = top / "files";
  Data() { std::filesystem::create_directories(files); }
  std::string put(const std::string& name) const {
    REQUIRE(base::replace_file(files / name, "x"));
    return (files / name).string();
  }
};

std::string error_of(const base::Result<json>& result) { return result ? "no error" : result.error().message; }

}  // namespace

TEST_CASE("data registry: a workspace's folder is the one that the SDK uses") {
  const protocol::StateDir state{"/state"};
  CHECK(state::folder_of_workspace(state, {"a/b", ".c.", "d%\n"}) == "/state/datastores/a%2Fb/%2Ec./d%25%0A");
}

TEST_CASE("data registry: each workspace has four datastores, and those that lines add") {
  const Data data;
  CHECK(state::list_datastores(data.folder)->size() == 4);
  std::filesystem::create_directories(data.folder);
  REQUIRE(base::replace_file(
      data.folder / "datastores.jsonl",
      "{\"k\":\"registered\",\"name\":\"Own\",\"type\":\"AzureFile\",\"settings\":{\"account_name\":\"a\"}}\n[]\n"
      "{\"k\":\"registered\",\"name\":\"gone\",\"type\":\"\",\"settings\":{}}\n{\"k\":\"unregistered\",\"name\":"
      "\"GONE\"}\n{\"k"));
  const auto stores = state::list_datastores(data.folder);
  REQUIRE(stores->size() == 5);
  CHECK((*stores)[4] == json{{"name", "Own"},
                             {"type", "AzureFile"},
                             {"path", (data.folder / "own").string()},
                             {"linked", false},
                             {"default", false},
                             {"settings", {{"account_name", "a"}}}});
  CHECK((*stores)[0]["default"] == true);
  REQUIRE(base::replace_file(data.folder / "default-datastore", "OWN\n"));
  CHECK((*state::list_datastores(data.folder))[4]["default"] == true);
}

namespace {

/// A folder whose datasets.jsonl has two versions of "prepared", the second made by a run, and sets without a name.
void put_datasets(const Data& data) {
  std::filesystem::create_directories(data.folder);
  REQUIRE(base::replace_file(data.folder / "datasets.jsonl",
                             R"({"k":"saved","id":"s1","definition":{"type":"file","paths":["a"]}}
{"k":"registered","id":"v1","name":"prepared","version":1,"tags":{},"created":1,"definition":{"type":"file","paths":["a"]}}
{"k":"registered","id":"v2","name":"prepared","version":2,"tags":{},"created":2,"run":"r1","output":"out","definition":{"type":"tabular","paths":["b"],"options":{"format":"delimited"},"steps":[{"take":1}]}}
{"k":"registered","id":"gone","name":"removed","version":1,"tags":{},"definition":{"type":"file","paths":["c"]}}
{"k":"unregistered","name":"removed"}
{"k":"saved","id":"s2","definition":{"type":"file","paths":["d"]}}
)"));
}

}  // namespace

TEST_CASE("data registry: lines that the SDK skips, because they are damaged, are no datasets here") {
  const Data data;
  std::filesystem::create_directories(data.folder);
  std::string lines;
  for (const char* damaged :
       {R"({"k":"registered","id":"a","name":"a","version":"1","tags":{},"definition":{"paths":[]}})",
        R"({"k":"registered","id":"b","name":"b","version":1,"tags":[],"definition":{"paths":[]}})",
        R"({"k":"registered","id":"c","name":"","version":1,"tags":{},"definition":{"paths":[]}})",
        R"({"k":"saved","id":"d","definition":{"paths":[7]}})", R"({"k":"saved","id":"e","definition":[]})",
        R"({"k":"saved","id":7,"definition":{"paths":[]}})", "{\"k\":\"saved\",\"id\":\"f\xff\"}", "[]", "{"})
    lines += std::string(damaged) + "\n";
  REQUIRE(base::replace_file(data.folder / "datasets.jsonl", lines));
  CHECK(state::list_datasets(data.folder)->empty());
  for (const char* id : {"a", "b", "c", "d", "e", "f"}) CHECK(!state::find_dataset(data.folder, id));
}

TEST_CASE("data registry: a dataset has its versions, and the ids and the output that runs know it by") {
  const Data data;
  put_datasets(data);
  const auto first = state::find_dataset(data.folder, "v1"), second = state::find_dataset(data.folder, "v2");
  REQUIRE((first && second));
  CHECK(first->ids == std::vector<std::string>{"v1", "s1"});
  CHECK((second->run == "r1" && second->output == "out" && first->run.empty()));
  CHECK(second->shown["versions"] ==
        json{{{"id", "v2"}, {"version", 2}, {"created", 2}}, {{"id", "v1"}, {"version", 1}, {"created", 1}}});
  CHECK((second->shown["steps"] == json{{{"take", 1}}} && second->shown["options"] == json{{"format", "delimited"}}));
  const auto removed = state::find_dataset(data.folder, "gone"), unnamed = state::find_dataset(data.folder, "s2");
  CHECK((removed->shown["name"] == "removed" && removed->shown["versions"].empty()));
  CHECK((unnamed->shown["name"].is_null() && unnamed->shown["version"].is_null()));
  CHECK(state::find_dataset(data.folder, "none").error().code == std::errc::no_such_file_or_directory);
}

TEST_CASE("data registry: the datasets of a run are shown by the names that they were registered under") {
  const Data data;
  put_datasets(data);
  const auto found = state::list_datasets_of_run(data.folder, "r1",
                                                 {{"train", "s1", "mount", false},
                                                  {"lost", "none", "direct", false},
                                                  {"out", "s9", "upload", true},
                                                  {"chosen", "", "link", true}});
  REQUIRE(found);
  const json& inputs = (*found)["inputs"];
  const json& outputs = (*found)["outputs"];
  CHECK((inputs[0]["name"] == "train" && inputs[0]["mode"] == "mount" && inputs[0]["dataset"]["id"] == "v1"));
  CHECK(inputs[1]["dataset"].is_null());
  CHECK((outputs[0]["dataset"]["name"] == "prepared" && outputs[0]["dataset"]["version"] == 2));
  CHECK(outputs[1]["dataset"].is_null());
}

TEST_CASE("data registry: a link keeps what the datastore was told, and a later one replaces it") {
  const Data data;
  std::filesystem::create_directories(data.folder);
  REQUIRE(base::replace_file(
      data.folder / "datastores.jsonl",
      "{\"k\":\"registered\",\"name\":\"Own\",\"type\":\"AzureFile\",\"settings\":{\"a\":1}}\n{\"to"));
  const auto linked = state::link_datastore(data.folder, "own", data.files);
  REQUIRE(linked);
  CHECK((*linked)["name"] == "Own");
  CHECK((*linked)["settings"] == json{{"a", 1}});
  CHECK((*linked)["path"] == data.files.string());
  REQUIRE(state::link_datastore(data.folder, "workspaceblobstore", data.top / "."));
  const auto stores = state::list_datastores(data.folder);
  CHECK(stores->size() == 5);
  CHECK((*stores)[0]["path"] == (data.top / ".").string());
}

TEST_CASE("data registry: a link to what cannot be read is refused") {
  const Data data;
  CHECK(error_of(state::link_datastore(data.folder, "a-b", data.files)).find("letters, digits and '_'") !=
        std::string::npos);
  CHECK(error_of(state::link_datastore(data.folder, "links", data.files)).find("neither links nor copies") !=
        std::string::npos);
  CHECK(error_of(state::link_datastore(data.folder, "x", "relative")) ==
        "cannot link datastore 'x' to 'relative': the path is not absolute");
  CHECK(error_of(state::link_datastore(data.folder, "x", "/none")).find("no such file") != std::string::npos);
  CHECK(error_of(state::link_datastore(data.folder, "x", data.put("file"))).find("it is not a folder") !=
        std::string::npos);
  std::filesystem::create_symlink(data.files, data.top / "link");
  REQUIRE(state::link_datastore(data.folder, "x", data.top / "link"));
  if (::geteuid() != 0) return;
  REQUIRE(::lchown((data.top / "link").c_str(), 12345, 12345) == 0);
  CHECK(error_of(state::link_datastore(data.folder, "x", data.top / "link")).find("of another user (uid 12345)") !=
        std::string::npos);
}

TEST_CASE("data registry: the same files are the same version, others the next") {
  const Data data;
  const std::string table = data.put("a.csv");
  const auto first = state::register_dataset(data.folder, "n", table, "");
  REQUIRE(first);
  CHECK((*first)["version"] == 1);
  CHECK((*first)["type"] == "tabular");
  CHECK((*first)["paths"] == json{table});
  CHECK((*state::register_dataset(data.folder, "n", table, ""))["id"] == (*first)["id"]);
  CHECK((*state::register_dataset(data.folder, "n", table, "file"))["version"] == 2);
  CHECK((*state::register_dataset(data.folder, "m", data.files, ""))["type"] == "file");
  const auto list = state::list_datasets(data.folder);
  REQUIRE(list->size() == 2);
  CHECK((*list)[1]["version"] == 2);
}

TEST_CASE("data registry: numbers of versions are not used again") {
  const Data data;
  REQUIRE(state::register_dataset(data.folder, "n", data.put("a.csv"), ""));
  REQUIRE(
      state::append_line(data.folder / "datasets.jsonl", [](const state::Lines&) -> base::Result<std::optional<json>> {
        return json{{"k", "unregistered"}, {"name", "n"}};
      }));
  CHECK(state::list_datasets(data.folder)->empty());
  CHECK((*state::register_dataset(data.folder, "n", data.put("a.csv"), ""))["version"] == 2);
}

TEST_CASE("data registry: what a dataset is of") {
  const Data data;
  const auto type_of = [&](const std::string& path) {
    const auto made = state::register_dataset(data.folder, "n", path, "");
    return made ? (*made)["type"].get<std::string>() : made.error().message;
  };
  CHECK(type_of("https://host/A.CSV.gz?sig=1") == "tabular");
  CHECK(type_of("https://host/a.jsonl") == "tabular");
  CHECK(type_of("http://host/a.zip") == "file");
  CHECK(type_of(data.put("a.parquet")) == "tabular");
  CHECK(type_of("ftp://host/a.csv") ==
        "cannot register 'ftp://host/a.csv' as dataset 'n': the path is not absolute, and no http or https address");
  CHECK(type_of("/none").find("no such file") != std::string::npos);
  CHECK(error_of(state::register_dataset(data.folder, "n", data.files, "x")).find("is file or tabular, not 'x'") !=
        std::string::npos);
  CHECK(error_of(state::register_dataset(data.folder, "", data.files, "")).find("not empty") != std::string::npos);
  CHECK((*state::list_datasets(data.folder))[0]["paths"] == json{data.files.string() + "/a.parquet"});
}

TEST_CASE("data registry: a key in an address is kept and not shown") {
  const Data data;
  const auto made = state::register_dataset(data.folder, "n", "https://host/a.csv?sig=secret", "");
  REQUIRE(made);
  CHECK(made->dump().find("secret") == std::string::npos);
  CHECK(base::read_file(data.folder / "datasets.jsonl")->find("secret") != std::string::npos);
}

TEST_CASE("data registry: an address that the SDK would not fetch is no dataset") {
  const Data data;
  const auto refusal = [&](const std::string& address) {
    return error_of(state::register_dataset(data.folder, "n", address, ""));
  };
  CHECK(refusal("https://me:secret@host/a.csv") ==
        "cannot register '(redacted)' as dataset 'n': it holds a user name or password; download the file and register "
        "its path");
  CHECK(refusal("http:///a.csv").find("names no host") != std::string::npos);
  CHECK(refusal("http://host/*.csv?x").find("name each file") != std::string::npos);
  CHECK(state::register_dataset(data.folder, "n", "http://host/a.csv?x=*", ""));
}

TEST_CASE("data registry: paths in the workspace's folder are kept relative to it") {
  const Data data;
  std::filesystem::create_directories(data.folder / "own");
  const auto made = state::register_dataset(data.folder, "n", data.folder / "own", "");
  REQUIRE(made);
  CHECK((*made)["paths"] == json{(data.folder / "own").string()});
  CHECK((*state::read_lines(data.folder / "datasets.jsonl"))[0]["definition"]["paths"] == json{"own"});
}
