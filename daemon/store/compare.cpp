// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/compare.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "base/digest.h"

namespace store {

using base::Result;

namespace {

constexpr std::size_t kRowsShown = 3;
constexpr std::size_t kSubjectsShown = 100;

struct Table {
  const char* name;
  const char* sql;  ///< with the subject in the first column
};

#define RUNYARD_METRIC_RUN " JOIN metric m ON m.key = c.metric JOIN run r ON r.key = m.run"
constexpr std::array<Table, 17> kTables = {{
    {"experiment",
     "SELECT e.name, w.subscription, w.resource_group, w.name, e.last_number, e.fact FROM experiment e JOIN workspace "
     "w ON w.key = e.workspace"},
    {"target", "SELECT name, slots, created, alias_of, properties, removed FROM target"},
    {"model", "SELECT name, number, version, run, created, fact, removed FROM model"},
    {"environment", "SELECT name, version, created, definition FROM environment"},
    {"name in use", "SELECT e.name, u.kind, u.name FROM used_name u JOIN experiment e ON e.key = u.experiment"},
    {"run",
     "SELECT r.id, r.submission, e.name, r.number, r.kind, r.state, r.wanted, r.parent, r.target, r.created, "
     "r.started, r.ended, r.journal, r.snapshot,"
     " t.spec, t.created_fact, t.interpreter, t.prepared, t.ending FROM run r JOIN experiment e ON e.key = "
     "r.experiment JOIN run_text t ON t.run = r.key"},
    {"file read", "SELECT r.id, s.file, s.offset, s.tail_hash, s.rejected FROM source s JOIN run r ON r.key = s.run"},
    {"metric",
     "SELECT r.id, m.name, m.kind, m.first, m.count, m.last_time, m.last_file, m.last_cell, m.low, m.high FROM metric "
     "m JOIN run r ON r.key = m.run"},
    {"points",
     "SELECT r.id, m.name, m.kind, c.file, c.number, c.count, hex(c.times), hex(c.steps), hex(c.cells) FROM chunk "
     "c" RUNYARD_METRIC_RUN},
    {"tag", "SELECT r.id, t.name, t.value, t.time, t.removed FROM tag t JOIN run r ON r.key = t.run"},
    {"label", "SELECT r.id, t.name, t.value, t.time FROM label t JOIN run r ON r.key = t.run"},
    {"property", "SELECT r.id, p.name, p.value FROM property p JOIN run r ON r.key = p.run"},
    {"file", "SELECT r.id, a.name, a.path, a.size, a.sha256 FROM artifact a JOIN run r ON r.key = a.run"},
    {"warning", "SELECT r.id, w.text FROM warning w JOIN run r ON r.key = w.run"},
    {"argument", "SELECT r.id, a.name, a.value FROM argument a JOIN run r ON r.key = a.run"},
    {"dataset of a run",
     "SELECT r.id, d.output, d.name, d.dataset, d.mode FROM dataset_use d JOIN run r ON r.key = d.run"},
    {"batch", "SELECT r.id, b.client, b.number FROM batch b JOIN run r ON r.key = b.run"},
}};
#undef RUNYARD_METRIC_RUN

std::string row_text(const Query& query) {
  std::string row;
  for (int column = 0; column < query.columns(); ++column)
    row += (column ? "|" : "") + (query.is_null(column) ? "null" : query.text(column));
  return row;
}

Result<void> each_row(Database& database, const char* sql,
                      const std::function<void(const std::string& subject, std::string row)>& on_row) {
  Query query = database.query(sql);
  for (;;) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return {};
    on_row(query.text(0), row_text(query));
  }
}

/// A number for each subject that depends on all its rows, but not on their order: the rows themselves would not fit in
/// memory.
using Sums = std::map<std::string, std::uint64_t>;
Result<Sums> sums(Database& database, const Table& table) {
  Sums sums;
  TRY(each_row(database, table.sql, [&](const std::string& subject, const std::string& row) {
    sums[subject] += base::quick_hash(row) | 1;
  }));
  return sums;
}

std::set<std::string> differing(const Sums& kept, const Sums& fresh) {
  std::set<std::string> subjects;
  for (const auto* sums : {&kept, &fresh})
    for (const auto& [subject, sum] : *sums) {
      const auto one = kept.find(subject), other = fresh.find(subject);
      if (one == kept.end() || other == fresh.end() || one->second != other->second) subjects.insert(subject);
    }
  return subjects;
}

class DatabaseComparison {
 public:
  DatabaseComparison(Database& kept, Database& fresh) : kept_(kept), fresh_(fresh) {}

  Result<void> table(const Table& table) {
    TRY_ASSIGN(const auto old_sums, sums(kept_, table));
    TRY_ASSIGN(const auto new_sums, sums(fresh_, table));
    const std::set<std::string> subjects = differing(old_sums, new_sums);
    if (subjects.empty()) return {};
    std::map<std::string, std::multiset<std::string>> old_rows, new_rows;
    TRY(rows(kept_, table, subjects, old_rows));
    TRY(rows(fresh_, table, subjects, new_rows));
    for (const auto& subject : subjects) {
      add_extra_rows(subject, table, "only in the database", old_rows[subject], new_rows[subject]);
      add_extra_rows(subject, table, "only in the files", new_rows[subject], old_rows[subject]);
    }
    return {};
  }

  std::vector<Difference> differences() {
    std::vector<Difference> all;
    for (auto& [subject, difference] : found_) all.push_back(std::move(difference));
    return all;
  }

 private:
  static Result<void> rows(Database& database, const Table& table, const std::set<std::string>& subjects,
                           std::map<std::string, std::multiset<std::string>>& into) {
    return each_row(database, table.sql, [&](const std::string& subject, std::string row) {
      if (subjects.contains(subject) && (into.size() < kSubjectsShown || into.contains(subject)))
        into[subject].insert(std::move(row));
    });
  }

  void add_extra_rows(const std::string& subject, const Table& table, const char* where,
                      const std::multiset<std::string>& here, const std::multiset<std::string>& there) {
    Difference& difference = found_[subject];
    difference.subject = subject;
    std::vector<std::string> extra;
    std::set_difference(here.begin(), here.end(), there.begin(), there.end(), std::back_inserter(extra));
    difference.count += extra.size();
    for (const auto& row : extra)
      if (difference.rows.size() < kRowsShown)
        difference.rows.push_back(std::string(where) + ": " + table.name + " " + row.substr(0, 300));
  }

  Database& kept_;
  Database& fresh_;
  std::map<std::string, Difference> found_;
};

}  // namespace

Result<std::vector<Difference>> compare(Database& kept, Database& fresh) {
  DatabaseComparison comparison(kept, fresh);
  for (const auto& table : kTables) TRY(comparison.table(table));
  return comparison.differences();
}

}  // namespace store
