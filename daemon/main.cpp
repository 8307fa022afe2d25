// SPDX-License-Identifier: Apache-2.0
// runyardd: the daemon of one user.
#include <sys/stat.h>

#include <charconv>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/kernel.h"
#include "base/locale.h"
#include "base/ownership.h"
#include "base/text.h"
#include "daemon/doctor/doctor.h"
#include "daemon/serve/background.h"
#include "daemon/serve/serve.h"
#include "daemon/store/rebuild.h"

namespace {

constexpr int kCannot = 1, kUsage = 2;

// --ready-fd N is not listed, because it is for programs: the daemon tells that descriptor when it answers, or why it
// cannot.
constexpr const char* kHelp = R"(usage: runyardd [OPTION...]

The Runyard daemon: queues, starts and remembers runs. Clients start it by themselves.

  --background  start the daemon detached, if none runs, and return when it answers
  --port N      loopback port; without it 7471, or any other if that is taken
  --rebuild     make the database again from the run directories (no daemon may run)
  --check       say what is wrong with the state directory: database, runs, snapshots, models, processes
  --fix         with --check: fix what can be fixed (no daemon may run)
  --json        with --check: answer in JSON
  --version     print the version
  -h, --help    print this
)";

struct Options {
  bool background = false, rebuild = false, check = false, help = false, version = false;
  doctor::DoctorOptions doctor;
  serve::ServeOptions serve;
};

base::Error wrong(const std::string& why) {
  return base::error("cannot read the command line: " + why + " (runyardd --help shows how)");
}

base::Result<int> read_number(const std::string& name, const std::string& word, int least, int most) {
  int number = 0;
  const char* const end = word.data() + word.size();
  const auto [last, code] = std::from_chars(word.data(), end, number);
  if (code == std::errc{} && last == end && number >= least && number <= most) return number;
  return wrong(name + " takes a number from " + std::to_string(least) + " to " + std::to_string(most) + ", not '" +
               base::to_utf8(word) + "'");
}

base::Result<Options> read_options(const std::vector<std::string>& words) {
  Options options;
  const std::map<std::string, bool*> flags = {{"--background", &options.background},
                                              {"--rebuild", &options.rebuild},
                                              {"--check", &options.check},
                                              {"--fix", &options.doctor.fix},
                                              {"--json", &options.doctor.json},
                                              {"--version", &options.version},
                                              {"--help", &options.help},
                                              {"-h", &options.help}};
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (const auto flag = flags.find(*word); flag != flags.end()) {
      *flag->second = true;
      continue;
    }
    const auto equals = word->find('=');
    const std::string name = word->substr(0, equals);
    if (name != "--port" && name != "--ready-fd") return wrong("there is no option '" + base::to_utf8(*word) + "'");
    if (equals == std::string::npos && word + 1 == words.end()) return wrong(name + " needs a number");
    const std::string value = equals == std::string::npos ? *++word : word->substr(equals + 1);
    if (name == "--port") {
      TRY_ASSIGN(options.serve.port, read_number(name, value, 1, 65535));
    } else {
      TRY_ASSIGN(options.serve.ready_fd, read_number(name, value, 0, INT_MAX));
    }
  }
  if ((options.doctor.fix || options.doctor.json) && !options.check && !options.help)
    return wrong("--fix and --json belong to --check");
  return options;
}

base::Result<int> run(const Options& options) {
  TRY(base::check_kernel());
  const char* const state = std::getenv("RUNYARD_STATE");
  TRY_ASSIGN(const auto directory, protocol::state_dir(state, std::getenv("XDG_STATE_HOME"), std::getenv("HOME")));
  TRY(base::check_own_directory("state directory", directory.root));
  if (options.background) {
    TRY(serve::start_in_background(directory, {state && *state, options.serve.port}));
    return 0;
  }
  if (options.rebuild) return store::rebuild(directory);
  if (options.check) return doctor::examine(directory, options.doctor);
  return serve::serve(directory, options.serve);
}

int complain(const std::string& why, int status) {
  std::fprintf(stderr, "runyardd: %s\n", why.c_str());
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  base::set_up_locale();
  ::umask(077);  // only the owner can read what the daemon makes
  const auto options = read_options({argv + 1, argv + argc});
  if (!options) return complain(options.error().message, kUsage);
  if (options->help) return std::fputs(kHelp, stdout) < 0 ? kCannot : 0;
  if (options->version) return std::puts("runyardd " RUNYARD_VERSION) < 0 ? kCannot : 0;
  try {
    const auto done = run(*options);
    return done ? *done : complain(done.error().message, kCannot);
  } catch (const std::exception& exception) {
    return complain(exception.what(), kCannot);
  }
}
