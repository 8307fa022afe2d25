// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/daemon/store/ingest/ingest_case.h"

using namespace ingest_case;

TEST_CASE("every line is ingested once, however many passes and restarts there are", "[ingest]") {
  const State state;
  json expected = json::array();
  for (int round = 0; round < 5; ++round) {
    Daemon daemon(state);
    for (int i = 0; i < 700; ++i) {
      state.append(state.journal("p"), scalar("x", round * 700 + i, 1790000001 + round * 700 + i));
      expected.push_back(round * 700 + i);
      if (i % 100 == 0) daemon.ingest_run();
    }
    daemon.ingest_run();
    CHECK_FALSE(daemon.ingest_run().grew);
    CHECK(daemon.values("x") == expected);
  }
}

TEST_CASE("a transaction that is rolled back is done again from the files", "[ingest]") {
  const State state;
  Daemon daemon(state);
  state.append(state.journal("p"), scalar("x", 1, 1790000001));
  daemon.ingest_run();
  state.append(state.journal("p"), scalar("x", 2, 1790000002));
  {
    auto transaction = store::Transaction::begin(daemon.database);
    REQUIRE(transaction);
    REQUIRE(daemon.ingest.ingest_run(daemon.run));
    REQUIRE(daemon.ingest.flush());
  }
  daemon.ingest.forget();
  daemon.ingest_run();
  CHECK(daemon.values("x") == json({1, 2}));
}

TEST_CASE("values of several files are ordered by time, then by file, not by arrival", "[ingest]") {
  const State state;
  const std::string a = scalar("x", 1, 1790000001) + scalar("x", 4, 1790000004),
                    b = scalar("x", 2, 1790000002) + scalar("x", 3, 1790000003);
  state.append(state.journal("b"), b);
  Daemon first(state, "first.db");
  first.ingest_run();
  state.append(state.journal("a"), a);
  first.ingest_run();
  Daemon second(state, "second.db");
  second.ingest_run();
  CHECK(first.values("x") == json({1, 2, 3, 4}));
  CHECK(second.values("x") == first.values("x"));
}

TEST_CASE("tags: the last one by time stays; properties: the first", "[ingest]") {
  const State state;
  state.append(state.journal("z"), R"({"k":"tag","n":"t","v":"late","t":1790000009})"
                                   "\n"
                                   R"({"k":"property","n":"p","v":"second","t":1790000009})"
                                   "\n");
  Daemon daemon(state);
  daemon.ingest_run();
  state.append(state.journal("a"), R"({"k":"tag","n":"t","v":"early","t":1790000001})"
                                   "\n"
                                   R"({"k":"property","n":"p","v":"first","t":1790000001})"
                                   "\n");
  daemon.ingest_run();
  const auto run = store::run_view(daemon.database, {state.dir, ""}, daemon.run, true);
  REQUIRE(run);
  CHECK(run->tags == protocol::Tags{{"a", "b"}, {"t", "late"}});
  CHECK(run->properties == std::map<std::string, std::string>{{"p", "first"}});
  CHECK(daemon.warnings() == std::vector<std::string>{"the property 'p' was set to different values: the first stays"});
}

TEST_CASE("a line without a time gets the time of its reading, also when it is read again", "[ingest]") {
  const State state;
  Daemon first(state, "first.db");
  for (int i = 0; i < 3; ++i) {
    state.append(state.run.attempt().shared_metrics(),
                 "{\"k\":\"scalar\",\"n\":\"x\",\"v\":" + std::to_string(i) + "}\n");
    first.ingest_run();
  }
  Daemon second(state, "second.db");
  second.ingest_run();
  const auto a = store::metrics_json(first.database, first.run, {}, store::MetricsDetail::kTimes),
             b = store::metrics_json(second.database, second.run, {}, store::MetricsDetail::kTimes);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(*a == *b);
  CHECK(first.values("x") == json({0, 1, 2}));
}

TEST_CASE("lines without a time that come one after another share a fact that says when they were read", "[ingest]") {
  const State state;
  Daemon first(state, "first.db");
  for (int i = 0; i < 40; ++i) {
    state.append(state.run.attempt().shared_metrics(),
                 "{\"k\":\"scalar\",\"n\":\"x\",\"v\":" + std::to_string(i) + "}\n");
    first.ingest_run();
  }
  const auto facts = base::read_file(state.run.daemon_facts());
  REQUIRE(facts);
  double last = 0;
  for (const auto& line : base::split(*facts, '\n'))
    if (line.find("\"read\"") != std::string::npos) {
      const double time = json::parse(line)["t"];
      CHECK(time - last >= 0.0199);
      last = time;
    }
  CHECK(last > 0);
  Daemon second(state, "second.db"), goes_on(state, "first.db");
  second.ingest_run();
  state.append(state.run.attempt().shared_metrics(), "{\"k\":\"scalar\",\"n\":\"x\",\"v\":40}\n");
  goes_on.ingest_run();
  second.ingest_run();
  Daemon third(state, "third.db");
  third.ingest_run();
  const auto times = [](Daemon& daemon) {
    const auto text = store::metrics_json(daemon.database, daemon.run, {}, store::MetricsDetail::kTimes);
    REQUIRE(text);
    return *text;
  };
  CHECK(times(third) == times(goes_on));
  CHECK(times(third) == times(second));
  CHECK(third.values("x").size() == 41);
}

