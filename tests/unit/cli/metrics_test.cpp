// SPDX-License-Identifier: Apache-2.0
#include "cli/metrics.h"

#include "protocol/json.h"
#include "tests/support/catch.h"

using nlohmann::json;

namespace {

const json kMetrics = json::parse(R"([
  {"name": "loss", "kind": "scalar", "values": [0.5, {"$":"nan"}, 0.25], "steps": [1, null, 3],
   "times": ["2026-11-24T01:02:03.000004Z", "2026-11-24T01:02:04.000004Z", "2026-11-24T01:02:05.000004Z"]},
  {"name": "a, \"b\"", "kind": "scalar", "values": ["x\ny", true, 9007199254740993], "steps": null, "times": null},
  {"name": "cosine", "kind": "table", "columns": {"angle": [0.5, 0.6], "cos": [null]}, "rows": 2}
])");

}  // namespace

TEST_CASE("the summary has one row per metric with last, least and most", "[cli][metrics]") {
  const std::string text = cli::summary_table(kMetrics).text(false, 0);
  CHECK(text.find("loss") != std::string::npos);
  CHECK(text.find("0.25") < text.find("cosine"));
  CHECK(text.find("scalar       3  0.25") != std::string::npos);
  CHECK(text.find("(angle, cos)") != std::string::npos);
}

TEST_CASE("values keep what JSON has no word for, and every digit", "[cli][metrics]") {
  CHECK(cli::cell_text(json::parse(R"({"$":"nan"})")) == "nan");
  CHECK(cli::cell_text(json::parse(R"({"$":"-inf"})")) == "-inf");
  CHECK(cli::cell_text(9007199254740993) == "9007199254740993");
  CHECK(cli::cell_text(0.1) == "0.1");
  CHECK(cli::cell_text(nullptr).empty());
  const std::string text = cli::values_table(kMetrics[0]).text(false, 0);
  CHECK(text.find("nan") != std::string::npos);
}

TEST_CASE("a table metric is shown with its columns, holes left empty", "[cli][metrics]") {
  CHECK(cli::values_table(kMetrics[2]).text(false, 0) ==
        "angle  cos\n"
        "  0.5\n"
        "  0.6\n");
}

TEST_CASE("infinities are least and most too", "[cli][metrics]") {
  const json metrics =
      json::parse(R"([{"name": "l", "kind": "scalar", "values": [1, {"$":"inf"}, {"$":"nan"}, {"$":"-inf"}]}])");
  CHECK(cli::summary_table(metrics).text(false, 0).find("-inf  -inf   inf") != std::string::npos);
}

TEST_CASE("metrics of one name and several kinds are shown one below the other", "[cli][metrics]") {
  const json scalar = json::parse(R"({"name": "roc", "kind": "scalar", "values": [0.5], "steps": [3], "times": null})");
  const std::string alone = cli::values_text(json::array({scalar}), false, 0);
  const std::string both = cli::values_text(json::array({kMetrics[2], scalar}), false, 0);
  CHECK(alone == cli::values_table(scalar).text(false, 0));
  CHECK(both == "table\n" + cli::values_table(kMetrics[2]).text(false, 0) + "\nscalar\n" + alone);
}

TEST_CASE("CSV has one line per cell and quotes what needs it", "[cli][metrics]") {
  const std::string csv = cli::metrics_csv(kMetrics);
  CHECK(csv.starts_with("name,row,step,time,column,value\nloss,0,1,2026-11-24T01:02:03.000004Z,,0.5\n"));
  CHECK(csv.find("loss,1,,2026-11-24T01:02:04.000004Z,,nan\n") != std::string::npos);
  CHECK(csv.find("\"a, \"\"b\"\"\",0,,,,\"x\ny\"\n") != std::string::npos);
  CHECK(csv.find("cosine,1,,,angle,0.6\n") != std::string::npos);
}
