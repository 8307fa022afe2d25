// SPDX-License-Identifier: Apache-2.0
#include "launcher/options.h"

#include <charconv>

namespace launcher {
namespace {

base::Result<int> descriptor_of(const std::string& text) {
  int fd = -1;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), fd);
  if (code != std::errc{} || end != text.data() + text.size() || fd < 3)
    return base::error("cannot use '" + text + "' as --lock-fd: not a descriptor above 2");
  return fd;
}

base::Result<Verb> verb_of(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.size() % 2 == 1) {
    if (arguments[0] == "run") return Verb::kRun;
    if (arguments[0] == "--finalize") return Verb::kFinalize;
    if (arguments[0] == "--notify") return Verb::kNotify;
  }
  return base::error(
      "cannot read the command line: runyard-launcher run --run-dir PATH --lock-fd N [--slots given], or "
      "runyard-launcher --finalize or --notify --run-dir PATH");
}

}  // namespace

base::Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  TRY_ASSIGN(options.verb, verb_of(arguments));
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--run-dir") {
      options.run_dir = base::Path(arguments[i + 1]).lexically_normal();
      if (!options.run_dir.has_filename()) options.run_dir = options.run_dir.parent_path();
    } else if (arguments[i] == "--lock-fd" && options.verb == Verb::kRun) {
      TRY_ASSIGN(options.lock_fd, descriptor_of(arguments[i + 1]));
    } else if (arguments[i] == "--slots" && arguments[i + 1] == "given" && options.verb == Verb::kRun) {
      options.slots_given = true;
    } else {
      return base::error("cannot read the command line: unknown option " + arguments[i]);
    }
  }
  if (!options.run_dir.is_absolute()) return base::error("cannot start: --run-dir must be an absolute path");
  if (options.verb == Verb::kRun && options.lock_fd < 0) return base::error("cannot start: --lock-fd is missing");
  return options;
}

}  // namespace launcher
