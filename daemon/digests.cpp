// SPDX-License-Identifier: Apache-2.0
#include "daemon/digests.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include "base/text.h"
#include "daemon/incoming.h"
#include "daemon/http/worker.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace yard {

using base::Path;
using base::Result;
using nlohmann::json;

namespace {

constexpr int kOfThisThread = 0, kOfAProcess = 1, kIdleDisk = 3 << 13;  // ioprio_set(2), which has no header

/// Processor and disk only when nobody else wants them.
void step_back() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_IDLE, &none);
  (void)::syscall(SYS_ioprio_set, kOfAProcess, kOfThisThread, kIdleDisk);
}

constexpr std::int64_t kBlock = 512, kFewHoles = 1 << 20;  // of st_blocks; bytes

bool is_hollow(const base::Fd& fd) {
  struct stat status {};
  return ::fstat(fd.get(), &status) == 0 && status.st_blocks * kBlock + kFewHoles < status.st_size / 2;
}

}  // namespace

std::map<std::string, std::string> noted_digests(const protocol::RunDir& run) {
  std::map<std::string, std::string> noted;
  const auto text = base::read_file(run.digests());
  if (!text) return noted;
  for (const auto& line : base::split(*text, '\n'))
    if (const auto entry = protocol::parse_json(line, "digests.jsonl"); entry && entry->is_object())
      noted[protocol::text_at(*entry, "n")] = protocol::text_at(*entry, "sha256");
  return noted;
}

Result<std::string> note_digest(const protocol::StateDir& state, const std::string& run, const ArtifactRow& file, const std::atomic<bool>* stop) {
  TRY_ASSIGN(const base::Fd fd, base::open_beneath(state.runs(), (Path(run) / file.path).lexically_normal(), O_RDONLY | O_NONBLOCK));
  if (is_hollow(fd)) return std::string();
  TRY_ASSIGN(std::string digest, digest_of(fd, stop));
  TRY_ASSIGN(base::Appender notes, base::Appender::open(state.run(run).digests()));
  TRY(notes.append(json{{"n", file.name}, {"size", file.size}, {"sha256", digest}}.dump(-1, ' ', false, json::error_handler_t::replace)));
  return digest;
}

void Digester::start() {
  boost::asio::post(pool_, step_back);
  watcher_.start();
}

Task<void> Digester::stop() {
  stopping_ = true;
  return watcher_.stop();
}

void Digester::stop_thread() {
  stopping_ = true;
  pool_.join();
}

Task<void> Digester::note(NewState what) {
  if (!protocol::is_final(what.state)) co_return;
  const std::string id = what.run;
  std::function<Result<std::vector<ArtifactRow>>(Database&)> ask = [id](Database& database) -> Result<std::vector<ArtifactRow>> {
    TRY_ASSIGN(const RunHead head, find_run(database, id));
    return artifacts(database, head.key);
  };
  auto files = co_await yard_.readers().ask(std::move(ask));
  if (!files) co_return;  // removed meanwhile
  auto read = [this, id, state = yard_.settings().state, files = std::move(*files)]() -> Result<void> {
    const auto known = noted_digests(state.run(id));
    for (const auto& file : files) {
      if (stopping_) return {};
      if (file.sha256.empty() && !known.contains(file.name)) TRY(note_digest(state, id, file, &stopping_));
    }
    return {};
  };
  auto noted = co_await run_on(pool_.get_executor(), std::move(read));
  if (!noted && noted.error().code != std::errc::operation_canceled) spdlog::warn("Cannot note the digests of the files of run {}: {}", id, noted.error().message);
}

}  // namespace yard
