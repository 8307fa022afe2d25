// SPDX-License-Identifier: Apache-2.0
#include "daemon/pages/pages.h"

#include <cmath>
#include <cstdlib>

#include "base/clock.h"
#include "base/file.h"
#include "daemon/pages/html.h"
#include "protocol/json.h"
#include "tests/support/catch.h"

using Json = nlohmann::json;

namespace {

const std::int64_t kNow = *base::parse_iso_time("2026-11-24T01:10:00Z");

Json a_run(int number, const std::string& status) {
  auto run = Json::parse(R"json({
    "id": "ridge_1790000000_1a2b3c4d", "number": 1, "name": "run", "kind": "script", "experiment": "ridge",
    "workspace": {"subscription_id": "local", "resource_group": "local", "name": "default"},
    "status": "Running", "wanted": "run", "reason": null, "waiting": null, "error": null,
    "created": "2026-11-24T01:02:03.000004Z", "started": "2026-11-24T01:02:03.100000Z", "ended": null, "duration_seconds": 12.5,
    "target": "local", "parent": null, "submitter": "me", "display_name": null, "description": null,
    "script": "train.py", "arguments": ["--alpha", "0.5", "--note", "two words", {"base64": "/w=="}], "command": null,
    "interpreter": {"path": "/home/me/venv/bin/python", "version": "3.11.2", "packages": {"numpy": "1.26.4", "scikit-learn": "1.5.0"}},
    "source_directory": "/home/me/project", "in_place": false, "links": [],
    "snapshot": {"digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "files": 12, "bytes": 34567,
                 "left_out": "left out by .gitignore: data/ (12 GB)", "git": {}},
    "environment": {"OMP_NUM_THREADS": "2"}, "tags": {"selected": "yes", "reviewed": null}, "properties": {"author": "me"},
    "warnings": [], "exit_code": null, "signal": null, "cpu_seconds": 11.25, "peak_bytes": 104857600, "log_bytes": 120,
    "directory": "/home/me/.local/state/runyard/runs/ridge_1790000000_1a2b3c4d"})json");
  run["number"] = number;
  run["status"] = status;
  if (status == "Queued") run["waiting"] = "queued behind 2 runs on local (1 slot)", run["started"] = nullptr, run["duration_seconds"] = nullptr;
  if (status == "Failed") {
    run["error"] = Json::parse(R"json({"code":"UserError","type":"ModuleNotFoundError",
      "message":"User program failed with ModuleNotFoundError: No module named 'pandas' (interpreter /home/me/venv/bin/python)",
      "traceback":"Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\n    import pandas\nModuleNotFoundError: No module named 'pandas'"})json");
    run["exit_code"] = 1;
    run["warnings"] = {"a live module was imported: ridge (/home/me/project/ridge.py), not the one of the snapshot"};
  }
  return run;
}

Json runs_of_each_status() {
  Json runs;
  runs["items"] = Json::array();
  int number = 8;
  for (const char* status : {"Queued", "Running", "Preparing", "Completed", "Failed", "Canceled", "CancelRequested", "Finalizing"})
    runs["items"].push_back(a_run(number--, status));
  runs["next"] = nullptr;
  return runs;
}

Json metrics() {
  return Json::parse(R"json({"items":[{"run":"ridge_1790000000_1a2b3c4d","metrics":[
    {"name":"alpha","kind":"scalar","values":[0.05,0.1,0.15],"steps":null},
    {"name":"mse","kind":"scalar","values":[3424.9001231234,3416.42,3298.9051],"steps":[1,2,3]},
    {"name":"diverged","kind":"scalar","values":[{"$":"nan"}],"steps":null},
    {"name":"精度","kind":"scalar","values":[true],"steps":null},
    {"name":"best","kind":"scalar","values":["resnet-50"],"steps":null},
    {"name":"huge","kind":"scalar","values":[9223372036854775807],"steps":null},
    {"name":"cosine","kind":"table","columns":{"angle":[0,0.5,1],"cos":[1,0.8775825618903728,null]},"rows":3},
    {"name":"ROC","kind":"image","values":["ROC_1790000000.png"]}]}],"behind":false})json");
}

Json files() {
  return Json::parse(R"json({"items":[{"name":"azureml-logs/70_driver_log.txt","size":120,"kind":"log"},
    {"name":"outputs/ridge_0.40.pkl","size":645,"kind":"artifact"},{"name":"outputs/精度 表.csv","size":12345678,"kind":"artifact"}]})json");
}

std::string log() {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "alpha is 0." + std::to_string(i) + ", and mse is 3424.3" + std::to_string(i) + "\n";
  return text;
}

/// Everything a user can name, made hostile.
void poison(Json& value, const std::string& with) {
  if (value.is_string()) value = with;
  if (value.is_array())
    for (auto& element : value) poison(element, with);
  if (!value.is_object()) return;
  Json poisoned = Json::object();
  for (auto& [name, member] : value.items()) {
    poison(member, with);
    poisoned[name] = member;
    poisoned[name + with] = member;
  }
  value = poisoned;
}

}  // namespace

