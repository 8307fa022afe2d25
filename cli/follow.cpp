// SPDX-License-Identifier: Apache-2.0
#include "cli/follow.h"

#include <algorithm>

#include "cli/words.h"
#include "protocol/json_field.h"

namespace cli {

using nlohmann::json;
using protocol::text_at;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kWaitSeconds = 30;
constexpr int kQueuedWaitSeconds = 2;
constexpr std::chrono::seconds kReconnectFor{60};
constexpr int kReconnectEveryMs = 200;

/// Seconds for one wait request: until the deadline, at least one. A queued run is asked for more often, since the
/// reason of its waiting changes.
int patience(const json& run, std::optional<Clock::time_point> deadline) {
  const long longest = text_at(run, "waiting").empty() ? kWaitSeconds : kQueuedWaitSeconds;
  if (!deadline) return static_cast<int>(longest);
  const auto left = std::chrono::ceil<std::chrono::seconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 1, longest));
}

/// Prints the log of preparing an environment on stderr, from the first line about a build.
class BuildLog {
 public:
  void add(std::string_view piece) {
    rest_ += piece;
    for (std::size_t end; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1))
      show_line(rest_.substr(0, end));
  }

 private:
  void show_line(const std::string& line) {
    builds_ = builds_ || line.starts_with("building the environment ") || line.starts_with("waiting: ");
    if (builds_) note(printable(line));
  }

  std::string rest_;
  bool builds_ = false;
};

}  // namespace

bool interrupted(const base::Error& error) { return error.code == std::errc::interrupted; }

int detach(const std::string& id) {
  note("\ndetached: run " + printable(id) + " goes on; 'runyard cancel " + printable(id) + "' ends it");
  return kExitDetached;
}

Persistent::Persistent(const Context& context, Client client, const Interrupt& interrupt)
    : context_(context), client_(std::move(client)), interrupt_(interrupt) {
  client_.interrupt_by(interrupt_.fd());
}

/// Returns once another daemon answers; `why` is why the last one does not.
base::Result<void> Persistent::reconnect(const base::Error& why) {
  if (!connection_lost(why)) return why;
  const auto end = Clock::now() + kReconnectFor;
  note("runyard: the daemon is gone; the run goes on; waiting for it to come back ...");
  while (Clock::now() < end) {
    interrupt_.sleep(kReconnectEveryMs);
    if (interrupt_.came()) return base::os_error("interrupted", EINTR);
    auto opened = context_.running_client();
    if (!opened) continue;
    client_ = std::move(*opened);
    client_.interrupt_by(interrupt_.fd());
    return {};
  }
  return base::error("the daemon is gone and did not come back; the run goes on; 'runyard up' starts the daemon",
                     std::errc::connection_refused);
}

void Persistent::say_why_it_waits(const json& run) {
  const std::string waiting = text_at(run, "waiting");
  if (!waiting.empty() && waiting != said_) note("run " + printable(text_at(run, "id")) + ": " + printable(waiting));
  said_ = waiting;
}

base::Result<json> Persistent::wait(const std::string& id, std::optional<Clock::time_point> deadline) {
  std::optional<json> run;
  while (!run || (!is_final(*run) && !(deadline && Clock::now() >= *deadline))) {
    auto answer = run ? client_.wait(id, patience(*run, deadline)) : client_.run(id);
    if (!answer) {
      TRY(reconnect(answer.error()));
      continue;
    }
    run = std::move(*answer);
    say_why_it_waits(*run);
  }
  return std::move(*run);
}

base::Result<void> Persistent::follow(const std::string& id, LogPlace place, bool raw) {
  RunOutput output(context_.terminal(), raw);
  return follow_into(id, std::move(place), [&](std::string_view piece) { return output.write(piece); });
}

base::Result<void> Persistent::follow_build(const std::string& id) {
  LogPlace place;
  place.name = "environment";
  BuildLog log;
  return follow_into(id, std::move(place), [&log](std::string_view piece) {
    log.add(piece);
    return base::Result<void>();
  });
}

base::Result<void> Persistent::follow_into(const std::string& id, LogPlace place, const Sink& sink) {
  for (;;) {
    const auto followed = client_.log(id, place, true, sink);
    if (followed) return {};
    TRY(reconnect(followed.error()));
    if (!place.at && !place.tail)
      return base::error("cannot go on following run " + printable(id) + ": where it broke is not known");
  }
}

}  // namespace cli
