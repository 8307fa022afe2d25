// SPDX-License-Identifier: Apache-2.0
#include "launcher/capture.h"

#include <endian.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include <cstring>

#include "tests/support/attempt.h"
#include "tests/support/processes.h"

using launcher::Capture;
using launcher::CaptureBuffer;

namespace {

using namespace std::chrono_literals;

struct Printing : support::AttemptFolder {
  Capture open() {
    auto capture = Capture::open(attempt, pipe.read.get(), buffer);
    REQUIRE(capture);
    return std::move(*capture);
  }
  void print(std::string_view text) const { REQUIRE(base::write_all(pipe.write, text)); }
  std::size_t bytes_in_pipe() const {
    int bytes = 0;
    REQUIRE(::ioctl(pipe.read.get(), FIONREAD, &bytes) == 0);
    return static_cast<std::size_t>(bytes);
  }

  launcher::Pipe pipe = *launcher::make_pipe();
  CaptureBuffer buffer = *CaptureBuffer::make();
};

struct IndexEntry {
  std::uint64_t t, length;
};

std::vector<IndexEntry> index_of(const launcher::Attempt& attempt) {
  const std::string bytes = support::text_of(attempt.dir.log_index());
  std::vector<IndexEntry> entries(bytes.size() / sizeof(IndexEntry));
  if (!entries.empty()) std::memcpy(entries.data(), bytes.data(), entries.size() * sizeof(IndexEntry));
  for (auto& entry : entries) entry = {le64toh(entry.t), le64toh(entry.length)};
  return entries;
}

/// While it lives, files of this process grow to that size at most: the kernel refuses more, as on a full disk.
class FullAt {
 public:
  explicit FullAt(rlim_t size) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const struct rlimit limit { size, before_.rlim_max };
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullAt() {
    (void)::setrlimit(RLIMIT_FSIZE, &before_);
    (void)::signal(SIGXFSZ, handler_);
  }
  FullAt(const FullAt&) = delete;
  FullAt& operator=(const FullAt&) = delete;

