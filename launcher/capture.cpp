// SPDX-License-Identifier: Apache-2.0
#include "launcher/capture.h"

#include <endian.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"

namespace launcher {
namespace {

constexpr int kPipeSize = 1 << 20;
constexpr std::uint64_t kIndexBytes = 64 << 10;
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

base::Result<Capture> Capture::open(const Attempt& attempt, int pipe, CaptureBuffer& buffer) {
  TRY_ASSIGN_FOR("cannot open the log", base::Fd log,
                 base::open_file(attempt.dir.log(), O_CREAT | O_WRONLY | O_APPEND));
  TRY_ASSIGN_FOR("cannot open the log's index", base::Fd index,
                 base::open_file(attempt.dir.log_index(), O_CREAT | O_WRONLY | O_APPEND));
  TRY_ASSIGN(const std::uint64_t length, base::file_size(log));
  if (!buffer.was_read()) buffer.clear();
  return Capture(std::move(log), std::move(index), length, attempt.spec.quotas.log_bytes, pipe, buffer);
}

bool Capture::step() {
  if (waiting()) flush();
  if (waiting() || !read_some()) return false;
  flush();
  return true;
}

bool Capture::read_some() {
  int there = 0;
  (void)ioctl(pipe_, FIONREAD, &there);
  // At least one byte: only a read finds the end of an empty pipe.
  const auto size = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(there, 0)), 1, CaptureBuffer::kSize);
  buffer_.announce(length_, size);
  const ssize_t got = ::read(pipe_, buffer_.data(), size);
  const int number = errno;
  buffer_.set_size(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (got == 0 || (got < 0 && number != EAGAIN && number != EINTR)) at_end_ = true;
  return got > 0;
}

void Capture::flush() {
  for (auto rest = buffer_.rest(length_); !rest.empty(); rest = buffer_.rest(length_)) {
    if (length_ >= quota_) {
      discard(rest.size());
      break;
    }
    const ssize_t put = ::write(log_.get(), rest.data(), std::min<std::uint64_t>(rest.size(), quota_ - length_));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return note(false);  // the disk is full: try again later
    length_ += static_cast<std::uint64_t>(put);
  }
  buffer_.clear();
  note(false);
}

void Capture::discard(std::size_t bytes) {
  const std::string last = "\n[runyard: the log has reached its quota of " + base::format_bytes(quota_) +
                           "; what comes after is not kept]\n";
  if (length_ == quota_ && base::write_all(log_, last)) length_ += last.size();
  discarded_ += bytes;
}

void Capture::note(bool always) {
  if (length_ == indexed_) return;
  const base::Micros t = base::now();
  if (!always && t - indexed_at_ < kIndexEvery && length_ - indexed_ < kIndexBytes) return;
  const std::array<std::uint64_t, 2> record = {htole64(static_cast<std::uint64_t>(t)), htole64(length_)};
  (void)base::write_all(index_, {reinterpret_cast<const char*>(record.data()), sizeof record});
  indexed_ = length_;
  indexed_at_ = t;
}

bool Capture::drain(std::chrono::milliseconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (step() || waiting()) {
    if (!waiting()) continue;
    if (std::chrono::steady_clock::now() >= give_up) break;
    (void)::poll(nullptr, 0, kRetryMs);
  }
  note(true);
  return !waiting();
}

void Capture::sync() { (void)base::sync_data(log_); }

}  // namespace launcher
