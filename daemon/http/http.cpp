// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/http.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "base/text.h"
#include "protocol/bytes_json.h"
#include "protocol/json.h"

namespace http {

namespace {

constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'self'";
constexpr std::string_view kFilePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

struct Cause {
  std::errc cause;
  int status;
  std::string_view code;
};

constexpr std::array kCauses = {
    Cause{std::errc::invalid_argument, 400, "bad_request"},
    Cause{std::errc::illegal_byte_sequence, 400, "bad_request"},
    Cause{std::errc::filename_too_long, 400, "bad_request"},
    Cause{std::errc::permission_denied, 403, "forbidden"},
    Cause{std::errc::operation_not_permitted, 403, "forbidden"},
    Cause{std::errc::no_such_file_or_directory, 404, "not_found"},
    Cause{std::errc::no_such_process, 404, "not_found"},
    Cause{std::errc::not_a_directory, 404, "not_found"},
    Cause{std::errc::too_many_symbolic_link_levels, 404, "not_found"},
    Cause{std::errc::file_exists, 409, "conflict"},
    Cause{std::errc::operation_in_progress, 409, "conflict"},
    Cause{std::errc::device_or_resource_busy, 409, "conflict"},
    Cause{std::errc::message_size, 413, "too_large"},
    Cause{std::errc::file_too_large, 422, "limit"},
    Cause{std::errc::value_too_large, 422, "limit"},
    Cause{std::errc::resource_unavailable_try_again, 503, "unavailable"},
    Cause{std::errc::timed_out, 503, "unavailable"},
    Cause{std::errc::no_space_on_device, 503, "unavailable"},
    Cause{std::errc::not_connected, 503, "unavailable"},
};

bool is_plain_ascii(char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%'; }

/// RFC 6266: a plain name for old clients, the real one in UTF-8.
std::string attachment(std::string_view name) {
  name.remove_prefix(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
  std::string plain(name);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return !is_plain_ascii(c); }, '_');
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + base::percent_encode(base::to_utf8(name));
}

}  // namespace

std::string_view word(Method method) {
  constexpr std::array<std::string_view, 5> kWords = {"GET", "POST", "PUT", "DELETE", "ANY"};
  return kWords[static_cast<std::size_t>(method)];
}

const std::string& Request::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  if (found == parameters.end()) throw std::logic_error("the route has no parameter '" + std::string(name) + "'");
  return found->second;
}

std::optional<std::string> Request::value(std::string_view name) const {
  const auto [first, last] = query.equal_range(name);
  if (first == last) return std::nullopt;
  return std::prev(last)->second;
}

std::vector<std::string> Request::values(std::string_view name) const {
  std::vector<std::string> all;
  const auto [first, last] = query.equal_range(name);
  for (auto at = first; at != last; ++at) all.push_back(at->second);
  return all;
}

base::Result<bool> Request::flag(std::string_view name, bool otherwise) const {
  const auto text = value(name);
  if (!text) return otherwise;
  if (*text == "1" || *text == "0") return *text == "1";
  return base::error("cannot read '" + std::string(name) + "=" + *text + "' of the query: it is neither 0 nor 1");
}

base::Result<std::int64_t> Request::number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                           std::int64_t most) const {
  const auto text = value(name);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (problem == std::errc() && end == text->data() + text->size() && number >= least && number <= most) return number;
  return base::error("cannot read '" + std::string(name) + "=" + *text + "' of the query: it is not an integer from " +
                     std::to_string(least) + " to " + std::to_string(most));
}

std::string Request::header(std::string_view lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string() : found->second;
}

base::Result<nlohmann::json> Request::json() const {
  const std::string what = "the body of " + std::string(word(method)) + " " + path;
  TRY_ASSIGN(auto value, protocol::parse_json(body, what + " as JSON"));
  if (!value.is_object()) return base::error("cannot read " + what + ": it is not a JSON object");
  return value;
}

Response Response::json(const nlohmann::json& value, int status) {
  Response r;
  r.status = status;
  r.content_type = "application/json";
  r.body = protocol::to_text(value);
  return r;
}

Response Response::text(std::string body, int status) {
  Response r;
  r.status = status;
  r.content_type = "text/plain; charset=utf-8";
  r.body = std::move(body);
  return r;
}

Response Response::html(std::string body, int status) {
  Response r;
  r.status = status;
  r.content_type = "text/html; charset=utf-8";
  r.headers.emplace_back("Content-Security-Policy", kPagePolicy);
  r.body = std::move(body);
  return r;
}

Response Response::redirect(std::string_view location) {
  Response r;
  r.status = 303;
  r.headers.emplace_back("Location", location);
  return r;
}

namespace {

Response attachment_called(std::string_view name) {
  Response r;
  r.content_type = "application/octet-stream";
  r.headers.emplace_back("Content-Disposition", attachment(name));
  r.headers.emplace_back("Content-Security-Policy", kFilePolicy);
  return r;
}

}  // namespace

Response Response::file(FileBody body, std::string_view name) {
  Response r = attachment_called(name);
  r.body = std::move(body);
  return r;
}

Response Response::streamed_file(std::unique_ptr<Stream> stream, std::string_view name) {
  Response r = attachment_called(name);
  r.body = std::move(stream);
  return r;
}

Response Response::streamed(std::unique_ptr<Stream> stream, std::string content_type) {
  Response r;
  r.content_type = std::move(content_type);
  r.body = std::move(stream);
  return r;
}

Response Response::error(int status, std::string_view code, std::string_view message) {
  return error(status, code, message, nlohmann::json::object());
}

Response Response::error(int status, std::string_view code, std::string_view message, const nlohmann::json& details) {
  nlohmann::json inner;
  inner["code"] = code;
  inner["message"] = message;
  inner["details"] = details;
  nlohmann::json outer;
  outer["error"] = std::move(inner);
  return json(outer, status);
}

Response Response::error(const base::Error& error) {
  for (const auto& known : kCauses)
    if (error.code == known.cause) return Response::error(known.status, known.code, error.message);
  return Response::error(500, "internal", error.message);
}

}  // namespace http
