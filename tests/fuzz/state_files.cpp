// SPDX-License-Identifier: Apache-2.0
// Small files of a state directory and of the user, as they lie there: a reader gets a value or nothing, twice
// the same.

#include "cli/client.h"
#include "daemon/api/log_index.h"
#include "daemon/source/stat_cache.h"
#include "env/cache.h"
#include "env/environments.h"
#include "env/pip_settings.h"
#include "launcher/claim.h"
#include "launcher/facts.h"
#include "launcher/stop_request.h"
#include "protocol/json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

const std::string kDigest(64, 'a');

void read_attempt(const protocol::StateDir& state, std::string_view input) {
  const auto attempt = launcher::attempt_at(state.run("r1").root);
  fuzz::write(attempt.run.stop_requests(), input);
  for (const auto& path : {attempt.dir.lock(), attempt.dir.log_index(), attempt.dir.launcher_facts()})
    fuzz::write(path, input);
  const auto request = launcher::read_stop_request(attempt), again = launcher::read_stop_request(attempt);
  EXPECT(request.has_value() == again.has_value());
  if (request) EXPECT(protocol::to_json(*request) == protocol::to_json(*again));
  (void)launcher::read_launch_record(attempt);
  (void)launcher::read_started(attempt);
  auto spec = attempt;
  fuzz::write(attempt.run.spec(), input);
  (void)launcher::load_spec(spec);
  const auto index = api::read_log_index(attempt.dir.log_index());
  EXPECT(index);
  EXPECT(index->size() == input.size() / 16);
}

void read_environments(const protocol::StateDir& state, std::string_view input) {
  const auto dir = state.environment(kDigest);
  fuzz::write(dir.description(), input);
  fuzz::write(dir.used(), input);
  const env::Environments environments(state);
  for (const auto& found : environments.list()) EXPECT(found.digest == kDigest);
}

void read_cache(const protocol::StateDir& state, std::string_view input) {
  fuzz::write(state.stat_cache(), input);
  source::StatCache cache(state.stat_cache());
  std::string digest;
  if (cache.find({1, 2, 3, 4, 5}, digest)) EXPECT(digest.size() == 64);
}

void read_settings(const base::Path& folder, std::string_view input) {
  const base::Path conf = folder / "pip.conf";
  fuzz::write(conf, input);
  for (const auto& setting : env::pip_settings_for_uv({"PIP_CONFIG_FILE=" + conf.string(), "HOME=" + folder.string()}))
    EXPECT(setting.find('=') != std::string::npos && setting.find('\n') == std::string::npos);
}

}  // namespace

void fuzz::state_files(std::string_view input) {
  static const Scratch scratch;
  const protocol::StateDir state{scratch.path / "state"};
  static const bool made = [&] {
    const auto run = state.run("r1");
    for (const auto& folder : {run.record(), run.attempt().root, state.environment(kDigest).root})
      EXPECT(base::make_directories(folder));
    return true;
  }();
  EXPECT(made);
  if (const auto file = cli::daemon_file_from(input); file && file->endpoint.socket.empty())
    EXPECT(file->endpoint.port > 0);
  read_attempt(state, input);
  read_environments(state, input);
  read_cache(state, input);
  read_settings(scratch.path, input);
}
