// SPDX-License-Identifier: Apache-2.0
// Functions that take any bytes and abort when a promise about them is broken. clang's libFuzzer looks for such bytes
// (fuzzer.cpp, scripts/fuzz); the unit tests feed the corpus (tests/unit/corpus_test.cpp). A file of its name each.
#pragma once

#include <string_view>

namespace fuzz {

void archive(std::string_view input);
void command_line(std::string_view input);
void filter(std::string_view input);
void git_config(std::string_view input);
void http_request(std::string_view input);
void http_response(std::string_view input);
void ignore(std::string_view input);
void journal(std::string_view input);
void line_reader(std::string_view input);
void manifest(std::string_view input);
void metric_line(std::string_view input);
void patterns(std::string_view input);
void records(std::string_view input);
void shown_text(std::string_view input);
void state_files(std::string_view input);
void submission(std::string_view input);
void upload(std::string_view input);

struct Target {
  std::string_view name;
  void (*take)(std::string_view input);
};
inline constexpr Target kTargets[] = {
    {"archive", archive},
    {"command_line", command_line},
    {"filter", filter},
    {"git_config", git_config},
    {"http_request", http_request},
    {"http_response", http_response},
    {"ignore", ignore},
    {"journal", journal},
    {"line_reader", line_reader},
    {"manifest", manifest},
    {"metric_line", metric_line},
    {"patterns", patterns},
    {"records", records},
    {"shown_text", shown_text},
    {"state_files", state_files},
    {"submission", submission},
    {"upload", upload},
};

}  // namespace fuzz
