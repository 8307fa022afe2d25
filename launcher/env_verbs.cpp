// SPDX-License-Identifier: Apache-2.0
#include "launcher/env_verbs.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <thread>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ownership.h"
#include "base/spawn.h"
#include "env/provide.h"
#include "protocol/json.h"
#include "protocol/json_field.h"

namespace launcher {
namespace {

using env::Environment;
using env::Environments;
using nlohmann::json;

constexpr const char* kUsage =
    "cannot read the command line: runyard-launcher --env list, build, show WORD, remove WORD or gc [--days N], then "
    "--state PATH";
constexpr double kSecondsADay = 86400;

base::Result<void> print(const json& answer) {
  const std::string text = protocol::to_text(answer) + "\n";
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return base::os_error("cannot write to stdout");
  return {};
}

json with_use(const Environment& environment, const Environments& environments) {
  json answer = env::to_json(environment);
  answer["used"] = environment.used > 0 ? json(environment.used) : json(nullptr);
  answer["used_by"] = environment.used_by.empty() ? json(nullptr) : json(environment.used_by);
  answer["prefix"] = environments.state().environment(environment.digest).prefix().string();
  return answer;
}

base::Result<std::vector<Environment>> named(const Environments& environments, const std::string& word) {
  auto found = environments.matching(word);
  if (found.empty())
    return base::error("there is no environment '" + word + "': 'runyard env list' says which there are");
  return found;
}

base::Result<void> list(const Environments& environments, const std::vector<Environment>& which) {
  json items = json::array();
  for (const auto& environment : which) items.push_back(with_use(environment, environments));
  return print({{"items", std::move(items)}});
}

base::Result<std::string> read_stdin() {
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) text.append(buffer, n);
  if (std::ferror(stdin)) return base::os_error("cannot read stdin");
  return text;
}

/// A file without a name: the builder reads in it what the tools said, which a pipe does not allow.
base::Result<base::Appender> open_log(const Environments& environments) {
  TRY(base::make_directories(environments.state().builds()));
  const auto path = environments.state().builds() / ("log-" + base::random_hex(8));
  auto log = base::Appender::open(path);
  ::unlink(path.c_str());
  return log;
}

/// Copies a log to stderr while it grows; all of it by the end of its life.
class ShownLog {
 public:
  explicit ShownLog(const base::Appender& log)
      : log_(log), thread_([this](const std::stop_token& stop) { follow(stop); }) {}

 private:
  void follow(const std::stop_token& stop) {
    for (bool last = false; !last;) {
      last = stop.stop_requested();
      while (show_piece()) continue;
      if (!last) std::this_thread::sleep_for(kLookAgain);
    }
    if (!at_line_end_) std::fputc('\n', stderr);  // what comes next is a sentence of its own
  }

  bool show_piece() {
    constexpr std::size_t kPiece = 64 << 10;
    const auto piece = base::read_at(log_.fd(), at_, kPiece);
    if (!piece || piece->empty()) return false;
    at_ += piece->size();
    at_line_end_ = piece->back() == '\n';
    return std::fwrite(piece->data(), 1, piece->size(), stderr) == piece->size();
  }

  static constexpr std::chrono::milliseconds kLookAgain{50};
  const base::Appender& log_;
  std::uint64_t at_ = 0;
  bool at_line_end_ = true;
  std::jthread thread_;  ///< last: it uses the others
};

base::Result<env::Provided> provide_shown(const Environments& environments, const env::BuildRequest& request) {
  TRY_ASSIGN(base::Appender log, open_log(environments));
  const ShownLog shown(log);
  return env::provide(environments, request, log);
}

base::Result<void> build(const Environments& environments) {
  TRY_ASSIGN(const std::string text, read_stdin());
  TRY_ASSIGN(const json body, protocol::parse_json(text, "stdin"));
  if (!body.is_object()) return base::error("stdin holds no JSON object", std::errc::bad_message);
  env::BuildRequest request;
  TRY_ASSIGN(request.managed, protocol::managed_from_json(protocol::object_at(body, "managed")));
  TRY_ASSIGN_FOR("'interpreter'", const std::string interpreter,
                 protocol::bytes_from_json(body.value("interpreter", json(""))));
  request.interpreter = interpreter;
  request.directory = std::filesystem::current_path();
  request.environment = base::current_environment();
  const auto made = provide_shown(environments, request);
  return made ? print(with_use(made->environment, environments)) : base::Result<void>(made.error());
}

/// Removes those that are not in use, and lists the others.
base::Result<void> remove(const Environments& environments, const std::vector<Environment>& which,
                          std::optional<double> since = std::nullopt) {
  json removed = json::array(), in_use = json::array();
  for (const auto& environment : which) {
    const auto done = environments.remove(environment.digest, since);
    if (!done && done.error().code != std::errc::resource_unavailable_try_again) return done.error();
    (done ? removed : in_use).push_back(with_use(environment, environments));
  }
  return print({{"removed", std::move(removed)}, {"in_use", std::move(in_use)}});
}

base::Result<void> collect_garbage(const Environments& environments, double days) {
  environments.drop_unfinished();
  const double oldest = base::to_seconds(base::now()) - days * kSecondsADay;
  auto old = environments.list();
  std::erase_if(old, [&](const Environment& environment) {
    return environment.touched() >= oldest && environments.find(environment.digest).has_value();
  });
  return remove(environments, old, oldest);
}

}  // namespace

base::Result<EnvOptions> parse_env_options(const std::vector<std::string>& arguments) {
  EnvOptions options;
  if (arguments.empty()) return base::error(kUsage);
  options.verb = arguments[0];
  std::size_t at = 1;
  if (options.verb == "show" || options.verb == "remove") options.word = at < arguments.size() ? arguments[at++] : "";
  for (; at + 1 < arguments.size(); at += 2) {
    const std::string& value = arguments[at + 1];
    if (arguments[at] == "--state") options.state = value;
    else if (arguments[at] != "--days" ||
             std::from_chars(value.data(), value.data() + value.size(), options.days).ec != std::errc{})
      return base::error(kUsage);
  }
  const auto verbs = {"list", "show", "build", "remove", "gc"};
  const bool outcome = std::find(verbs.begin(), verbs.end(), options.verb) != verbs.end();
  if (!outcome || at != arguments.size() || !options.state.is_absolute() || options.days < 0)
    return base::error(kUsage);
  return options;
}

base::Result<void> run_env_verb(const EnvOptions& options) {
  TRY(base::check_own_directory("state directory", options.state));
  const Environments environments(protocol::StateDir{options.state});
  if (options.verb == "build") return build(environments);
  if (options.verb == "gc") return collect_garbage(environments, options.days);
  if (options.verb == "list") return list(environments, environments.list());
  TRY_ASSIGN(const auto found, named(environments, options.word));
  return options.verb == "show" ? list(environments, found) : remove(environments, found);
}

}  // namespace launcher
