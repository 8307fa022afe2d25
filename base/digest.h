// SPDX-License-Identifier: Apache-2.0
// SHA-256, base64 (Nettle) and random names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace base {

/// Fed piece by piece; hex() ends it.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  /// 64 lower-case hex digits. Call once.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
/// `bytes` random bytes as hex digits, from the kernel.
std::string random_hex(std::size_t bytes);
/// A fast 64-bit hash of short strings (FNV-1a): to notice that a file changed, never to prove that it did not.
std::uint64_t quick_hash(std::string_view bytes);

std::string base64(std::string_view bytes);
/// False when `text` is not base64.
bool from_base64(std::string_view text, std::string& bytes);

}  // namespace base
