// SPDX-License-Identifier: Apache-2.0
// Requests to web services: who may ask, and what of a request and its answer is passed on.

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "daemon/api/api.h"
#include "daemon/services/exchange.h"
#include "protocol/json.h"

namespace api {

using services::Exchange;
using services::ServicePtr;

namespace {

constexpr std::uint64_t kLargestBody = 100'000'000;
constexpr std::uint64_t kBuffered =
    256u << 10;  ///< a body up to here is read whole, so that a slow client holds no host
/// A host gets so much more time than a request has: it ends a request at its limit by itself, and says why.
constexpr std::chrono::seconds kExtraTime(4);
constexpr std::string_view kBearer = "bearer ";

/// Of one connection only, or said again by the other side; cookies are the portal's.
constexpr std::array<std::string_view, 14> kNotPassedOn = {"connection",
                                                           "keep-alive",
                                                           "proxy-connection",
                                                           "proxy-authenticate",
                                                           "proxy-authorization",
                                                           "trailer",
                                                           "transfer-encoding",
                                                           "upgrade",
                                                           "content-length",
                                                           "expect",
                                                           "cookie",
                                                           "set-cookie",
                                                           "set-cookie2",
                                                           "date"};
/// Of an answer: it comes from the host name of the portal, whose rules hold for all of it.
constexpr std::array<std::string_view, 11> kOfThePortal = {"content-type",
                                                           "content-security-policy",
                                                           "content-security-policy-report-only",
                                                           "clear-site-data",
                                                           "service-worker-allowed",
                                                           "strict-transport-security",
                                                           "x-content-type-options",
                                                           "referrer-policy",
                                                           "cross-origin-resource-policy",
                                                           "cross-origin-opener-policy",
                                                           "refresh"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view lower) {
  return std::find(names.begin(), names.end(), lower) != names.end();
}

/// Takes as long whatever the first difference is.
bool is_same_secret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b.empty() ? 0 : b[i % b.size()]);
  return difference == 0;
}

bool has_key(const services::Record& record, const Request& request) {
  const std::string given = request.header("authorization");
  if (base::lower(given.substr(0, kBearer.size())) != kBearer) return false;
  const auto key = base::trim(std::string_view(given).substr(kBearer.size()));
  const bool primary = is_same_secret(key, record.primary), secondary = is_same_secret(key, record.secondary);
  return primary || secondary;
}

/// A browser asks so, without the key, whether a page of another site may ask; no script of the service's runs.
bool is_preflight(const Request& request) {
  return request.verb == "OPTIONS" && !request.header("access-control-request-method").empty();
}

