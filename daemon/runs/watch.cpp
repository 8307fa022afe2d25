// SPDX-License-Identifier: Apache-2.0
#include "daemon/runs/watch.h"

#include <spdlog/spdlog.h>
#include <sys/inotify.h>

#include <cerrno>
#include <cstring>

namespace runs {

using base::Path;
using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kWhileGrowing(20);
constexpr milliseconds kAfterError(1000);
constexpr milliseconds kBlind(1000);
constexpr std::uint32_t kFolderEvents = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;
constexpr std::uint32_t kFileEvents = IN_MODIFY | IN_ONESHOT | IN_DONT_FOLLOW;

}  // namespace

struct Watch::Followed {
  protocol::RunDir dir;
  Path journal;
  boost::asio::steady_timer timer;
  std::set<int> watches;
  bool reading = false;
  bool asked_again = false;  ///< something happened while a pass was under way
  bool armed = false;        ///< the last pass began with every watch in place
  bool blind = false;        ///< but for some that the system has no room for, or that are too many
};

Result<std::unique_ptr<Watch>> Watch::make(boost::asio::io_context& loop, IngestRun ingest) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return base::os_error("cannot watch files");
  return std::unique_ptr<Watch>(new Watch(loop, fd, std::move(ingest)));
}

Watch::Watch(boost::asio::io_context& loop, int inotify, IngestRun ingest)
    : loop_(loop), inotify_(loop, inotify), ingest_(std::move(ingest)), buffer_(64 << 10, '\0') {
  wait_for_events();
}

Watch::~Watch() = default;

void Watch::wait_for_events() {
  inotify_.async_read_some(boost::asio::buffer(buffer_), [this](boost::system::error_code error, std::size_t size) {
    if (error == boost::asio::error::operation_aborted) return;
    if (!error) read_events({buffer_.data(), size});
    wait_for_events();
  });
}

void Watch::read_events(std::string_view bytes) {
  std::set<RunKey> touched;
  bool overflow = false;
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event event;
    std::memcpy(&event, bytes.data(), sizeof event);
    bytes.remove_prefix(sizeof event + event.len);
    overflow |= (event.mask & IN_Q_OVERFLOW) != 0;
    const auto found = run_of_watch_.find(event.wd);
    if (found == run_of_watch_.end()) continue;
    const RunKey run = found->second;
    touched.insert(run);
    if (event.mask & IN_IGNORED) {  // fired once, or the file is gone: the number may be used again
      if (const auto followed = runs_.find(run); followed != runs_.end()) followed->second->watches.erase(event.wd);
      run_of_watch_.erase(found);
    }
  }
  if (overflow)
    for (const auto& [run, followed] : runs_) touched.insert(run);
  for (const RunKey run : touched) nudge(run);
}

void Watch::follow(RunKey run, const protocol::RunDir& dir, const Path& journal) {
  auto followed =
      std::make_unique<Followed>(Followed{dir, journal, boost::asio::steady_timer(loop_), {}, false, false, false});
  runs_[run] = std::move(followed);
  take(run);
}

void Watch::forget(RunKey run) {
  const auto found = runs_.find(run);
  if (found == runs_.end()) return;
  disarm(*found->second);
  runs_.erase(found);
}

void Watch::arm(RunKey key, Followed& run) {
  const auto add = [&](const Path& path, std::uint32_t events) {
    const int watch = ::inotify_add_watch(inotify_.native_handle(), path.c_str(), events);
    if (watch < 0) {  // not there yet: its folder tells when it is
      run.blind |= errno == ENOSPC || errno == ENOMEM;
      return;
    }
    run.watches.insert(watch);
    run_of_watch_[watch] = key;
  };
  run.blind = false;
  const auto attempt = run.dir.attempt();
  add(attempt.root, kFolderEvents);
  add(run.journal, kFolderEvents);
  add(attempt.launcher_facts(), kFileEvents);
  add(attempt.log(), kFileEvents);
  std::error_code code;
  std::filesystem::directory_iterator entry(run.journal, code), end;
  for (; !code && entry != end && !run.blind; entry.increment(code)) {
    if (entry->path().extension() == ".jsonl") add(entry->path(), kFileEvents);
    run.blind |= run.watches.size() > protocol::kMostJournals;
  }
}

void Watch::disarm(Followed& run) {
  for (const int watch : run.watches) {
    ::inotify_rm_watch(inotify_.native_handle(), watch);
    run_of_watch_.erase(watch);
  }
  run.watches.clear();
}

void Watch::nudge(RunKey run) {
  const auto found = runs_.find(run);
  if (found == runs_.end()) return;
  found->second->armed = false;
  if (found->second->reading) found->second->asked_again = true;
  else take(run);
}

void Watch::take(RunKey run) {
  Followed& followed = *runs_.at(run);
  followed.timer.cancel();
  followed.reading = true;
  followed.asked_again = false;
  ingest_(run, [this, run](const Result<store::IngestPass>& pass) { taken(run, pass); });
}

void Watch::taken(RunKey run, const Result<store::IngestPass>& pass) {
  const auto found = runs_.find(run);
  if (found == runs_.end()) return;
  Followed& followed = *found->second;
  followed.reading = false;
  if (!pass) {
    spdlog::error("Cannot read what run {} reports, trying again in 1 s: {}", followed.dir.root.filename().string(),
                  pass.error().message);
    return again_in(run, kAfterError);
  }
  if (pass->final) return forget(run);
  if (pass->more || followed.asked_again) return pass->more ? take(run) : again_in(run, kWhileGrowing);
  if (pass->grew) return again_in(run, kWhileGrowing);
  if (followed.armed && followed.blind) return again_in(run, kBlind);
  if (followed.armed) return;
  // Quiet: ask for the next event, then look once more, for what came in between.
  arm(run, followed);
  followed.armed = true;
  take(run);
}

void Watch::again_in(RunKey run, milliseconds delay) {
  Followed& followed = *runs_.at(run);
  followed.armed = false;
  followed.timer.expires_after(delay);
  followed.timer.async_wait([this, run](boost::system::error_code error) {
    if (!error && runs_.contains(run) && !runs_.at(run)->reading) take(run);
  });
}

void ingest(store::Store& store, RunKey run, Watch::Done done) {
  auto pass = std::make_shared<store::IngestPass>();
  auto work = [run, pass](store::Ingest& ingest) -> Result<void> {
    TRY_ASSIGN(*pass, ingest.ingest_run(run));
    return {};
  };
  auto finished = [pass, done = std::move(done)](Result<void> committed) {
    done(committed ? Result<store::IngestPass>(*pass) : Result<store::IngestPass>(committed.error()));
  };
  store.post(std::move(work), std::move(finished));
}

}  // namespace runs