TEST_CASE("a file that is begun again gets times of its own", "[ingest]") {
  const State state;
  Daemon daemon(state);
  const std::string line = "{\"k\":\"scalar\",\"n\":\"x\",\"v\":1}\n";
  state.append(state.run.attempt().shared_metrics(), line + line + line);
  daemon.ingest_run();
  REQUIRE(base::write_file_atomic(state.run.attempt().shared_metrics(), "{\"k\":\"scalar\",\"n\":\"y\",\"v\":2}\n"));
  daemon.ingest_run();
  CHECK(daemon.values("y") == json({2}));
  const auto facts = base::read_file(state.run.daemon_facts());
  REQUIRE(facts);
  CHECK(base::split(*facts, '\n').size() >= 4);  // created, read, warning, read
}

TEST_CASE("lines that mean nothing are counted and shown, and disturb nothing", "[ingest]") {
  const State state;
  state.append(state.journal("p"), scalar("x", 1, 1790000001) + "not json\n" + std::string(2 << 20, 'y') + "\n" +
                                       scalar("x", 2, 1790000002));
  Daemon daemon(state);
  while (daemon.ingest_run().more) {}
  CHECK(daemon.values("x") == json({1, 2}));
  const auto warnings = daemon.warnings();
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].find("not JSON") + warnings[1].find("longer than 1024 KiB") != std::string::npos);
}

TEST_CASE("only metrics count in the log, and only from lines that are marked", "[ingest]") {
  const State state;
  state.append(
      state.run.attempt().log(),
      "loss is 3\n##runyard {\"k\":\"scalar\",\"n\":\"loss\",\"v\":3}\n"
      "##runyard {\"k\":\"tag\",\"n\":\"evil\",\"v\":\"x\"}\n ##runyard {\"k\":\"scalar\",\"n\":\"loss\",\"v\":4}\n");
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.values("loss") == json({3}));
  const auto run = store::run_view(daemon.database, {state.dir, ""}, daemon.run, true);
  REQUIRE(run);
  CHECK_FALSE(run->tags.contains("evil"));
}

TEST_CASE("the ending comes when all that it seals has been read, and nothing beyond", "[ingest]") {
  const State state;
  const std::string line = scalar("x", 1, 1790000001);
  state.append(state.run.daemon_facts(), R"({"k":"starting","t":1790000000.75,"attempt":1})"
                                         "\n");
  state.append(state.journal("p"), line);
  protocol::ExitRecord record;
  record.outcome = protocol::RunEvent::kCompleted;
  record.reason = "exited";
  record.ended = 1790000005;
  record.seal["attempt-1/journal/p.jsonl"] = line.size();
  state.append(state.run.attempt().exit_record(), protocol::to_json(record).dump());
  state.append(state.journal("p"), scalar("x", 2, 1790000002));
  state.append(state.journal("late"), scalar("x", 3, 1790000003));
  Daemon daemon(state);
  CHECK(daemon.ingest_run().final);
  CHECK(daemon.values("x") == json({1}));
  daemon.in_transaction([&] { REQUIRE(daemon.ingest.append_lines(daemon.run, scalar("x", 9, 1790000009))); });
  daemon.ingest_run();
  CHECK(daemon.values("x") == json({1, 9}));
  const auto head = store::find_run(daemon.database, "r1");
  REQUIRE(head);
  CHECK(head->state == protocol::RunState::kCompleted);
}

TEST_CASE("a numbered batch that is sent again changes nothing, also after a restart", "[ingest]") {
  const State state;
  for (int i = 0; i < 2; ++i) {
    Daemon daemon(state);
    daemon.in_transaction([&] {
      const auto taken = daemon.ingest.append_batch(daemon.run, "kernel", 1, scalar("x", 1, 1790000001));
      REQUIRE(taken);
      CHECK(*taken == (i == 0));
    });
    CHECK(daemon.values("x") == json({1}));
  }
}

TEST_CASE("tables: columns that come later hold null before", "[ingest]") {
  const State state;
  state.append(state.journal("p"), R"({"k":"row","n":"t","v":{"a":1},"t":1790000001})"
                                   "\n"
                                   R"({"k":"table","n":"t","v":{"b":[1,2],"a":[3,4]},"t":1790000002})"
                                   "\n");
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.metrics()[0]["columns"] == json({{"a", {1, 3, 4}}, {"b", {nullptr, 1, 2}}}));
}