Response no_key() {
  auto response = Response::error(401, "unauthorized",
                                  "cannot answer without the key of this service: send Authorization: Bearer KEY, as "
                                  "service.get_keys() and 'runyard service show NAME --keys' tell it");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

/// The refusal; nothing: the request may go on.
std::optional<Response> refuse(const services::Record& record, const Request& request) {
  if (record.auth && is_preflight(request)) return std::nullopt;
  if (record.auth && !has_key(record, request)) return no_key();
  if (record.auth || !request.other_site) return std::nullopt;
  return Response::error(403, "forbidden",
                         "cannot answer a page of another site: only a service with key authentication does");
}

Response not_there(const Request& request) {
  return Response::error(404, "not_found", "there is no service at /services/" + request.parameter("name"));
}

Response unavailable(const services::Keeper& service, const std::string& why) {
  std::string message = "service '" + service.record().name + "' does not answer now (it is " +
                        std::string(services::word(service.state())) + ")";
  if (!service.reason().empty()) message += ": " + service.reason();
  else if (!why.empty()) message += ": " + why;
  auto response = Response::error(503, "unavailable", message);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response failed(const services::Keeper& service, const base::Error& error) {
  if (error.code == std::errc::connection_refused) return unavailable(service, error.message);
  const bool late = error.code == std::errc::timed_out;
  return Response::error(late ? 504 : 502, late ? "timeout" : "bad_gateway",
                         "service '" + service.record().name + "' gave no answer: " + error.message);
}

Response too_large() {
  return Response::error(413, "too_large",
                         "cannot take a body of more than " + base::format_bytes(kLargestBody) + " for a service");
}

/// The target without "/services/NAME", as it was sent.
std::string_view target_below(std::string_view target) {
  std::size_t at = 0;
  for (int i = 0; i < 2; ++i) at = target.find('/', at + 1);
  return target.substr(at);
}

void put(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

/// Status line and headers for the host. `length` nothing: the body comes in chunks.
std::string head_for_host(const Request& request, bool with_key, std::optional<std::uint64_t> length) {
  std::string head = request.verb + " " + std::string(target_below(request.target)) + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers)
    if (!is_in(kNotPassedOn, name) && !(with_key && name == "authorization")) put(head, name, value);
  if (!length) put(head, "transfer-encoding", "chunked");
  else if (*length > 0 || request.method != http::Method::kGet) put(head, "content-length", std::to_string(*length));
  return head + "\r\n";
}

std::string chunk_of(const std::string& piece) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
  return size.data() + piece + "\r\n";
}

/// The rest of an answer. Its end before its time cuts the client's answer too.
class AnswerStream : public http::Stream {
 public:
  explicit AnswerStream(std::unique_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  Task<std::optional<std::string>> next() override {
    auto piece = co_await exchange_->read_some();
    if (!piece) throw std::runtime_error("a service broke its answer off: " + piece.error().message);
    if (piece->empty()) co_return std::nullopt;
    co_return std::move(*piece);
  }

 private:
  std::unique_ptr<Exchange> exchange_;
};

Response response_of(const services::AnswerHead& head) {
  Response response;
  response.status = head.status;
  for (const auto& [name, value] : head.headers) {
    const std::string lower = base::lower(name);
    if (lower == "content-type") response.content_type = value;
    else if (!is_in(kNotPassedOn, lower) && !is_in(kOfThePortal, lower)) response.headers.emplace_back(name, value);
  }
  return response;
}

Task<Result<Response>> receive(std::unique_ptr<Exchange> exchange, services::AnswerHead head) {
  Response response = response_of(head);
  if (!head.length || *head.length > kBuffered) {
    response.body = std::make_unique<AnswerStream>(std::move(exchange));
    co_return response;
  }
  std::string body;
  for (;;) {
    AWAIT_TRY_ASSIGN(const std::string piece, exchange->read_some());
    if (piece.empty()) break;
    body += piece;
  }
  response.body = std::move(body);
  co_return response;
}

/// A request on its way to the host, and how much of its body was read.
struct Forwarding {
  Request& request;
  bool with_key = false;  ///< it has the service's key, which the host does not need
  std::unique_ptr<Exchange> exchange;
  std::string begin;   ///< of the body
  bool whole = false;  ///< that is all
  std::uint64_t size = 0;
};

/// Reads the body up to its end or kBuffered.
Task<Result<void>> read_begin(Forwarding& f) {
  while (f.begin.size() < kBuffered) {
    AWAIT_TRY_ASSIGN(const std::string piece, f.request.stream->read_some());
    f.whole = piece.empty();
    if (f.whole) break;
    f.begin += piece;
  }
  f.size = f.begin.size();
  co_return Result<void>();
}

std::optional<std::uint64_t> length_of(const Request& request) {
  const std::string length = request.header("content-length");
  if (length.empty() || length.size() > 18) return std::nullopt;
  return std::stoull(length);
}

/// Sends a body that is longer than the first piece. False: it is too large.
Task<Result<bool>> send_pieces(Forwarding& f, bool chunked) {
  std::string piece = std::move(f.begin);
  for (bool taken = true; !piece.empty();) {
    if (f.size > kLargestBody) co_return false;
    auto bytes = chunked ? chunk_of(piece) : std::move(piece);
    if (taken) taken = co_await f.exchange->send(std::move(bytes));
    AWAIT_TRY_ASSIGN(piece, f.request.stream->read_some());
    f.size += piece.size();
  }
  if (chunked) static_cast<void>(co_await f.exchange->send("0\r\n\r\n"));
  co_return true;
}

Task<Result<services::AnswerHead>> ask_in_pieces(Forwarding& f, bool& too_large) {
  const auto length = length_of(f.request);
  AWAIT_TRY(f.exchange->begin(head_for_host(f.request, f.with_key, length)));
  AWAIT_TRY_ASSIGN(const bool sent, send_pieces(f, !length));
  too_large = !sent;
  if (too_large) co_return services::AnswerHead();
  co_return co_await f.exchange->answer();
}

}  // namespace

Task<Result<Response>> forward_request(Api& api, Request& request) {
  const ServicePtr service = api.services.at(request.parameter("name"));
  if (!service) co_return not_there(request);
  if (auto refused = refuse(service->record(), request)) co_return std::move(*refused);
  if (length_of(request).value_or(0) > kLargestBody) co_return too_large();
  Forwarding f{request, service->record().auth, nullptr, {}};
  AWAIT_TRY(read_begin(f));
  const auto backend = service->backend();
  if (!backend) co_return unavailable(*service, "");
  const std::chrono::duration<double> limit(service->record().timeout);
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(limit) + kExtraTime;
  f.exchange = std::make_unique<Exchange>(backend, patience, request.head);
  bool large = false;
  auto asking =
      f.whole ? f.exchange->ask(head_for_host(request, f.with_key, f.size) + f.begin) : ask_in_pieces(f, large);
  auto answered = co_await std::move(asking);
  if (large) co_return too_large();
  if (!answered) co_return failed(*service, answered.error());
  auto response = co_await receive(std::move(f.exchange), std::move(*answered));
  if (!response) co_return failed(*service, response.error());
  co_return response;
}

}  // namespace api
