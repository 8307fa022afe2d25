// SPDX-License-Identifier: Apache-2.0
// One service: its record, the host that answers now, and the coroutine that keeps one answering.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "daemon/runs/hub.h"
#include "daemon/services/backend.h"
#include "daemon/services/runner.h"

namespace services {

/// How long a keeper takes for what.
struct Pace {
  using Time = std::chrono::milliseconds;
  Time first_probe{25}, longest_probe{500};        ///< between questions to a host that starts
  Time watch{5'000};                               ///< between questions to one that answers
  Time answer{5'000};                              ///< that a host has for GET /
  Time first_pause{1'000}, longest_pause{60'000};  ///< before a host that ended is started again
  Time forgiven{600'000};                          ///< so long answered: the next pause is the first one again
  Time drain{60'000};                              ///< that requests to a replaced host may still take
};

enum class State : std::uint8_t { kTransitioning, kHealthy, kUnhealthy, kFailed };
std::string_view word(State state);

struct KeeperParts {
  boost::asio::io_context& loop;
  runs::Hub& hub;
  Runner& runner;
  Pace pace;
  std::function<void(Task<void>)> spawn;  ///< runs a coroutine until it ends or the daemon leaves
};

/// Shared by Services and its own coroutines; loop thread only.
class Keeper : public std::enable_shared_from_this<Keeper> {
 public:
  Keeper(KeeperParts parts, Record record) : p_(std::move(parts)), record_(std::move(record)) {}

  /// A caller that changes it saves it, and calls note_change() then.
  Record& record() { return record_; }
  const Record& record() const { return record_; }
  void note_change();
  /// A change is under way, so others are refused.
  bool changing = false;

  State state() const { return record_.failure.empty() ? state_ : State::kFailed; }
  /// A sentence; empty: there is nothing to say.
  const std::string& reason() const { return record_.failure.empty() ? reason_ : record_.failure; }
  /// The host that answers requests; null: none does.
  const std::shared_ptr<Backend>& backend() const { return serving_.backend; }
  /// How a version is, for people: as a service, or "Stopped".
  std::string_view word_for(const Version& version) const;

  /// Versions that must stay in the record, because keep() refers to them: the one that answers, and the one that it
  /// brings up or watches.
  std::set<std::int64_t> used_versions() const { return {serving_.version, kept_}; }
  /// The version is about to become the current one again: with a new run, unless it answers now.
  void renew(const Version& version);
  /// Submits the host of a version once more, and saves what is known of it.
  Task<runs::SourceResult<void>> start(Version& version);
  Task<base::Result<void>> save() { return p_.runner.save(record_); }
  /// Finds what an earlier daemon has left: runs go on, and the host that answered then answers now. `changing` is set
  /// until it is done.
  Task<void> adopt();
  /// Until the service is removed: then its runs were asked to stop, and its files are gone.
  Task<void> keep();

 private:
  /// Waits for changes of a run, and for note_change().
  struct Ear {
    Ear(Keeper& keeper, const std::string& run, unsigned mask = store::kStateChanged);
    ~Ear() { keeper.listener_ = nullptr; }
    Keeper& keeper;
    runs::Listener listener;
  };
  struct Serving {
    std::shared_ptr<Backend> backend;
    std::int64_t version = 0;
    std::string run;
  };

  Task<void> adopt_starts();
  Task<void> adopt_backend();
  Task<void> keep_version(Version& version);
  Task<bool> bring_up(Version& version);
  Task<bool> attach_or_start(Version& version);
  Task<bool> until_answers(Version& version, std::shared_ptr<Backend> backend);
  Task<void> switch_to(Version& version, std::shared_ptr<Backend> backend);
  Task<void> watch(Version& version);
  Task<bool> has_ended(std::string run);
  void note_answer(const base::Result<void>& answered);
  Task<void> fail(Version& version);
  Task<void> pause(const Version& version);
  Task<void> wait_for_change(runs::Listener::Clock::time_point deadline);
  Task<void> shut_down();
  Task<void> save_or_log();
  Task<void> stop_run(std::string run);
  static Task<void> drain(std::shared_ptr<Keeper> self, Serving old);
  std::int64_t version_to_go_back_to(const Version& failed) const;
  bool is_replaced(const Version& version) const { return record_.removed || record_.current != version.number; }

  KeeperParts p_;
  Record record_;
  Serving serving_;
  std::int64_t kept_ = 0;          ///< the version that keep() brings up or watches
  std::set<std::string> stopped_;  ///< runs that were asked to stop: none is attached to again
  State state_ = State::kTransitioning;
  std::string reason_;
  std::string ended_;  ///< why the last run ended, a sentence
  int silent_ = 0;     ///< questions in a row that the serving host did not answer
  Pace::Time pause_{0};
  std::optional<runs::Listener::Clock::time_point> answered_since_;
  runs::Listener* listener_ = nullptr;  ///< of the Ear that lives
};

}  // namespace services