TEST_CASE("pages: say what the API says") {
  const auto home = yard::pages::home(Json::parse(R"json({"items":[{"name":"ridge","runs":7,"created":"2026-11-24T01:09:00Z"}]})json"), runs_of_each_status(), kNow);
  CHECK(home.find("<a href=\"experiments/ridge\"><bdi>ridge</bdi></a>") != std::string::npos);
  CHECK(home.find(">1 min ago</time>") != std::string::npos);
  const auto experiment = yard::pages::experiment("ridge", runs_of_each_status(), metrics(), "?cursor=x", kNow);
  CHECK(experiment.find("<th class=\"n\">mse</th>") != std::string::npos);
  CHECK(experiment.find(">3298.91</span>") != std::string::npos);
  CHECK(experiment.find("queued behind 2 runs on local (1 slot)") != std::string::npos);
  CHECK(experiment.find("href=\"experiments/ridge?cursor=x\"") != std::string::npos);
  const auto page = yard::pages::run(a_run(7, "Failed"), metrics(), files(), Json::array(), log(), kNow);
  const auto sentence = page.find("No module named &#39;pandas&#39; (interpreter");
  CHECK(sentence != std::string::npos);
  CHECK(sentence < page.find("<dl>"));
  CHECK(page.find("train.py --alpha 0.5 --note &#39;two words&#39; &#39;\xEF\xBF\xBD&#39;") != std::string::npos);
  CHECK(page.find("href=\"api/v1/runs/ridge_1790000000_1a2b3c4d/files/outputs/%E7%B2%BE%E5%BA%A6%20%E8%A1%A8.csv\"") != std::string::npos);
  CHECK(page.find("<td class=\"n\">NaN</td>") != std::string::npos);
  CHECK(page.find("9223372036854775807") != std::string::npos);
  for (const auto& [document, top] : {std::pair(home, "./"), {experiment, "../"}, {page, "../"}}) {  // a proxy may put a prefix before them
    CHECK(document.find("<base href=\"" + std::string(top) + "\">") < document.find("href=\".\""));
    CHECK(document.find("href=\"/") == std::string::npos);
  }
  CHECK(page.find("100 MB") == std::string::npos);
  CHECK(page.find("105 MB") != std::string::npos);
}

TEST_CASE("pages: what is missing or of another type is left out") {
  for (const char* text : {"null", "{}", "[]", "3", "\"x\"", R"json({"items":3})json", R"json({"items":[null,3,{}]})json", R"json({"items":[{"metrics":[{"name":3,"columns":{"a":4}}]}]})json"}) {
    const auto odd = Json::parse(text);
    CHECK(yard::pages::home(odd, odd, kNow).starts_with("<!doctype html>"));
    CHECK(yard::pages::experiment("x", odd, odd, "", kNow).starts_with("<!doctype html>"));
    CHECK(yard::pages::run(odd, odd, odd, odd, "", kNow).starts_with("<!doctype html>"));
  }
}

TEST_CASE("pages: no name becomes markup") {
  for (const std::string& evil : {std::string("\"><script>alert(1)</script>"), std::string("' onmouseover='alert(1)"), std::string("</title></style></pre><img src=x onerror=alert(1)>"),
                                  std::string("javascript:alert(1)"), std::string("\0\x1b[31m\x01\xff<b>", 11), std::string("../../../etc/passwd")}) {
    auto run = a_run(1, "Failed"), runs = runs_of_each_status(), numbers = metrics(), names = files();
    for (auto* value : {&run, &runs, &numbers, &names}) poison(*value, evil);
    const auto all = yard::pages::home(runs, runs, kNow) + yard::pages::experiment(evil, runs, numbers, "", kNow) +
                     yard::pages::run(run, numbers, names, runs, evil, kNow);
    CHECK(all.find("<script") == std::string::npos);
    CHECK(all.find("<img") == std::string::npos);
    CHECK(all.find("<b>") == std::string::npos);
    CHECK(all.find("' onmouseover") == std::string::npos);
    CHECK(all.find("href=\"javascript") == std::string::npos);
    CHECK(all.find("/files/..") == std::string::npos);
    CHECK(all.find('\x1b') == std::string::npos);
    CHECK(all.find('\0') == std::string::npos);
  }
}

TEST_CASE("pages: a long table shows its end") {
  auto body = Json::parse(R"json({"items":[{"run":"r","metrics":[{"name":"t","kind":"table","columns":{"x":[]},"rows":1000}]}]})json");
  for (int i = 0; i < 1000; ++i) body["items"][0]["metrics"][0]["columns"]["x"].push_back(i);
  const auto page = yard::pages::run(a_run(1, "Completed"), body, Json(), Json(), "", kNow);
  CHECK(page.find("the last 50 of 1000 rows") != std::string::npos);
  CHECK(page.find(">999</td>") != std::string::npos);
  CHECK(page.find(">949</td>") == std::string::npos);
}

TEST_CASE("pages: samples to look at, where RUNYARD_PAGES names a folder") {
  const char* folder = std::getenv("RUNYARD_PAGES");
  if (folder == nullptr) return;
  const base::Path into(folder);
  const auto experiments = Json::parse(R"json({"items":[{"name":"ridge","runs":27,"created":"2026-11-24T01:09:00Z","workspace":{"name":"default"}},
    {"name":"精度实验 with a rather long name that people give to what they try late in the evening","runs":3,"created":"2026-11-20T01:09:00Z","workspace":{"name":"default"}}]})json");
  auto children = runs_of_each_status();
  CHECK(base::write_file_atomic(into / "home.html", yard::pages::home(experiments, runs_of_each_status(), kNow)));
  CHECK(base::write_file_atomic(into / "empty.html", yard::pages::home(Json(), Json(), kNow)));
  CHECK(base::write_file_atomic(into / "experiment.html", yard::pages::experiment("ridge", children, metrics(), "/x", kNow)));
  CHECK(base::write_file_atomic(into / "failed.html", yard::pages::run(a_run(7, "Failed"), metrics(), files(), Json(), log(), kNow)));
  CHECK(base::write_file_atomic(into / "parent.html", yard::pages::run(a_run(7, "Running"), metrics(), files(), children, log(), kNow)));
  const auto refused = yard::html::error_page(403, "This cannot be answered", "cannot tell that you are the user whom this daemon belongs to.");
  CHECK(base::write_file_atomic(into / "refused.html", std::get<std::string>(refused.body)));
}
