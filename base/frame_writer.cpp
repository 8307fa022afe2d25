// SPDX-License-Identifier: Apache-2.0
#include "base/frame_writer.h"

#include <zstd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"

namespace base {

namespace {

constexpr std::size_t kFrame = 1 << 20, kOnTheirWay = 2;
constexpr int kLevel = 1;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

struct FrameWriter::State {
  explicit State(Fd file) : fd(std::move(file)), packed(ZSTD_compressBound(kFrame), '\0') {
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    worker = std::thread([this] { work(); });
  }

  ~State() { stop(); }

  // The worker's whole life: frames in order, until told to end or the first error.
  void work() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ending || !queue.empty(); });
      if (given_up || failure || queue.empty()) return;
      std::string frame = std::move(queue.front());
      queue.pop_front();
      changed.notify_all();
      lock.unlock();
      auto written = pack(frame);
      frame.clear();
      lock.lock();
      if (!written) failure = written.error();
      spare.push_back(std::move(frame));
      changed.notify_all();
    }
  }

  Result<void> pack(const std::string& frame) {
    const std::size_t size = ZSTD_compress2(context.get(), packed.data(), packed.size(), frame.data(), frame.size());
    if (ZSTD_isError(size))
      return error(std::string("cannot compress: ") + ZSTD_getErrorName(size), std::errc::not_enough_memory);
    return write_all(fd, std::string_view(packed).substr(0, size));
  }

  Result<void> hand_over() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return failure || queue.size() < kOnTheirWay; });
    if (failure) return *failure;
    queue.push_back(std::move(filling));
    filling.clear();
    if (!spare.empty()) {
      filling = std::move(spare.back());
      spare.pop_back();
    }
    changed.notify_all();
    return {};
  }

  // Joins; queued frames are written unless given up.
  void stop(bool give_up = true) {
    if (!worker.joinable()) return;
    {
      const std::lock_guard guard(mutex);
      ending = true;
      given_up = give_up;
    }
    changed.notify_all();
    worker.join();
  }

  Fd fd;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
  std::string packed;   // the worker's
  std::string filling;  // the caller's
  std::mutex mutex;     // guards what follows
  std::condition_variable changed;
  std::deque<std::string> queue;
  std::vector<std::string> spare;
  std::optional<Error> failure;
  bool ending = false, given_up = false;
  std::thread worker;  // last: it uses all of the above
};

FrameWriter::FrameWriter(Fd fd) : state_(std::make_unique<State>(std::move(fd))) {}
FrameWriter::~FrameWriter() = default;

Result<void> FrameWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::string& filling = state_->filling;
    if (filling.capacity() < kFrame) filling.reserve(kFrame);
    const std::size_t size = std::min(bytes.size(), kFrame - filling.size());
    filling.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (filling.size() == kFrame) TRY(state_->hand_over());
  }
  return {};
}

Result<void> FrameWriter::finish() {
  if (!state_->filling.empty()) TRY(state_->hand_over());
  state_->stop(false);
  if (state_->failure) return *state_->failure;
  return sync_data(state_->fd);
}

}  // namespace base
