// SPDX-License-Identifier: Apache-2.0
#include "launcher/capture_buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "base/digest.h"

namespace launcher {

/// Whether a read() happened cannot be known when its caller was killed inside it. So the last bytes of the announced
/// region are set to a random word first: once they differ, it happened.
struct CaptureBuffer::Shared {
  std::atomic<std::uint64_t> base;
  std::atomic<std::size_t> size;
  char word[8];
  char data[kSize];

  std::size_t tail() const { return std::min(sizeof word, size.load()); }
  char* tail_begin() { return data + size.load() - tail(); }
};

base::Result<CaptureBuffer> CaptureBuffer::make() {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return base::os_error("cannot make memory for the log");
  auto* shared = static_cast<Shared*>(memory);  // zeros are its empty state
  const std::string word = base::random_hex(sizeof shared->word / 2);
  std::memcpy(shared->word, word.data(), sizeof shared->word);
  return CaptureBuffer(shared);
}

CaptureBuffer::CaptureBuffer(CaptureBuffer&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}

CaptureBuffer::~CaptureBuffer() {
  if (shared_) munmap(shared_, sizeof(Shared));
}

void CaptureBuffer::announce(std::uint64_t base, std::size_t size) {
  shared_->size = 0;
  shared_->base = base;
  std::memcpy(shared_->data + size - std::min(sizeof shared_->word, size), shared_->word,
              std::min(sizeof shared_->word, size));
  shared_->size = size;
}

void CaptureBuffer::set_size(std::size_t size) { shared_->size = size; }

bool CaptureBuffer::was_read() const { return std::memcmp(shared_->tail_begin(), shared_->word, shared_->tail()) != 0; }

char* CaptureBuffer::data() const { return shared_->data; }
bool CaptureBuffer::empty() const { return shared_->size == 0; }

std::string_view CaptureBuffer::rest(std::uint64_t length) const {
  const std::uint64_t done = length - std::min(length, shared_->base.load());
  const std::string_view all(shared_->data, shared_->size);
  return done < all.size() ? all.substr(done) : std::string_view();
}

}  // namespace launcher
