// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/fd.h"
#include "base/file.h"
#include "protocol/json.h"

namespace cli {
namespace {

base::Result<void> write_to(int number, std::string_view bytes) {
  base::Fd fd(number);
  auto written = base::write_all(fd, bytes);
  fd.release();  // the standard streams are not ours to close
  return written;
}

}  // namespace

Terminal look_at_terminal() {
  Terminal terminal;
  terminal.output = ::isatty(STDOUT_FILENO) == 1;
  terminal.error = ::isatty(STDERR_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  terminal.colour = terminal.output && !(no_colour && *no_colour);
  winsize size{};
  if (terminal.output && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.width = size.ws_col;
  return terminal;
}

base::Result<void> out(std::string_view bytes) {
  TRY_FOR("cannot write to standard output", write_to(STDOUT_FILENO, bytes));
  return {};
}

base::Result<void> out_json(const nlohmann::json& document) {
  return out(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void note(std::string_view line) {
  // Nobody is left to tell when this fails.
  (void)write_to(STDERR_FILENO, std::string(line) + "\n");
}

void ProgressLine::show(std::string_view text) {
  if (!shown_) return;
  (void)write_to(STDERR_FILENO, "\r\033[K" + std::string(text));
  dirty_ = true;
}

void ProgressLine::clear() {
  if (dirty_) (void)write_to(STDERR_FILENO, "\r\033[K");
  dirty_ = false;
}

}  // namespace cli
