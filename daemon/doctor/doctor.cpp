// SPDX-License-Identifier: Apache-2.0
#include "daemon/doctor/doctor.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/lock.h"
#include "base/text.h"
#include "daemon/doctor/finding.h"
#include "daemon/state/state_lock.h"
#include "daemon/store/rebuild.h"
#include "protocol/json.h"

namespace doctor {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

constexpr std::array<Check, 6> kChecks = {check_database,  check_runs,  check_processes,
                                          check_snapshots, check_blobs, check_leftovers};

struct CheckReport {
  std::vector<std::string> checked;
  std::vector<Finding> found;
};

/// A database for the time of an report.
class Index {
 public:
  /// That of the daemon, to be read.
  static Result<Index> of_daemon(const protocol::StateDir& state) {
    TRY_ASSIGN(store::Database opened, store::Database::open_read_only(state.database()));
    return Index(std::move(opened), Path());
  }
  /// One of the files' own, gone afterwards. It may note facts, as a daemon that reads them would.
  static Result<Index> of_files(const protocol::StateDir& state) {
    const Path path = state.database().string() + ".check";
    TRY_FOR("cannot read the files", store::build_index(state, path));
    TRY_ASSIGN(store::Database opened, store::Database::open(path));
    return Index(std::move(opened), path);
  }
  Index(Index&& other) noexcept
      : database_(std::move(other.database_)), temporary_(std::exchange(other.temporary_, Path())) {}
  Index& operator=(Index&&) = delete;
  ~Index() {
    if (!temporary_.empty()) store::remove_index(temporary_);
  }
  store::Database& database() { return database_; }

 private:
  Index(store::Database database, Path temporary) : database_(std::move(database)), temporary_(std::move(temporary)) {}
  store::Database database_;
  Path temporary_;
};

Result<CheckReport> run_checks(const protocol::StateDir& state, bool alive) {
  TRY_ASSIGN(Index index, alive ? Index::of_daemon(state) : Index::of_files(state));
  const CheckContext context{state, alive, &index.database()};
  CheckReport report;
  for (const Check check : kChecks) {
    TRY_ASSIGN(std::string words, check(context, report.found));
    report.checked.push_back(std::move(words));
  }
  return report;
}

/// What became of a finding.
struct Outcome {
  bool fixed = false;
  std::string trouble;  ///< why it could not be fixed
};

std::vector<Outcome> fix(const std::vector<Finding>& found) {
  std::vector<Outcome> outcomes;
  for (const Finding& finding : found) {
    if (!finding.fix) {
      outcomes.emplace_back();
      continue;
    }
    const auto done = finding.fix();
    outcomes.push_back(done ? Outcome{true, ""} : Outcome{false, done.error().message});
  }
  return outcomes;
}

void print(const Finding& finding, const Outcome& outcome) {
  std::string last = (finding.fix ? "--fix: " : "") + finding.remedy;
  if (outcome.fixed) last = "fixed: " + finding.remedy;
  else if (!outcome.trouble.empty()) last = "could not be fixed: " + outcome.trouble;
  std::printf("\n%s: %s\n  %s\n", base::to_utf8(finding.about).c_str(), base::to_utf8(finding.what).c_str(),
              base::to_utf8(last).c_str());
}

void print(const CheckReport& report, const std::vector<Outcome>& outcomes, std::size_t left) {
  for (const auto& words : report.checked) std::printf("%s\n", words.c_str());
  for (std::size_t i = 0; i < outcomes.size(); ++i) print(report.found[i], outcomes[i]);
  if (left == 0) std::printf("%s\n", report.found.empty() ? "nothing is wrong" : "\nnothing is left to do");
  else std::printf("\n%s\n", count_of(left, "thing is to be looked after").c_str());
}

void print_json(const protocol::StateDir& state, const CheckReport& report, const std::vector<Outcome>& outcomes) {
  json findings = json::array();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const Finding& finding = report.found[i];
    const auto& [fixed, trouble] = outcomes[i];
    findings.push_back({{"about", finding.about},
                        {"what", finding.what},
                        {"remedy", finding.remedy},
                        {"fixable", finding.fix != nullptr},
                        {"fixed", fixed},
                        {"trouble", trouble.empty() ? json(nullptr) : json(trouble)}});
  }
  const json answer = {{"state", state.root.string()}, {"looked_at", report.checked}, {"findings", findings}};
  std::printf("%s\n", answer.dump(2, ' ', false, json::error_handler_t::replace).c_str());
}

}  // namespace

void note_unlisted(const Path& folder, const std::error_code& error, std::vector<Finding>& found) {
  if (!error || error == std::errc::no_such_file_or_directory) return;
  found.push_back({"the folder '" + folder.string() + "'", "cannot be listed to its end: " + error.message(),
                   "see to its permissions and its disk, then check again", nullptr});
}

std::string count_of(std::size_t count, const char* noun) {
  std::string words = noun;
  if (count != 1) {
    const auto end = words.find(' ');
    const auto noun_end = end == std::string::npos ? words.size() : end;
    words.insert(noun_end, words[noun_end - 1] == 's' ? "es" : "s");
    if (const auto is = words.find(" is "); is != std::string::npos) words.replace(is, 4, " are ");
  }
  return std::to_string(count) + " " + words;
}

Result<int> examine(const protocol::StateDir& state, const DoctorOptions& options) {
  if (::access(state.root.c_str(), F_OK) != 0)
    return base::error("there is no state directory '" + state.root.string() + "'",
                       std::errc::no_such_file_or_directory);
  auto lock = state::lock_state(state);
  const bool alive = !lock && lock.error().code == std::errc::device_or_resource_busy;
  if (!lock && (!alive || options.fix)) return lock.error();
  TRY_ASSIGN(const CheckReport report, run_checks(state, alive));
  const auto outcomes = options.fix ? fix(report.found) : std::vector<Outcome>(report.found.size());
  const auto left = static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return !outcome.fixed; }));
  if (options.json) print_json(state, report, outcomes);
  else print(report, outcomes, left);
  return left == 0 ? 0 : 1;
}

}  // namespace doctor
