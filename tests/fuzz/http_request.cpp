// SPDX-License-Identifier: Apache-2.0
// Requests as bytes: read whole or byte by byte they mean the same, and what passes the gate keeps its promises.
#include <boost/beast/http/parser.hpp>

#include "base/text.h"
#include "daemon/http/connection.h"
#include "daemon/http/message.h"
#include "daemon/http/wire.h"
#include "protocol/json.h"
#include "tests/fuzz/expect.h"
#include "tests/fuzz/targets.h"

namespace {

using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

constexpr std::uint16_t kPort = 7471;

async::Task<base::Result<http::Response>> uncalled(http::Request&) {
  throw std::logic_error("no handler is called here");
}

const http::Router& router() {
  using http::Body;
  using http::Method;
  static const http::Router routes({{Method::kGet, "/", Body::kNone, uncalled},
                                    {Method::kGet, "/api/v1/runs/{id}", Body::kNone, uncalled},
                                    {Method::kPost, "/api/v1/runs/{id}/cancel", Body::kJson, uncalled},
                                    {Method::kPut, "/api/v1/runs/{id}/files/{name...}", Body::kStream, uncalled},
                                    {Method::kGet, "/api/v1/runs/{id}/files/{name...}", Body::kNone, uncalled}});
  return routes;
}

/// True when the head is whole and good. Bytes come as the connection gives them: what is not used comes again.
bool read_head(Parser& parser, std::string_view bytes, std::size_t step) {
  parser.header_limit(http::kHeaderLimit);
  parser.body_limit(boost::none);
  std::size_t begin = 0;
  for (std::size_t end = std::min(step, bytes.size());; end = std::min(end + step, bytes.size())) {
    boost::system::error_code ec;
    begin += parser.put(boost::asio::buffer(bytes.data() + begin, end - begin), ec);
    if (parser.is_header_done() && !ec) return true;
    if ((ec && ec != boost::beast::http::error::need_more) || end == bytes.size()) return false;
  }
}

std::string words_of(const http::Message& message) {
  std::string words = std::string(http::method_in(message)) + " " + std::string(http::target_in(message));
  for (const auto& field : message) words += "|" + std::string(field.name_string()) + ":" + std::string(field.value());
  return words;
}

bool is_own_name(std::string_view host) {
  std::string name(host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':')));
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

void expect_gate(const http::Message& message) {
  const auto asked = http::asked_of(message);
  EXPECT(asked.host.size() == 1 && is_own_name(asked.host[0]));
  EXPECT(asked.origin.size() <= 1);
  EXPECT(http::method_of(asked.method).has_value());
  const bool changes = asked.method != "GET" && asked.method != "HEAD";
  if (changes) EXPECT(asked.content_type.size() == 1);
  for (const auto site : asked.fetch_site)
    if (site == "cross-site") EXPECT(!changes && !asked.target.starts_with("/api/"));
}

void expect_decoded(const http::Request& request) {
  EXPECT(base::is_utf8(request.path) && request.path.find('\0') == std::string::npos);
  for (const auto& [name, value] : request.parameters) {
    EXPECT(!value.empty() && value != "." && value != "..");
    if (name == "name") EXPECT(base::is_safe_relative(value));
  }
  for (const auto& [name, value] : request.query) {
    EXPECT(base::is_utf8(name) && base::is_utf8(value));
    (void)request.flag(name, false);
    (void)request.number(name, 0, -100, 100);
  }
  http::ByteRange range;
  constexpr std::uint64_t kTotal = 1000;
  if (http::read_range(request.header("range"), kTotal, range) == http::Ranged::kPart)
    EXPECT(range.length > 0 && range.offset < kTotal && range.length <= kTotal - range.offset);
}

}  // namespace

void fuzz::http_request(std::string_view input) {
  Parser whole, bytes;
  const bool good = read_head(whole, input, std::max<std::size_t>(input.size(), 1));
  EXPECT(good == read_head(bytes, input, 1));
  if (!good) return;
  const auto& message = whole.get();
  EXPECT(words_of(message) == words_of(bytes.get()));
  if (http::ambiguity(message) || http::refuse(http::asked_of(message), {"", kPort})) return;
  expect_gate(message);
  auto target = http::read_target(http::target_in(message));
  if (!target) return;
  const auto method = http::method_of(http::method_in(message));
  auto found = router().match(*method, *target);
  if (auto* const match = std::get_if<http::Router::Match>(&found))
    expect_decoded(http::request_of(message, *method, *target, *match));
}
