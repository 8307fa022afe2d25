// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/ingest/record.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "daemon/state/trash.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace store {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

Result<void> write_new(const Path& path, const json& content) {
  TRY_ASSIGN(const base::Fd fd, base::open_file(path, O_WRONLY | O_CREAT | O_EXCL));
  TRY_FOR("cannot write '" + path.string() + "'", base::write_all(fd, protocol::to_text(content) + "\n"));
  return {};
}

/// Reserves space for stop requests, so that a run can be canceled when the disk is full.
Result<void> reserve_stop_requests(const protocol::RunDir& run) {
  constexpr off_t kReserve = 8 << 10;
  TRY_ASSIGN(const base::Fd fd, base::open_file(run.stop_requests(), O_WRONLY | O_CREAT));
  (void)::fallocate(fd.get(), FALLOC_FL_KEEP_SIZE, 0, kReserve);  // where the file system cannot, there is no promise
  return {};
}

/// The files that a reporting process needs in its attempt.
Result<void> make_report_files(const protocol::AttemptDir& attempt) {
  TRY(base::make_directories(attempt.blobs()));
  TRY(base::open_file(attempt.alive(), O_RDWR | O_CREAT));
  TRY_ASSIGN(const base::Fd nonce, base::open_file(attempt.nonce(), O_WRONLY | O_CREAT | O_EXCL));
  return base::write_all(nonce, base::random_hex(16));
}

Result<void> fill(const protocol::RunDir& made, const NewRecord& record) {
  TRY(base::make_directories(made.record()));
  TRY(write_new(made.spec(), protocol::to_json(record.spec)));
  TRY(write_new(made.environ_file(), protocol::map_to_json(record.environ)));
  if (!record.spec.inputs.empty()) TRY(write_new(made.inputs(), {{"inputs", protocol::to_json(record.spec.inputs)}}));
  TRY(write_new(made.daemon_facts(), protocol::to_json(protocol::DaemonFact(record.created), record.spec.submitted)));
  TRY(reserve_stop_requests(made));
  if (record.created.journal) return {};  // a child run is reported in its parent's attempt
  if (record.created.interactive) return make_report_files(made.attempt());
  return base::make_directories(made.attempt().root);  // before it is needed: its name is synced with the record
}

}  // namespace

Result<protocol::Created> read_created(const protocol::RunDir& dir) {
  TRY_ASSIGN(const std::string facts, base::read_file(dir.daemon_facts()));
  const auto end = facts.find('\n');
  const auto line = protocol::parse_json(std::string_view(facts).substr(0, end), "record/daemon.jsonl");
  auto fact = line && end != std::string::npos ? protocol::daemon_fact_from_json(*line) : std::nullopt;
  auto* const created = fact ? std::get_if<protocol::Created>(&*fact) : nullptr;
  if (!created) return base::error("record/daemon.jsonl does not begin with the submission", std::errc::bad_message);
  return std::move(*created);
}

Result<std::vector<Path>> write_record(const protocol::StateDir& state, const NewRecord& record) {
  const protocol::RunDir made{state.runs() / (".new-" + base::random_hex(8))}, placed = state.run(record.spec.id);
  std::vector<Path> paths = {placed.spec(),   placed.environ_file(), placed.daemon_facts(),
                             placed.record(), placed.root,           state.runs()};
  if (!record.spec.inputs.empty()) paths.push_back(placed.inputs());
  auto written = fill(made, record);
  if (written && ::rename(made.root.c_str(), placed.root.c_str()) != 0)
    written = base::os_error("cannot make '" + placed.root.string() + "'");
  if (!written) (void)state::put_away(state, made.root);
  TRY(std::move(written));
  return paths;  // collected before the rename: after it nothing may fail
}

}  // namespace store
