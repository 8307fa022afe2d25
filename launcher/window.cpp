// SPDX-License-Identifier: Apache-2.0
#include "launcher/window.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "base/digest.h"

namespace launcher {

/// A read() cannot be asked whether it happened when its caller was killed inside it. So the last bytes of the
/// announced region are set to a random word first: if they are another, it has.
struct Window::Shared {
  std::atomic<std::uint64_t> base;
  std::atomic<std::size_t> size;
  char word[8];
  char data[kSize];

  std::size_t tail() const { return std::min(sizeof word, size.load()); }
  char* tail_begin() { return data + size.load() - tail(); }
};

base::Result<Window> Window::make() {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return base::os_error("cannot make memory for the log");
  auto* shared = static_cast<Shared*>(memory);  // zeros are its empty state
  const std::string word = base::random_hex(sizeof shared->word / 2);
  std::memcpy(shared->word, word.data(), sizeof shared->word);
  return Window(shared);
}

Window::Window(Window&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}

Window::~Window() {
  if (shared_) munmap(shared_, sizeof(Shared));
}

void Window::announce(std::uint64_t base, std::size_t size) {
  shared_->size = 0;
  shared_->base = base;
  std::memcpy(shared_->data + size - std::min(sizeof shared_->word, size), shared_->word,
              std::min(sizeof shared_->word, size));
  shared_->size = size;
}

void Window::came(std::size_t size) { shared_->size = size; }

bool Window::was_read() const { return std::memcmp(shared_->tail_begin(), shared_->word, shared_->tail()) != 0; }

char* Window::data() const { return shared_->data; }
bool Window::empty() const { return shared_->size == 0; }

std::string_view Window::rest(std::uint64_t length) const {
  const std::uint64_t done = length - std::min(length, shared_->base.load());
  const std::string_view all(shared_->data, shared_->size);
  return done < all.size() ? all.substr(done) : std::string_view();
}

}  // namespace launcher
