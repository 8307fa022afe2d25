// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "daemon/async/co_try.h"
#include "daemon/services/exchange.h"

namespace services {

using base::Result;
using Clock = runs::Listener::Clock;

namespace {

constexpr int kMostSilent = 2;

std::string version_words(std::int64_t number) { return "version " + std::to_string(number); }

}  // namespace

std::string_view word(State state) {
  constexpr std::array<std::string_view, 4> kWords = {"Transitioning", "Healthy", "Unhealthy", "Failed"};
  return kWords[static_cast<std::size_t>(state)];
}

Keeper::Ear::Ear(Keeper& of, const std::string& run, unsigned mask) : keeper(of), listener(of.p_.hub, run, mask) {
  keeper.listener_ = &listener;
}

void Keeper::note_change() {
  if (record_.current != serving_.version) {
    state_ = State::kTransitioning;
    reason_.clear();
  }
  if (listener_) listener_->poke();
}

void Keeper::renew(const Version& version) {
  if (!serving_.backend || serving_.run != version.run) stopped_.insert(version.run);
}

std::string_view Keeper::word_for(const Version& version) const {
  if (version.failed) return word(State::kFailed);
  if (version.number == record_.current) return word(state_);
  return serving_.backend && serving_.version == version.number ? word(State::kHealthy) : "Stopped";
}

Task<runs::SourceResult<void>> Keeper::start(Version& version) {
  ++version.starts;
  ++record_.starts;
  AWAIT_TRY_ASSIGN(version.socket, p_.runner.make_socket_place(record_, version));
  AWAIT_TRY(save());
  AWAIT_TRY_ASSIGN(version.run, p_.runner.start(record_, version));
  co_await save_or_log();  // the next daemon can ask which run this start became
  co_return runs::SourceResult<void>();
}

Task<void> Keeper::adopt() {
  co_await adopt_starts();
  co_await adopt_backend();
  changing = false;
}

Task<void> Keeper::keep() {
  while (!record_.removed) {
    kept_ = record_.current;
    Version& version = record_.versions.at(kept_);
    if (version.failed) co_await wait_for_change(Clock::time_point::max());
    else co_await keep_version(version);
  }
  co_await shut_down();
}

/// Starts whose run the last daemon did not write down. A version that was never submitted has no client that knows it.
Task<void> Keeper::adopt_starts() {
  for (auto at = record_.versions.begin(); at != record_.versions.end();) {
    Version& version = at->second;
    const auto run = co_await p_.runner.started(record_, version);
    if (run && *run) version.run = **run;
    const bool unknown = run && !*run && version.run.empty();
    at = unknown ? record_.versions.erase(at) : std::next(at);
  }
  if (record_.versions.empty()) record_.removed = true;
  else if (!record_.versions.contains(record_.current)) record_.current = record_.versions.rbegin()->first;
}

/// The host of another version than the current one goes on answering until that one does; older ones are stopped.
Task<void> Keeper::adopt_backend() {
  for (auto at = record_.versions.rbegin(); at != record_.versions.rend(); ++at) {
    const Version& version = at->second;
    if (version.number == record_.current || version.run.empty()) continue;
    const bool ended = co_await has_ended(version.run);
    if (ended) continue;
    if (serving_.backend || !version.answered) co_await stop_run(version.run);
    else serving_ = {std::make_shared<Backend>(p_.loop.get_executor(), version.socket), version.number, version.run};
  }
}

Task<void> Keeper::keep_version(Version& version) {
  const bool answers = co_await bring_up(version);
  if (answers) co_await watch(version);
  if (is_replaced(version)) pause_ = Pace::Time(0);
  else if (version.answered) co_await pause(version);
  else co_await fail(version);
}

Task<bool> Keeper::bring_up(Version& version) {
  if (serving_.backend && serving_.version == version.number && serving_.run == version.run) co_return true;
  const bool runs = co_await attach_or_start(version);
  if (!runs) co_return false;
  auto backend = std::make_shared<Backend>(p_.loop.get_executor(), version.socket);
  const bool answers = co_await until_answers(version, backend);
  if (answers) co_await switch_to(version, std::move(backend));
  co_return answers;
}

Task<bool> Keeper::attach_or_start(Version& version) {
  if (!version.run.empty() && !stopped_.contains(version.run)) {
    const bool ended = co_await has_ended(version.run);
    if (!ended) co_return true;
    if (!version.answered && version.starts == 1) co_return false;  // as its client waits to hear
  }
  const auto started = co_await start(version);
  if (!started) ended_ = "it cannot be started: " + started.error().message;
  co_return started.has_value();
}

Task<bool> Keeper::until_answers(Version& version, std::shared_ptr<Backend> backend) {
  Ear ear(*this, version.run);
  auto wait = p_.pace.first_probe;
  for (bool changed = true;;) {
    if (is_replaced(version)) {
      co_await stop_run(version.run);
      co_return false;
    }
    if (changed) {
      const bool ended = co_await has_ended(version.run);
      if (ended) co_return false;
    }
    const auto answered = co_await probe(backend, p_.pace.answer);
    if (answered) co_return true;
    if (state_ == State::kTransitioning)
      reason_ = version_words(version.number) + " does not answer yet: " + answered.error().message;
    changed = co_await ear.listener.wait(Clock::now() + wait);
    wait = std::min(wait * 5 / 4, p_.pace.longest_probe);
  }
}

Task<void> Keeper::switch_to(Version& version, std::shared_ptr<Backend> backend) {
  Serving old = std::exchange(serving_, {std::move(backend), version.number, version.run});
  if (old.backend) {
    stopped_.insert(old.run);
    p_.spawn(drain(shared_from_this(), std::move(old)));
  }
  answered_since_ = Clock::now();
  note_answer({});
  spdlog::info("Service {} answers: version {}, run {}", record_.name, version.number, version.run);
  if (std::exchange(version.answered, true)) co_return;
  co_await save_or_log();
}

Task<void> Keeper::watch(Version& version) {
  Ear ear(*this, version.run);
  for (bool changed = true; !is_replaced(version);) {
    if (changed) {
      const bool ended = co_await has_ended(version.run);
      if (ended) break;
    }
    changed = co_await ear.listener.wait(Clock::now() + p_.pace.watch);
    if (changed || serving_.backend->is_busy()) continue;  // what works on requests may have no time for a question
    const auto answered = co_await probe(serving_.backend, p_.pace.answer);
    if (!is_replaced(version)) note_answer(answered);  // else it is Transitioning, whatever the old one says
  }
  if (is_replaced(version)) co_return;  // it answers until the next one does
  serving_.backend->retire();
  serving_ = {};
}

void Keeper::note_answer(const Result<void>& answered) {
  silent_ = answered ? 0 : silent_ + 1;
  state_ = silent_ < kMostSilent ? State::kHealthy : State::kUnhealthy;
  reason_ = silent_ < kMostSilent ? "" : "it does not answer GET /: " + answered.error().message;
}

/// Sets why.
Task<bool> Keeper::has_ended(std::string run) {
  const auto look = co_await p_.runner.look(run);
  if (!look) spdlog::error("Cannot ask for the run {} of service {}: {}", run, record_.name, look.error().message);
  if (!look || !look->ended) co_return false;
  ended_ = look->reason;
  co_return true;
}

std::int64_t Keeper::version_to_go_back_to(const Version& failed) const {
  if (serving_.backend && serving_.version != failed.number) return serving_.version;
  for (auto at = record_.versions.rbegin(); at != record_.versions.rend(); ++at)
    if (at->second.answered && !at->second.failed) return at->first;
  return failed.number;
}

Task<void> Keeper::fail(Version& version) {
  version.failed = true;
  record_.failure = version_words(version.number) + " ended before it answered: " + ended_;
  record_.current = version_to_go_back_to(version);
  if (record_.current != version.number) record_.failure += "; " + version_words(record_.current) + " is kept";
  spdlog::warn("Service {}: {}", record_.name, record_.failure);
  co_await save_or_log();
}

Task<void> Keeper::pause(const Version& version) {
  const bool forgiven = answered_since_ && Clock::now() - *answered_since_ >= p_.pace.forgiven;
  answered_since_.reset();
  pause_ = forgiven || pause_.count() == 0 ? p_.pace.first_pause : std::min(pause_ * 2, p_.pace.longest_pause);
  state_ = State::kUnhealthy;
  reason_ = ended_ + "; it starts again " + std::to_string(pause_.count() / 1000) + " s later";
  spdlog::warn("Service {}, {}: {}", record_.name, version_words(version.number), reason_);
  const auto deadline = Clock::now() + pause_;
  while (!is_replaced(version) && Clock::now() < deadline) co_await wait_for_change(deadline);
}

Task<void> Keeper::wait_for_change(Clock::time_point deadline) {
  Ear ear(*this, "", 0);
  auto waited = co_await ear.listener.wait(deadline);
  static_cast<void>(waited);
}

Task<void> Keeper::drain(std::shared_ptr<Keeper> self, Serving old) {
  old.backend->retire();
  co_await old.backend->until_idle(self->p_.pace.drain);
  co_await self->stop_run(old.run);
}

Task<void> Keeper::stop_run(std::string run) {
  stopped_.insert(run);
  const auto stopped = co_await p_.runner.stop(run);
  if (!stopped) spdlog::error("Cannot stop the run {} of service {}: {}", run, record_.name, stopped.error().message);
}

Task<void> Keeper::shut_down() {
  if (serving_.backend) {
    serving_.backend->retire();
    co_await serving_.backend->until_idle(p_.pace.drain);
  }
  serving_ = {};
  for (const auto& [number, version] : record_.versions) {
    if (version.run.empty()) continue;
    const bool ended = co_await has_ended(version.run);
    if (!ended) co_await stop_run(version.run);
  }
  const auto forgotten = co_await p_.runner.forget(record_);
  if (!forgotten) spdlog::error("Cannot remove the files of service {}: {}", record_.name, forgotten.error().message);
}

Task<void> Keeper::save_or_log() {
  const auto saved = co_await save();
  if (!saved) spdlog::error("Cannot save service {}: {}", record_.name, saved.error().message);
}

}  // namespace services
