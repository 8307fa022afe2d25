// SPDX-License-Identifier: Apache-2.0
// runyardd: the daemon of one user.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "base/kernel.h"
#include "base/locale.h"
#include "base/ownership.h"
#include "daemon/doctor/doctor.h"
#include "daemon/serve/background.h"
#include "daemon/serve/serve.h"
#include "daemon/store/rebuild.h"

namespace {

struct Options {
  bool background = false, rebuild = false, check = false;
  doctor::DoctorOptions doctor;
  serve::ServeOptions serve;
};

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

}  // namespace

int main(int argc, char** argv) {
  base::set_up_locale();
  ::umask(077);  // whatever we make is its owner's
  Options options;
  CLI::App app("The Runyard daemon: queues, starts and remembers runs. Clients start it by themselves.", "runyardd");
  app.set_version_flag("--version", "runyardd " RUNYARD_VERSION);
  app.add_flag("--background", options.background,
               "start the daemon detached, if none runs, and return when it answers");
  app.add_flag("--rebuild", options.rebuild, "make the database again from the run directories (no daemon may run)");
  auto* const check =
      app.add_flag("--check", options.check,
                   "say what is wrong with the state directory: database, runs, snapshots, models, processes");
  app.add_flag("--fix", options.doctor.fix, "with --check: fix what can be fixed (while no daemon runs)")->needs(check);
  app.add_flag("--json", options.doctor.json, "with --check: answer in JSON")->needs(check);
  app.add_option("--port", options.serve.port, "loopback port; without it 7471, or any other when that is taken")
      ->check(CLI::Range(1, 65535));
  app.add_option("--ready-fd", options.serve.ready_fd,
                 "descriptor that is told when the daemon answers, or why it cannot")
      ->group("");
  CLI11_PARSE(app, argc, argv);
  try {
    const auto done = run(options);
    if (done) return *done;
    std::fprintf(stderr, "runyardd: %s\n", done.error().message.c_str());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "runyardd: %s\n", exception.what());
  }
  return 1;
}
