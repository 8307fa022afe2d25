// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/wire.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace http {

namespace {

struct Words {
  int status;
  std::string_view reason;
};
constexpr std::array kReasons = {
    Words{200, "OK"},
    Words{201, "Created"},
    Words{202, "Accepted"},
    Words{204, "No Content"},
    Words{206, "Partial Content"},
    Words{303, "See Other"},
    Words{304, "Not Modified"},
    Words{400, "Bad Request"},
    Words{401, "Unauthorized"},
    Words{403, "Forbidden"},
    Words{404, "Not Found"},
    Words{405, "Method Not Allowed"},
    Words{408, "Request Timeout"},
    Words{409, "Conflict"},
    Words{413, "Content Too Large"},
    Words{415, "Unsupported Media Type"},
    Words{416, "Range Not Satisfiable"},
    Words{417, "Expectation Failed"},
    Words{422, "Unprocessable Content"},
    Words{431, "Request Header Fields Too Large"},
    Words{500, "Internal Server Error"},
    Words{502, "Bad Gateway"},
    Words{503, "Service Unavailable"},
    Words{504, "Gateway Timeout"},
};

std::string_view reason(int status) {
  for (const auto& known : kReasons)
    if (known.status == status) return known.reason;
  return "Status";
}

void put(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value)
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) head += c;
  head += "\r\n";
}

bool has(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

void put_unless_given(std::string& head, const Response& response, std::string_view name, std::string_view value) {
  if (!has(response, name)) put(head, name, value);
}

std::string date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 40> text{};
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc)};  // the locale is C.UTF-8
}

void put_framing(std::string& head, const Framing& framing) {
  if (framing.end == Framing::End::kLength) put(head, "Content-Length", std::to_string(framing.length));
  if (framing.end == Framing::End::kChunked) put(head, "Transfer-Encoding", "chunked");
  if (!framing.content_range.empty()) put(head, "Content-Range", framing.content_range);
  put(head, "Connection", framing.keep_alive ? "keep-alive" : "close");
}

std::optional<std::uint64_t> read_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Ranged last_bytes(std::optional<std::uint64_t> count, std::uint64_t total, ByteRange& range) {
  if (!count) return Ranged::kWhole;
  if (*count == 0 || total == 0) return Ranged::kOutside;
  range.length = std::min(*count, total);
  range.offset = total - range.length;
  return Ranged::kPart;
}

}  // namespace

std::string response_head(const Response& response, const Framing& framing) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason(response.status)).append("\r\n");
  put(head, "Date", date());
  if (!response.content_type.empty()) put(head, "Content-Type", response.content_type);
  put_framing(head, framing);
  for (const auto& [name, value] : response.headers) put(head, name, value);
  put_unless_given(head, response, "Content-Security-Policy",
                   "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  put_unless_given(head, response, "Cache-Control", "no-store");
  put(head, "X-Content-Type-Options", "nosniff");
  put(head, "Referrer-Policy", "no-referrer");
  put(head, "Cross-Origin-Resource-Policy", "same-origin");
  put(head, "Cross-Origin-Opener-Policy", "same-origin");
  head += "\r\n";
  return head;
}

std::string chunk_head(std::size_t size) {
  std::array<char, 20> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), size, 16).ptr;
  return std::string(hex.data(), end) + "\r\n";
}

Ranged read_range(std::string_view header, std::uint64_t total, ByteRange& range) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return Ranged::kWhole;
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return Ranged::kWhole;
  const auto last = read_number(header.substr(dash + 1));
  if (dash == 0) return last_bytes(last, total, range);
  const auto first = read_number(header.substr(0, dash));
  if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first)) return Ranged::kWhole;
  if (*first >= total) return Ranged::kOutside;
  range.offset = *first;
  range.length = std::min(last.value_or(total - 1), total - 1) - *first + 1;
  return Ranged::kPart;
}

}  // namespace http
