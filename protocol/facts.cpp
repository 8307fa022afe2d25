// SPDX-License-Identifier: Apache-2.0
#include "protocol/facts.h"

#include <tuple>

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json_field.h"
#include "protocol/json_table.h"
#include "protocol/names.h"

namespace protocol {

using nlohmann::json;

template <>
constexpr auto kTable<Warning> = std::tuple{Field{"v", &Warning::sentence}};

template <>
constexpr auto kTable<Preparing> = std::tuple{Field{"stage", &Preparing::stage}};
template <>
constexpr auto kTable<Prepared::Python> =
    std::tuple{Field{"path", &Prepared::Python::path}, Field{"version", &Prepared::Python::version}};
template <>
constexpr auto kTable<Prepared> = std::tuple{
    Field{"name", &Prepared::name},         Field{"digest", &Prepared::digest},    Field{"python", &Prepared::python},
    Field{"before", &Prepared::before},     Field{"tool", &Prepared::tool},        Field{"built", &Prepared::built},
    Field{"created", &Prepared::created},   Field{"seconds", &Prepared::seconds},  Field{"bytes", &Prepared::bytes},
    Field{"replaced", &Prepared::replaced}, Field{"warnings", &Prepared::warnings}};
template <>
constexpr auto kTable<InterpreterFound> = std::tuple{Field{"path", &InterpreterFound::path},
                                                     Field{"version", &InterpreterFound::version},
                                                     Field{"implementation", &InterpreterFound::implementation},
                                                     Field{"prefix", &InterpreterFound::prefix},
                                                     Field{"base_prefix", &InterpreterFound::base_prefix},
                                                     Field{"machine", &InterpreterFound::machine},
                                                     Field{"packages", &InterpreterFound::packages}};
template <>
constexpr auto kTable<Started> = std::tuple{Inlined{&Started::child}};
template <>
constexpr auto kTable<Finished> = std::tuple{};
template <>
constexpr auto kTable<Collected> = std::tuple{Field{"n", &Collected::name}, Field{"p", &Collected::path},
                                              Field{"size", &Collected::size}, Field{"changed", &Collected::changed}};
template <>
constexpr auto kTable<Skipped> = std::tuple{Field{"n", &Skipped::name}, Field{"why", &Skipped::why}};

template <>
constexpr auto kTable<SnapshotFacts> =
    std::tuple{Field{"left_out", &SnapshotFacts::excluded}, Field{"git", &SnapshotFacts::git},
               Field{"files", &SnapshotFacts::files}, Field{"bytes", &SnapshotFacts::bytes}};
template <>
constexpr auto kTable<Created> = std::tuple{Field{"submission_id", &Created::submission_id},
                                            Field{"submitter", &Created::submitter},
                                            Inlined{&Created::snapshot},
                                            Field{"tags", &Created::tags},
                                            Field{"properties", &Created::properties},
                                            Field{"name", &Created::name},
                                            Field{"display_name", &Created::display_name},
                                            Field{"interactive", &Created::interactive},
                                            Field{"process", &Created::process},
                                            Field{"journal", &Created::journal},
                                            Field{"description", &Created::description},
                                            Field{"warnings", &Created::warnings}};
template <>
constexpr auto kTable<Starting> = std::tuple{Field{"attempt", &Starting::attempt}, Field{"boot", &Starting::boot}};
template <>
constexpr auto kTable<LinesRead> =
    std::tuple{Field{"file", &LinesRead::file}, Field{"from", &LinesRead::from}, Field{"upto", &LinesRead::upto}};
template <>
constexpr auto kTable<SnapshotTaken> =
    std::tuple{Field{"digest", &SnapshotTaken::digest}, Inlined{&SnapshotTaken::snapshot}};

template <>
constexpr auto kTable<WorkspaceMade> = std::tuple{Field{"workspace", &WorkspaceMade::workspace}};
template <>
constexpr auto kTable<ExperimentMade> =
    std::tuple{Field{"workspace", &ExperimentMade::workspace}, Field{"experiment", &ExperimentMade::experiment}};
template <>
constexpr auto kTable<ExperimentChanged> =
    std::tuple{Field{"workspace", &ExperimentChanged::workspace}, Field{"experiment", &ExperimentChanged::experiment},
               Field{"tags", &ExperimentChanged::tags}, Field{"untag", &ExperimentChanged::untag},
               Field{"archived", &ExperimentChanged::archived}};
template <>
constexpr auto kTable<NumberUsed> =
    std::tuple{Field{"workspace", &NumberUsed::workspace}, Field{"experiment", &NumberUsed::experiment},
               Field{"number", &NumberUsed::number}};
template <>
constexpr auto kTable<TargetSet> = std::tuple{Field{"name", &TargetSet::name}, Field{"slots", &TargetSet::slots}};
template <>
constexpr auto kTable<AliasSet> = std::tuple{Field{"name", &AliasSet::name}, Field{"alias_of", &AliasSet::alias_of},
                                             Field{"properties", &AliasSet::properties}};
template <>
constexpr auto kTable<AliasRemoved> = std::tuple{Field{"name", &AliasRemoved::name}};
template <>
constexpr auto kTable<ModelRegistered::File> =
    std::tuple{Field{"path", &ModelRegistered::File::path}, Field{"sha256", &ModelRegistered::File::sha256},
               Field{"size", &ModelRegistered::File::size}};
template <>
constexpr auto kTable<ModelRegistered> = std::tuple{Field{"number", &ModelRegistered::number},
                                                    Field{"workspace", &ModelRegistered::workspace},
                                                    Field{"name", &ModelRegistered::name},
                                                    Field{"version", &ModelRegistered::version},
                                                    OrNull{"run", &ModelRegistered::run},
                                                    Field{"path", &ModelRegistered::path},
                                                    Field{"files", &ModelRegistered::files},
                                                    Field{"tags", &ModelRegistered::tags},
                                                    Field{"properties", &ModelRegistered::properties},
                                                    OrNull{"description", &ModelRegistered::description},
                                                    OrNull{"framework", &ModelRegistered::framework},
                                                    OrNull{"framework_version", &ModelRegistered::framework_version}};
template <>
constexpr auto kTable<ModelChanged> =
    std::tuple{Field{"number", &ModelChanged::number}, Field{"tags", &ModelChanged::tags},
               Field{"untag", &ModelChanged::untag}, Field{"properties", &ModelChanged::properties}};
template <>
constexpr auto kTable<ModelRemoved> = std::tuple{Field{"number", &ModelRemoved::number}};
template <>
constexpr auto kTable<EnvironmentRegistered> = std::tuple{
    Field{"workspace", &EnvironmentRegistered::workspace}, Field{"name", &EnvironmentRegistered::name},
    Field{"version", &EnvironmentRegistered::version}, Field{"definition", &EnvironmentRegistered::definition}};

template <>
constexpr auto kTable<ChildRun> =
    std::tuple{Field{"n", &ChildRun::id}, Field{"name", &ChildRun::name},
               Field{"display_name", &ChildRun::display_name}, Field{"tags", &ChildRun::tags}};
template <>
constexpr auto kTable<ArtifactDigest> = std::tuple{
    Field{"n", &ArtifactDigest::name}, Field{"size", &ArtifactDigest::size}, Field{"sha256", &ArtifactDigest::sha256}};

namespace {

template <class Fact>
json members_of(const Fact& fact) {
  return to_object(fact);
}
json members_of(const StopRequested& fact) { return to_json(fact.request); }
json members_of(const Ended& fact) { return to_json(fact.record); }
/// A description that was taken away is null, one that stays is not written.
json members_of(const ModelChanged& fact) {
  json object = to_object(fact);
  if (fact.description) object["description"] = fact.description->empty() ? json(nullptr) : json(*fact.description);
  return object;
}

template <class Fact>
std::optional<Fact> read_fact(const json& line) {
  if constexpr (std::same_as<Fact, StopRequested>) {
    auto request = stop_request_from_json(line);
    return request ? std::optional(StopRequested{std::move(*request)}) : std::nullopt;
  } else if constexpr (std::same_as<Fact, Ended>) {
    auto record = exit_record_from_json(line);
    return record ? std::optional(Ended{std::move(*record)}) : std::nullopt;
  } else if constexpr (std::same_as<Fact, ModelChanged>) {
    auto changed = from_object<ModelChanged>(line);
    if (line.contains("description")) changed.description = text_at(line, "description");
    return changed;
  } else {
    return from_object<Fact>(line);
  }
}

template <class Variant>
json line_of(const Variant& fact, double t) {
  return std::visit(
      [&]<class Fact>(const Fact& known) {
        json line = members_of(known);
        line["k"] = Fact::kKind;
        line["t"] = t;
        return line;
      },
      fact);
}

template <class... Facts>
std::optional<std::variant<Facts...>> fact_in(const json& line, const std::variant<Facts...>*) {
  if (!line.is_object()) return std::nullopt;
  const std::string kind = text_at(line, "k");
  std::optional<std::variant<Facts...>> found;
  const auto try_kind = [&]<class Fact>(const Fact*) {
    if (kind != Fact::kKind) return false;
    if (auto fact = read_fact<Fact>(line)) found = std::move(*fact);
    return true;
  };
  static_cast<void>((try_kind(static_cast<const Facts*>(nullptr)) || ...));
  return found;
}

}  // namespace

json to_json(const LauncherFact& fact, double t) { return line_of(fact, t); }
json to_json(const DaemonFact& fact, double t) { return line_of(fact, t); }
json to_json(const StateFact& fact, double t) { return line_of(fact, t); }

std::optional<LauncherFact> launcher_fact_from_json(const json& line) {
  return fact_in(line, static_cast<const LauncherFact*>(nullptr));
}
std::optional<DaemonFact> daemon_fact_from_json(const json& line) {
  return fact_in(line, static_cast<const DaemonFact*>(nullptr));
}

/// A fact about a workspace that cannot be read is about none.
std::optional<StateFact> state_fact_from_json(const json& line) {
  const auto workspace = line.find("workspace");
  if (workspace != line.end() && !workspace_from_json(*workspace)) return std::nullopt;
  return fact_in(line, static_cast<const StateFact*>(nullptr));
}

double fact_time(const json& line) { return value_at(line, "t", 0.0); }

std::vector<Timed<DaemonFact>> daemon_facts_in(std::string_view text) {
  std::vector<Timed<DaemonFact>> facts;
  for (const auto& line : base::split(text, '\n')) {
    const auto parsed = parse_json(line, "a fact");
    if (!parsed) continue;
    if (auto fact = daemon_fact_from_json(*parsed)) facts.push_back({std::move(*fact), fact_time(*parsed)});
  }
  return facts;
}

Created created_from_json(const json& object) { return from_object<Created>(object); }

json to_json(const ChildRun& child, double t) {
  json line = to_object(child);
  line["k"] = ChildRun::kKind;
  line["t"] = t;
  return line;
}

ChildRun child_run_from_json(const json& line) {
  ChildRun child = from_object<ChildRun>(line);
  const json& tags = member_at(line, "tags");
  std::erase_if(child.tags, [&](const auto& tag) {
    return !check_name("tag", tag.first) || (!tag.second && !tags[tag.first].is_null());
  });
  return child;
}

std::string to_line(const Batch& batch) {
  return std::string(kBatchMark) + "\"client\":" + to_text(json(batch.client)) +
         ",\"number\":" + std::to_string(batch.number) + "}";
}

std::optional<Batch> batch_from_line(std::string_view line) {
  if (!line.starts_with(kBatchMark)) return std::nullopt;
  const auto parsed = parse_json(line, "a batch");
  Batch batch;
  if (!parsed || !read_field(*parsed, "number", batch.number)) return std::nullopt;
  batch.client = text_at(*parsed, "client");
  return batch;
}

json to_json(const ArtifactDigest& digest) { return to_object(digest); }
ArtifactDigest artifact_digest_from_json(const json& line) { return from_object<ArtifactDigest>(line); }

}  // namespace protocol
