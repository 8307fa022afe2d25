// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <memory>

#include "daemon/doctor/finding.h"
#include "daemon/store/compare.h"
#include "daemon/store/health.h"
#include "daemon/store/rebuild.h"
#include "daemon/store/schema.h"

namespace doctor {

using base::Result;

namespace {

/// Makes findings that share one rebuild: the first fix rebuilds the database, the others do nothing.
class Rebuild {
 public:
  explicit Rebuild(const protocol::StateDir& state) : state_(state) {}
  Finding finding(std::string about, std::string what) const {
    return {std::move(about), std::move(what), "the database is made again from the files",
            [state = state_, done = done_]() -> Result<void> {
              if (!*done) TRY(store::replace_index(state));
              *done = true;
              return {};
            }};
  }

 private:
  protocol::StateDir state_;
  std::shared_ptr<bool> done_ = std::make_shared<bool>(false);
};

std::string words_of(const store::Difference& difference) {
  std::string what = "the database and the files differ in " + count_of(difference.count, "row");
  for (const auto& row : difference.rows) what += "\n  " + row;
  return what;
}

/// The problem of the database as a whole; empty when its rows can be compared.
Result<std::string> trouble_of(store::Database& kept) {
  TRY_ASSIGN(const int version, store::version_of(kept));
  if (version != store::schema_version())
    return "it is of version " + std::to_string(version) + ", and this program makes " +
           std::to_string(store::schema_version());
  TRY_ASSIGN(const std::string word, store::damage_of(kept));
  return word.empty() ? word : "it is damaged: " + word;
}

}  // namespace

Result<std::string> check_database(const CheckContext& context, std::vector<Finding>& found) {
  const std::string about = "the database";
  const Rebuild rebuild(context.state);
  if (context.alive) {
    TRY_ASSIGN(const std::string trouble, trouble_of(*context.index));
    if (!trouble.empty()) found.push_back(rebuild.finding(about, trouble));
    return "database: read (a daemon uses it; without one it is also compared with the files)";
  }
  if (::access(context.state.database().c_str(), F_OK) != 0) {
    found.push_back(rebuild.finding(about, "it is not there"));
    return "database: none";
  }
  auto kept = store::Database::open(context.state.database());
  const auto trouble = kept ? trouble_of(*kept) : Result<std::string>(kept.error());
  if (!trouble || !trouble->empty()) {
    found.push_back(rebuild.finding(about, trouble ? *trouble : "it cannot be read: " + trouble.error().message));
    return "database: not usable";
  }
  TRY_ASSIGN(const auto differences, store::compare(*kept, *context.index));
  for (const auto& difference : differences)
    found.push_back(rebuild.finding("'" + difference.subject + "'", words_of(difference)));
  return "database: read, and compared with one made of the files";
}

}  // namespace doctor
