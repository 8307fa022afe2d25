// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/message.h"

#include "base/text.h"

namespace http {

namespace beast = boost::beast;

namespace {

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string_view method_in(const Message& message) { return view(message.method_string()); }
std::string_view target_in(const Message& message) { return view(message.target()); }

std::vector<std::string_view> all_of(const Message& message, std::string_view name) {
  std::vector<std::string_view> values;
  const auto [first, last] = message.equal_range(beast::string_view(name.data(), name.size()));
  for (auto at = first; at != last; ++at) values.emplace_back(view(at->value()));
  return values;
}

Asked asked_of(const Message& message) {
  return {method_in(message),
          target_in(message),
          all_of(message, "Host"),
          all_of(message, "Origin"),
          all_of(message, "Sec-Fetch-Site"),
          all_of(message, "Sec-Fetch-Mode"),
          all_of(message, "Sec-Fetch-Dest"),
          all_of(message, "Content-Type")};
}

std::optional<std::string> ambiguity(const Message& message) {
  const auto encodings = all_of(message, "Transfer-Encoding");
  const auto lengths = all_of(message, "Content-Length");
  if (message.version() != 11 && message.version() != 10) return "its version is neither HTTP/1.1 nor HTTP/1.0";
  if (!encodings.empty() && !lengths.empty()) return "it has both Content-Length and Transfer-Encoding";
  if (lengths.size() > 1 ||
      (lengths.size() == 1 && lengths[0].find_first_not_of("0123456789") != std::string_view::npos))
    return "its Content-Length is not one number";
  if (encodings.size() > 1 || (encodings.size() == 1 && !beast::iequals(encodings[0], "chunked")))
    return "its Transfer-Encoding is not chunked";
  if (!encodings.empty() && message.version() == 10) return "HTTP/1.0 has no Transfer-Encoding";
  const auto expected = all_of(message, "Expect");
  if (!expected.empty() && (expected.size() > 1 || !beast::iequals(expected[0], "100-continue")))
    return "it expects something else than 100-continue";
  return std::nullopt;
}

Request request_of(const Message& message, Method method, Target& target, Router::Match& match) {
  Request request;
  request.method = method;
  request.head = message.method() == beast::http::verb::head;
  request.verb = method_in(message);
  request.target = target_in(message);
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  request.parameters = std::move(match.parameters);
  for (const auto& field : message)
    request.headers.emplace(base::lower(view(field.name_string())), view(field.value()));
  return request;
}

}  // namespace http
