// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <sys/random.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace base {

namespace {

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

}  // namespace

struct Sha256::State {
  sha256_ctx context;
  State() { sha256_init(&context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) { sha256_update(&state_->context, bytes.size(), bytes_of(bytes)); }

std::string Sha256::hex() {
  std::uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&state_->context, sizeof digest, digest);
  return hex_of(digest, sizeof digest);
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.update(bytes);
  return sha.hex();
}

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> data(bytes);
  for (std::size_t have = 0; have < bytes;) {
    const ssize_t n = ::getrandom(data.data() + have, bytes - have, 0);
    if (n < 0 && errno != EINTR) std::abort();  // a kernel without getrandom cannot run us
    if (n > 0) have += static_cast<std::size_t>(n);
  }
  return hex_of(data.data(), bytes);
}

std::uint64_t quick_hash(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

std::string base64(std::string_view bytes) {
  std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
  base64_encode_raw(text.data(), bytes.size(), bytes_of(bytes));
  return text;
}

bool from_base64(std::string_view text, std::string& bytes) {
  base64_decode_ctx context;
  base64_decode_init(&context);
  std::size_t size = 0;
  bytes.assign(BASE64_DECODE_LENGTH(text.size()), '\0');
  const bool readable = base64_decode_update(&context, &size, reinterpret_cast<std::uint8_t*>(bytes.data()),
                                             text.size(), text.data()) != 0;
  bytes.resize(size);
  return readable && base64_decode_final(&context) != 0;
}

}  // namespace base
