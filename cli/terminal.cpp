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

constexpr const char* kCannotWrite = "cannot write to standard output";

base::Result<void> write_to(int number, std::string_view bytes) {
  base::Fd fd(number);
  auto written = base::write_all(fd, bytes);
  fd.release();  // the standard streams stay open
  return written;
}

std::string shown_on(int number, std::string_view text) {
  return ::isatty(number) == 1 ? Harmless().pass(text) : std::string(text);
}

}  // namespace

Terminal look_at_terminal() {
  Terminal terminal;
  terminal.output = ::isatty(STDOUT_FILENO) == 1;
  terminal.error = ::isatty(STDERR_FILENO) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  terminal.color = terminal.output && !(no_color && *no_color);
  winsize size{};
  if (terminal.output && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.width = size.ws_col;
  return terminal;
}

base::Result<void> out(std::string_view text) {
  TRY_FOR(kCannotWrite, write_to(STDOUT_FILENO, shown_on(STDOUT_FILENO, text)));
  return {};
}

base::Result<void> out_json(const nlohmann::json& document) { return out(protocol::to_text(document, 2) + "\n"); }

void note(std::string_view line) {
  // There is no other place to report a failure.
  (void)write_to(STDERR_FILENO, shown_on(STDERR_FILENO, line) + "\n");
}

RunOutput::~RunOutput() {
  if (harmless_.is_colored()) (void)write_to(STDOUT_FILENO, "\033[0m");
}

base::Result<void> RunOutput::write(std::string_view piece) {
  TRY_FOR(kCannotWrite, write_to(STDOUT_FILENO, filtered_ ? harmless_.pass(piece) : piece));
  return {};
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