TEST_CASE("a batch's mark of another shape is not one", "[ingest]") {
  const State state;
  state.append(state.run.api_lines(), R"({"k":"batch","client":5,"number":"x"})"
                                      "\n" +
                                          scalar("x", 1, 1790000001));
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.values("x") == json({1}));
}

TEST_CASE("a child run whose record the power took in the middle is made again", "[ingest]") {
  const std::string torn = GENERATE("", "{\"id\":", "whole spec, no fact");
  CAPTURE(torn);
  const State state;
  const auto child = state.dir.run("inner");
  REQUIRE(base::make_directories(protocol::child_journal(state.run.attempt().journal(), "inner")));
  REQUIRE(base::make_directories(child.record()));
  protocol::RunSpec spec;
  spec.id = "inner";
  spec.parent = "r1";
  spec.kind = protocol::RunKind::kInteractive;
  if (torn != "whole spec, no fact") state.append(child.spec(), torn);
  else state.append(child.spec(), protocol::to_json(spec).dump() + "\n");
  state.append(child.daemon_facts(), "");
  state.append(state.journal("p"), R"({"k":"child","n":"inner","t":1790000001})"
                                   "\n" +
                                       scalar("x", 1, 1790000002));
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.values("x") == json({1}));
  auto query = daemon.database.query("SELECT parent FROM run WHERE id = 'inner'");
  const auto found = query.step();
  REQUIRE(found);
  REQUIRE(*found);
  CHECK(query.text(0) == "r1");
}

TEST_CASE("a snapshot of gigabytes keeps its size", "[ingest]") {
  const State state;
  Daemon daemon(state);
  const auto run = store::run_view(daemon.database, {state.dir, ""}, daemon.run, true);
  REQUIRE(run);
  CHECK(run->snapshot.files == 2);
  CHECK(run->snapshot.bytes == 5'000'000'000);
}

TEST_CASE("ingest: the newest file of a name counts, whichever is read first") {
  for (const bool upload_first : {true, false}) {
    State state;
    const std::string upload =
        R"({"k":"file","n":"outputs/best.pkl","p":"blobs/1","size":3,"sha256":"aa","t":1790000002.0})"
        "\n";
    const auto collected = [&](double changed) {
      state.append(state.run.attempt().launcher_facts(), json{{"k", "collected"},
                                                              {"n", "outputs/best.pkl"},
                                                              {"p", "artifacts/outputs/best.pkl"},
                                                              {"size", 5},
                                                              {"changed", changed},
                                                              {"t", 1790000009.0}}
                                                                 .dump() +
                                                             "\n");
    };
    const auto kept = [&](Daemon& daemon) {
      const auto file = store::artifact(daemon.database, daemon.run, "outputs/best.pkl");
      REQUIRE((file && *file));
      return (*file)->size;
    };
    if (upload_first) state.append(state.journal("p1"), upload);
    collected(1790000001.0);
    Daemon daemon(state);
    daemon.ingest_run();
    if (!upload_first) state.append(state.journal("p1"), upload);
    daemon.ingest_run();
    CHECK(kept(daemon) == 3);  // the upload came after the last change of the file
    collected(1790000003.0);
    daemon.ingest_run();
    CHECK(kept(daemon) == 5);
  }
}

TEST_CASE("ingest: names of files that clash leave a warning, and every file stays reachable") {
  State state;
  for (const char* name : {"x/y", "x", "azureml-logs/70_driver_log.txt"})
    state.append(state.journal("p1"), json{{"k", "file"},
                                           {"n", name},
                                           {"p", std::string("blobs/") + std::to_string(name[0])},
                                           {"size", 1},
                                           {"sha256", "aa"},
                                           {"t", 1790000002.0}}
                                              .dump() +
                                          "\n");
  Daemon daemon(state);
  daemon.ingest_run();
  CHECK(daemon.warnings() ==
        std::vector<std::string>{"'x' is the name of a file and of a folder with files: the file is listed as 'x~'",
                                 "a file was uploaded under the name of a log, 'azureml-logs/70_driver_log.txt': the "
                                 "file is listed as 'azureml-logs/70_driver_log.txt~'"});
  const auto listed = store::listed_artifacts(daemon.database, daemon.run);
  REQUIRE(listed);
  for (const auto& file : *listed) {
    const auto found = store::artifact(daemon.database, daemon.run, file.name);
    REQUIRE((found && *found));
    CHECK((*found)->path == file.path);
  }
  const auto log = store::artifact(daemon.database, daemon.run, "azureml-logs/70_driver_log.txt");
  CHECK((log && !*log));
}