 private:
  struct rlimit before_ {};
  void (*handler_)(int);
};

/// As a worker that is killed while it copies `size` bytes: before or after its read, with `written` bytes in the log.
void die_in_the_middle(Printing& printing, std::size_t size, bool reads, std::size_t written) {
  const pid_t worker = ::fork();
  if (worker == 0) {
    const auto log = base::open_file(printing.attempt.dir.log(), O_CREAT | O_WRONLY | O_APPEND);
    printing.buffer.announce(support::text_of(printing.attempt.dir.log()).size(), size);
    if (reads && ::read(printing.pipe.read.get(), printing.buffer.data(), size) < 0) ::_exit(1);
    if (written > 0) (void)base::write_all(*log, {printing.buffer.data(), written});
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(worker, &status, 0) == worker);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("the writer of a capture pipe waits, and its reader does not", "[launcher][capture]") {
  const auto pipe = launcher::make_pipe();
  REQUIRE(pipe);
  char byte = 0;
  CHECK((::read(pipe->read.get(), &byte, 1) == -1 && errno == EAGAIN));
  CHECK((::fcntl(pipe->write.get(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(pipe->read.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(pipe->write.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("the log holds every byte that was printed", "[launcher][capture]") {
  Printing printing;
  Capture capture = printing.open();
  const std::string text("line\n\0\xff\r half a line", 20);
  printing.print(text);
  capture.step();
  CHECK(printing.log() == text);
  printing.print("more");
  CHECK(capture.drain(0ms));
  CHECK(printing.log() == text + "more");
  CHECK_FALSE(capture.waiting());
}

TEST_CASE("output has ended when every writer is gone", "[launcher][capture]") {
  Printing printing;
  Capture capture = printing.open();
  base::Fd other(::fcntl(printing.pipe.write.get(), F_DUPFD_CLOEXEC, 3));
  capture.step();
  CHECK_FALSE(capture.at_end());
  printing.print("last");
  printing.pipe.write.reset();
  CHECK(capture.drain(0ms));  // a process that was left behind does not hold it up
  CHECK_FALSE(capture.at_end());
  REQUIRE(base::write_all(other, " words"));
  other.reset();
  CHECK(capture.drain(0ms));
  CHECK(capture.at_end());
  CHECK(printing.log() == "last words");
}

TEST_CASE("a program that prints nothing has an empty log", "[launcher][capture]") {
  Printing printing;
  Capture capture = printing.open();
  printing.pipe.write.reset();
  CHECK(capture.drain(0ms));
  CHECK(capture.at_end());
  CHECK(base::exists(printing.attempt.dir.log()));
  CHECK(printing.log().empty());
  CHECK(index_of(printing.attempt).empty());
}

TEST_CASE("a full pipe takes output again after a step, and is drained whole", "[launcher][capture]") {
  Printing printing;
  Capture capture = printing.open();
  std::string text(static_cast<std::size_t>(::fcntl(printing.pipe.write.get(), F_GETPIPE_SZ)), '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * i >> 3);
  printing.print(text);
  pollfd room{printing.pipe.write.get(), POLLOUT, 0};
  REQUIRE(::poll(&room, 1, 0) == 0);
  capture.step();
  CHECK(::poll(&room, 1, 0) == 1);
  CHECK(capture.drain(0ms));
  CHECK((printing.log() == text));
  CHECK(printing.bytes_in_pipe() == 0);
}

TEST_CASE("the index says how long the log was at a time, and ends with the log", "[launcher][capture]") {
  Printing printing;
  Capture capture = printing.open();
  const base::Micros before = base::now();
  printing.print("one\n");
  capture.step();
  printing.print("two\n");
  capture.step();
  CHECK(capture.drain(0ms));
  const auto entries = index_of(printing.attempt);
  REQUIRE_FALSE(entries.empty());
  CHECK(entries.front().length == 4);
  CHECK(entries.back().length == 8);
  for (const auto& entry : entries) {
    CHECK(entry.t >= static_cast<std::uint64_t>(before));
    CHECK(entry.t <= static_cast<std::uint64_t>(base::now()));
  }
}

TEST_CASE("a log is continued, and so is its index", "[launcher][capture]") {
  Printing printing;
  REQUIRE(base::replace_file(printing.attempt.dir.log(), "before\n"));
  Capture capture = printing.open();
  printing.print("after\n");
  CHECK(capture.drain(0ms));
  CHECK(printing.log() == "before\nafter\n");
  CHECK(index_of(printing.attempt).back().length == 13);
}

TEST_CASE("bytes that a killed worker has read are written once", "[launcher][capture]") {
  for (const std::size_t written : {0u, 2u, 5u}) {
    CAPTURE(written);
    Printing printing;
    REQUIRE(base::replace_file(printing.attempt.dir.log(), "before "));
    printing.print("12345 6789");
    die_in_the_middle(printing, 5, true, written);
    Capture capture = printing.open();
    CHECK(capture.drain(0ms));
    CHECK(printing.log() == "before 12345 6789");
  }
}

TEST_CASE("a worker that is killed before its read loses nothing, and adds nothing", "[launcher][capture]") {
  Printing printing;
  printing.print("12345");
  die_in_the_middle(printing, 5, false, 0);
  Capture capture = printing.open();
  CHECK_FALSE(capture.waiting());
  CHECK(capture.drain(0ms));
  CHECK(printing.log() == "12345");
}

TEST_CASE("on a full disk bytes wait in buffer and pipe until there is room", "[launcher][capture]") {
  Printing printing;
  Capture capture = printing.open();
  const std::string first(150, 'a'), second(50, 'b');
  std::size_t in_pipe = 0;
  bool waited = false, drained = true;
  {
    const FullAt full(100);
    printing.print(first);
    capture.step();
    printing.print(second);
    capture.step();
    in_pipe = printing.bytes_in_pipe();
    waited = capture.waiting();
    drained = capture.drain(0ms);
  }
  CHECK(waited);
  CHECK(in_pipe == second.size());
  CHECK_FALSE(drained);
  CHECK(printing.log() == first.substr(0, 100));
  CHECK(capture.drain(0ms));
  CHECK_FALSE(capture.waiting());
  CHECK(printing.log() == first + second);
}

TEST_CASE("output past the quota is read and counted, and a line of the log says so once", "[launcher][capture]") {
  Printing printing;
  printing.attempt.spec.quotas.log_bytes = 900;
  const std::string note = "\n[runyard: the log has reached its quota of 900 bytes; what comes after is not kept]\n";
  {
    Capture capture = printing.open();
    printing.print(std::string(600, 'a'));
    capture.step();
    printing.print(std::string(600, 'b'));
    capture.step();
    CHECK(capture.discarded() == 300);
    printing.print("more");
    capture.step();
    CHECK(capture.discarded() == 304);
  }
  Capture next = printing.open();  // as the guard after the worker
  printing.print("still more");
  CHECK(next.drain(0ms));
  CHECK(next.discarded() == 10);
  CHECK(printing.log() == std::string(600, 'a') + std::string(300, 'b') + note);
}

TEST_CASE("output that just fits into the quota is whole, without a line about it", "[launcher][capture]") {
  Printing printing;
  printing.attempt.spec.quotas.log_bytes = 10;
  Capture capture = printing.open();
  printing.print("0123456789");
  CHECK(capture.drain(0ms));
  CHECK(capture.discarded() == 0);
  CHECK(printing.log() == "0123456789");
}

TEST_CASE("a full pipe is drained past the quota as well", "[launcher][capture]") {
  Printing printing;
  printing.attempt.spec.quotas.log_bytes = 10;
  Capture capture = printing.open();
  const std::string text(3 * CaptureBuffer::kSize, 'x');
  printing.print(text);
  CHECK(capture.drain(0ms));
  CHECK(printing.bytes_in_pipe() == 0);
  CHECK(capture.discarded() == text.size() - 10);
}

TEST_CASE("a log that cannot be opened is an error that says so", "[launcher][capture]") {
  Printing printing;
  const auto refused = [&] {
    const auto capture = Capture::open(printing.attempt, printing.pipe.read.get(), printing.buffer);
    return capture ? "" : capture.error().message;
  };
  std::filesystem::create_directory(printing.attempt.dir.log_index());
  CHECK(refused().starts_with("cannot open the log's index: "));
  std::filesystem::remove(printing.attempt.dir.log());
  std::filesystem::create_symlink(printing / "elsewhere", printing.attempt.dir.log());
  CHECK(refused().starts_with("cannot open the log: "));
  CHECK_FALSE(base::exists(printing / "elsewhere"));
  std::filesystem::remove_all(printing.attempt.dir.root);
  CHECK(refused().starts_with("cannot open the log: "));
}
