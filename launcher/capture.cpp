// SPDX-License-Identifier: Apache-2.0
#include "launcher/capture.h"

#include <endian.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace launcher {
namespace {

constexpr int kPipeSize = 1 << 20;
constexpr std::size_t kReadSize = 64 << 10;
constexpr base::Micros kIndexEvery = 10'000;

}  // namespace

base::Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::os_error("cannot make the capture pipe");
  Pipe pipe{base::Fd(ends[0]), base::Fd(ends[1])};
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) return base::os_error("cannot set up the capture pipe");
  (void)fcntl(ends[0], F_SETPIPE_SZ, kPipeSize);  // smaller where the user's quota is used up
  return pipe;
}

base::Result<Capture> Capture::open(const Attempt& attempt, int pipe) {
  TRY_ASSIGN_FOR("cannot open the log", base::Fd log, base::open_file(attempt.dir.log(), O_CREAT | O_WRONLY | O_APPEND));
  TRY_ASSIGN_FOR("cannot open the log's index", base::Fd index,
                 base::open_file(attempt.dir.log_index(), O_CREAT | O_WRONLY | O_APPEND));
  TRY_ASSIGN(const std::uint64_t length, base::file_size(log));
  return Capture(std::move(log), std::move(index), length, pipe);
}

void Capture::step() {
  if (waiting()) flush();
  if (waiting()) return;
  if (read_some()) flush();
}

bool Capture::read_some() {
  pending_.resize(kReadSize);
  const ssize_t got = ::read(pipe_, pending_.data(), pending_.size());
  const int number = errno;
  pending_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (got == 0 || (got < 0 && number != EAGAIN && number != EINTR)) at_end_ = true;
  return got > 0;
}

void Capture::flush() {
  while (!pending_.empty()) {
    const ssize_t put = ::write(log_.get(), pending_.data(), pending_.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) break;  // the disk is full: try again later
    length_ += static_cast<std::uint64_t>(put);
    pending_.erase(0, static_cast<std::size_t>(put));
  }
  note(false);
}

void Capture::note(bool always) {
  if (length_ == indexed_) return;
  const base::Micros t = base::now();
  if (!always && t - indexed_at_ < kIndexEvery && length_ - indexed_ < kReadSize) return;
  const std::array<std::uint64_t, 2> record = {htole64(static_cast<std::uint64_t>(t)), htole64(length_)};
  (void)base::write_all(index_, {reinterpret_cast<const char*>(record.data()), sizeof record});
  indexed_ = length_;
  indexed_at_ = t;
}

bool Capture::drain(std::chrono::milliseconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const std::uint64_t before = length_;
    step();
    if (waiting()) {
      if (std::chrono::steady_clock::now() >= give_up) break;
      (void)::poll(nullptr, 0, kRetryMs);
    } else if (at_end_ || length_ == before) {
      break;
    }
  }
  note(true);
  return !waiting();
}

void Capture::sync() { (void)base::sync_data(log_); }

}  // namespace launcher
