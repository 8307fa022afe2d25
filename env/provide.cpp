// SPDX-License-Identifier: Apache-2.0
#include "env/provide.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/digest.h"
#include "base/lock.h"
#include "base/spawn.h"
#include "base/text.h"
#include "env/base_python.h"
#include "env/build.h"
#include "env/conda.h"
#include "env/source_lines.h"
#include "env/tool_variables.h"
#include "env/uv.h"
#include "env/variables.h"
#include "env/version.h"
#include "protocol/json.h"

namespace env {
namespace {

using nlohmann::json;

constexpr int kBuildsAtATime = 2;
constexpr std::chrono::milliseconds kLookAgain(200);

/// What to build, before it is known whether it exists.
struct Plan {
  Interpreter python;
  std::vector<std::string> variables;  ///< of the tools
  std::optional<base::Path> conda;
  std::string missing;  ///< the version of Python that is asked for, if another one takes its place
  std::string digest;
};

bool needs_source(const protocol::Managed& managed) {
  return std::any_of(managed.pip.begin(), managed.pip.end(), is_relative) ||
         std::any_of(managed.options.begin(), managed.options.end(), is_relative);
}

/// The source that relative lines refer to: the snapshot, else the folder itself.
std::string source_of(const BuildRequest& request) {
  std::error_code ignored;
  return request.snapshot.empty() ? std::filesystem::weakly_canonical(request.directory, ignored).string()
                                  : request.snapshot;
}

std::string digest_of(const Plan& plan, const BuildRequest& request) {
  json definition = protocol::to_json(request.managed);
  for (const char* key : {"name", "strict", "conda_from_index"}) definition.erase(key);
  const auto& python = plan.python;
  json key = {{"definition", std::move(definition)},
              {"python", {python.base_prefix, python.version, python.implementation, python.machine}},
              {"conda", plan.conda.has_value()},
              {"source", needs_source(request.managed) ? source_of(request) : ""}};
  // An environment with packages of the index is not given to a run that forbids that.
  if (!request.managed.conda.empty() && !plan.conda && !request.managed.conda_from_index)
    key["conda_from_index"] = false;
  const auto settings = settings_in(plan.variables, request.directory, plan.conda.has_value());
  if (!settings.empty()) key["settings"] = settings;
  return base::sha256_hex(protocol::to_text(key));
}

base::Result<Interpreter> python_for(const BuildRequest& request, const ProbeOptions& probe) {
  const auto& managed = request.managed;
  if (!managed.python.empty() || managed.before.empty()) return find_python(managed.python, request.interpreter, probe);
  return find_python_of_day(managed.before, request.interpreter, probe);
}

/// The version that is asked for and that `found` is not; empty: it is, or only the patch level differs.
std::string missing_python(const protocol::Managed& managed, const Interpreter& found) {
  if (managed.python.empty()) {
    const std::string of_day = managed.before.empty() ? found.version : python_of_day(managed.before);
    return is_newer(found.version, of_day) ? of_day : "";
  }
  const auto numbers = numbers_of(managed.python);
  if (numbers.size() < 2) return {};
  const std::string series = std::to_string(numbers[0]) + "." + std::to_string(numbers[1]);
  return begins_with(found.version, series) ? "" : managed.python;
}

/// The sentence about a Python that is not the requested one.
std::string describe_replacement(const Plan& plan) {
  return "Python " + plan.missing + " cannot be had: the nearest on this machine is " + plan.python.version + " (" +
         plan.python.path + ")";
}

base::Result<Plan> plan_for(const Environments& environments, const BuildRequest& request) {
  Plan plan;
  plan.variables = variables_of_tools(request.environment, request.managed.before);
  if (!request.managed.conda.empty() && request.managed.before.empty()) plan.conda = find_conda(request.environment);
  ProbeOptions probe;
  probe.cache = environments.state().interpreters();
  probe.environment = request.environment;
  if (plan.conda) {  // which brings the Python that is asked for
    TRY_ASSIGN(plan.python, describe(request.interpreter, probe));
  } else {
    TRY_ASSIGN(plan.python, python_for(request, probe));
    plan.missing = missing_python(request.managed, plan.python);
  }
  plan.digest = digest_of(plan, request);
  return plan;
}

int builds_at_a_time(const std::vector<std::string>& environment) {
  const std::string text = value_of(environment, "RUNYARD_ENV_BUILDS");
  int number = kBuildsAtATime;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::clamp(number, 1, 100);
}

/// Waits until one of the places for builds is free.
base::Result<base::Fd> wait_for_turn(const protocol::StateDir& state, int places, base::Appender& log) {
  TRY(base::make_directories(state.builds()));
  for (bool said = false;; said = true) {
    for (int place = 1; place <= places; ++place) {
      auto lock = base::lock_file(state.builds() / std::to_string(place));
      if (lock) return lock;
      if (lock.error().code != std::errc::resource_unavailable_try_again) return lock;
    }
    if (!said)
      (void)log.append("waiting: " + std::to_string(places) + (places == 1 ? " environment is" : " environments are") +
                       " being built ($RUNYARD_ENV_BUILDS)");
    std::this_thread::sleep_for(kLookAgain);
  }
}

/// The write lock, for a build; nothing when another run has built the environment meanwhile. The runs that use one
/// hold read locks as long as they go on, so the lock is tried only while the environment is not there.
base::Result<std::optional<base::Fd>> lock_for_build(const Environments& environments, const std::string& digest,
                                                     base::Appender& log) {
  const auto dir = environments.state().environment(digest);
  TRY(base::make_directories(dir.root.parent_path()));
  for (bool said = false;; said = true) {
    if (environments.find(digest)) return std::optional<base::Fd>();
    auto lock = base::lock_file(dir.lock());
    if (lock) return std::optional(std::move(*lock));
    if (lock.error().code != std::errc::resource_unavailable_try_again) return lock.error();
    if (!said) (void)log.append("waiting: another run builds the same environment");
    std::this_thread::sleep_for(kLookAgain);
  }
}

/// Python makes this folder at the first import of a module beside it. Made now, the time of the folder around it
/// changes with packages alone, and the environment is not described again.
void make_bytecode_folders(const base::Path& prefix) {
  std::error_code code;
  for (std::filesystem::directory_iterator entry(prefix / "lib", code), end; !code && entry != end;
       entry.increment(code))
    if (const auto packages = entry->path() / "site-packages"; std::filesystem::is_directory(packages))
      (void)base::make_directories(packages / "__pycache__");
}

/// Those that may have uv, or install it.
std::vector<base::Path> pythons_for_uv(const BuildRequest& request, const Plan& plan) {
  std::vector<base::Path> found;
  const auto add = [&](const base::Path& python) {
    if (base::is_program(python) && std::find(found.begin(), found.end(), python) == found.end())
      found.push_back(python);
  };
  add(request.interpreter);
  add(plan.python.path);
  if (const auto usual = base::find_program("python3", request.environment)) add(*usual);
  return found;
}

BuildContext context_for(const Environments& environments, const BuildRequest& request, const Plan& plan,
                         base::Appender& log) {
  return {.python = plan.python.path,
          .python_version = plan.python.version,
          .folder = environments.state().environment(plan.digest).root,
          .directory = request.directory,
          .environment = plan.variables,
          .uv_folder = environments.state().uv(),
          .pythons = pythons_for_uv(request, plan),
          .log = &log};
}

/// Lets uv download the Python of that time. If it cannot, the log says why, and the nearest one is used.
base::Result<bool> bring_python(const BuildContext& context, const std::string& version) {
  const auto uv = provide_uv(context);
  if (!uv) {
    context.say(uv.error().message);
    return false;
  }
  TRY_ASSIGN(const auto cause, context.run({*uv, "python", "install", version}));
  return !cause;
}

base::Result<Environment> build_in(const Environments& environments, const BuildRequest& request, const Plan& plan,
                                   base::Appender& log) {
  const auto dir = environments.state().environment(plan.digest);
  TRY(base::make_directories(dir.root));
  Environment made;
  made.digest = plan.digest;
  made.definition = request.managed;
  made.python_path = plan.python.path;
  made.python_version = plan.python.version;
  if (!plan.missing.empty()) made.replaced.push_back(describe_replacement(plan) + ", which is used");
  const BuildContext context = context_for(environments, request, plan, log);
  const base::Micros began = base::now();
  const auto link = dir.root / kSourceLink;
  std::error_code ignored;
  std::filesystem::create_symlink(request.directory, link, ignored);
  TRY(build(context, plan.conda, made));
  std::filesystem::remove(link, ignored);
  make_bytecode_folders(dir.prefix());
  made.created = base::to_seconds(base::now());
  made.seconds = base::to_seconds(base::now() - began);
  made.bytes = base::disk_usage(dir.root);
  TRY_FOR("cannot keep the environment '" + request.managed.name + "'", environments.keep(made));
  return made;
}

std::string describe_cost(const Environment& made) {
  return base::format_duration(std::chrono::microseconds(base::from_seconds(made.seconds))) + ", " +
         base::format_bytes(made.bytes);
}

base::Result<Provided> build_once(const Environments& environments, const BuildRequest& request, const Plan& plan,
                                  base::Appender& log) {
  TRY_ASSIGN(const auto lock, lock_for_build(environments, plan.digest, log));
  if (auto found = environments.find(plan.digest)) return Provided{std::move(*found), false};
  TRY_ASSIGN(const base::Fd turn, wait_for_turn(environments.state(), builds_at_a_time(request.environment), log));
  environments.drop_unfinished();
  TRY(environments.drop(plan.digest));  // one whose Python is gone
  (void)log.append("building the environment '" + request.managed.name + "' with Python " + plan.python.version + " (" +
                   plan.python.path + ")" +
                   (request.managed.before.empty() ? "" : ", with packages from before " + request.managed.before));
  auto made = build_in(environments, request, plan, log);
  if (!made) {
    (void)environments.drop(plan.digest);
    return made.error();
  }
  (void)log.append("built in " + describe_cost(*made));
  return Provided{std::move(*made), true};
}

base::Error too_strict(const BuildRequest& request, const std::string& why) {
  return base::error("cannot build the environment '" + request.managed.name + "': " + why +
                     ". Nothing else is taken, because 'strict' is set");
}

}  // namespace

base::Result<Provided> provide(const Environments& environments, const BuildRequest& request, base::Appender& log) {
  TRY_ASSIGN(Plan plan, plan_for(environments, request));
  if (request.before_build && !environments.find(plan.digest)) request.before_build();
  if (!plan.missing.empty() && !request.managed.before.empty() && !environments.find(plan.digest)) {
    TRY_ASSIGN(const bool brought, bring_python(context_for(environments, request, plan, log), plan.missing));
    if (brought) {
      TRY_ASSIGN(plan, plan_for(environments, request));
    }
  }
  if (request.managed.strict && !plan.missing.empty()) return too_strict(request, describe_replacement(plan));
  Provided provided;
  if (auto found = environments.find(plan.digest)) {
    provided.environment = std::move(*found);
  } else {
    TRY_ASSIGN(provided, build_once(environments, request, plan, log));
  }
  const auto& replaced = provided.environment.replaced;
  if (request.managed.strict && !replaced.empty()) return too_strict(request, all_of(replaced));
  return provided;
}

}  // namespace env
