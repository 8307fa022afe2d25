// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/connection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/async/as_tuple.h"
#include "daemon/async/co_try.h"
#include "daemon/async/run_on.h"
#include "daemon/http/connection_upload.h"
#include "daemon/http/error_page.h"
#include "daemon/http/message.h"
#include "daemon/http/service_worker.h"

namespace http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

namespace {

constexpr std::size_t kReadSize = 16u << 10;
constexpr std::string_view kStranger =
    "cannot tell that you are the user whom this daemon belongs to. On the machine where it runs, as that user, "
    "\"runyard "
    "open\" makes a link that lets this browser in";

bool is_for_programs(std::string_view target) { return target.starts_with("/api/") || is_forwarded(target); }

Response refusal_page(int status, std::string_view message) {
  return error_page(status, status == 404 ? "There is no such page" : "This cannot be answered", message);
}

/// JSON for programs, a page for people.
Response refusal(std::string_view target, int status, std::string_view code, std::string_view message) {
  return is_for_programs(target) ? Response::error(status, code, message) : refusal_page(status, message);
}

Response refusal(std::string_view target, const base::Error& error) {
  auto response = Response::error(error);
  return is_for_programs(target) ? std::move(response) : refusal_page(response.status, error.message);
}

bool gives_cookie(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [](const auto& header) { return header.first == "Set-Cookie"; });
}

std::uint64_t limit_of(Body body) {
  switch (body) {
    case Body::kNone:
      return 0;
    case Body::kJson:
      return kJsonLimit;
    case Body::kLines:
      return kLinesLimit;
    case Body::kStream:
      break;
  }
  return UINT64_MAX;
}

}  // namespace

Connection::Connection(Serving& serving, Wire wire, Caller caller)
    : serving_(serving), wire_(std::move(wire)), caller_(caller) {}

Task<void> Connection::run() {
  try {
    while (co_await serve_one()) {}
  } catch (const std::exception& e) {
    spdlog::debug("a connection ended: {}", e.what());
  }
  wire_.close();
}

void Connection::end_soon() {
  if (interruptible_) end_now();
}

void Connection::end_now() { signal_.emit(asio::cancellation_type::terminal); }

/// One request and its answer; false when it was the last.
Task<bool> Connection::serve_one() {
  Parser parser;
  std::string why;
  int status = 400;
  interruptible_ = true;
  const auto read = co_await read_head(parser, why, status);
  interruptible_ = false;
  if (read == Read::kNothing || serving_.stopping) co_return false;
  Response response;
  if (read == Read::kBroken) response = Response::error(status, "bad_request", why);
  else response = co_await answer(parser);
  const bool whole = read == Read::kRequest && parser.is_done();
  has_cookie_ |= gives_cookie(response);
  if (!whole || is_stranger()) response.close = true;
  const bool sent = co_await send(response, parser);
  if (sent && !whole) co_await linger();
  co_return sent&& whole && !response.close && parser.keep_alive() && !serving_.stopping;
}

/// Reads more bytes into the buffer; false at the end of the connection or at the deadline.
Task<bool> Connection::more(std::chrono::steady_clock::time_point deadline) {
  wire_.expires_at(deadline);
  const auto space = buffer_.prepare(kReadSize);
  const auto [ec, bytes] = co_await wire_.async_read_some(space, async::kAsTuple);
  buffer_.commit(bytes);
  co_return !ec;
}

Task<Connection::Read> Connection::read_head(Parser& parser, std::string& why, int& status) {
  parser.header_limit(kHeaderLimit);
  parser.body_limit(boost::none);
  const auto& patience = serving_.patience;
  if (buffer_.size() == 0) {
    const auto idle = is_stranger() ? std::min(patience.stranger, patience.idle) : patience.idle;
    const bool begun = co_await more(std::chrono::steady_clock::now() + idle);
    if (!begun) co_return Read::kNothing;
  }
  const auto deadline = std::chrono::steady_clock::now() + patience.header;
  for (;;) {
    boost::system::error_code ec;
    buffer_.consume(parser.put(buffer_.data(), ec));
    if (parser.is_header_done() && !ec) co_return Read::kRequest;
    if (ec && ec != beast_http::error::need_more) {
      status = ec == beast_http::error::header_limit ? 431 : 400;
      why = "cannot read the request: " + ec.message();
      co_return Read::kBroken;
    }
    if (!co_await more(deadline)) co_return Read::kNothing;
  }
}

std::optional<Response> Connection::refuse_request(const Parser& parser) const {
  const auto asked = asked_of(parser.get());
  if (const auto why = ambiguity(parser.get())) {
    auto response = refusal(asked.target, 400, "bad_request", "cannot answer the request: " + *why);
    response.close = true;  // where the next request begins is a guess
    return response;
  }
  if (const auto refused = refuse(asked, serving_.own)) {
    auto response = refusal(asked.target, refused->status, refused->code, refused->message);
    if (refused->status == 405) response.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, DELETE");
    return response;
  }
  return std::nullopt;
}

/// Once, at the first request of a TCP connection of our uid: a process that we may not look into may pass on what any
/// user sends it.
Task<void> Connection::look_for_holder() {
  if (caller_.way != Caller::Way::kUid || caller_.socket == 0) co_return;
  auto look = [&holders = *serving_.holders, socket = caller_.socket] { return holders.has(socket); };
  const bool found = co_await async::run_on(serving_.lookups, std::move(look));
  if (!found) caller_.way = Caller::Way::kStranger;
  caller_.socket = 0;
}

Caller Connection::caller_of(const Parser& parser) {
  Caller caller = caller_;
  if (caller.way == Caller::Way::kUid) return caller;
  for (const auto cookies : all_of(parser.get(), "Cookie"))
    if (serving_.sessions->knows(cookies)) caller.way = Caller::Way::kCookie;
  has_cookie_ |= caller.way == Caller::Way::kCookie;
  return caller;
}

Task<Response> Connection::answer(Parser& parser) {
  co_await look_for_holder();
  if (auto refused = refuse_request(parser)) co_return std::move(*refused);
  const auto& message = parser.get();
  if (auto script = answer_service_worker(message)) co_return std::move(*script);
  const auto raw = target_in(message);
  auto target = read_target(raw);
  if (!target) co_return refusal(raw, 400, "bad_request", target.error().message);
  const auto method = method_of(method_in(message)).value_or(Method::kAny);
  auto found = serving_.router.match(method, *target);
  auto* match = std::get_if<Router::Match>(&found);
  const auto caller = caller_of(parser);
  const bool open_to_all = match != nullptr && match->route->access == Access::kAnyone;
  if (caller.way == Caller::Way::kStranger && !open_to_all) co_return refusal(raw, 403, "forbidden", kStranger);
  if (match == nullptr) {
    const auto& allow = std::get<Router::Miss>(found).allow;
    if (allow.empty())
      co_return refusal(raw, 404, "not_found", "cannot find " + target->path + ": there is nothing at this address");
    auto response =
        refusal(raw, 405, "method_not_allowed",
                "cannot do " + std::string(method_in(message)) + " to " + target->path + ": it has only " + allow);
    response.headers.emplace_back("Allow", allow);
    co_return response;
  }
  auto request = request_of(message, method, *target, *match);
  request.caller = caller;
  request.other_site = is_from_other_site(asked_of(message), serving_.own);
  auto answered = co_await answer_route(*match->route, request, parser);
  if (!answered) co_return refusal(match->route->pattern, answered.error());
  co_return std::move(*answered);
}

Task<base::Result<Response>> Connection::answer_route(const Route& route, Request& request, Parser& parser) {
  const auto limit = limit_of(route.body);
  const auto length = parser.content_length();
  if (route.body == Body::kNone && !parser.is_done())
    co_return refusal(route.pattern, 400, "bad_request",
                      "cannot take a body with " + std::string(word(route.method)) + " " + request.path);
  if (length && *length > limit)
    co_return refusal(route.pattern, 413, "too_large",
                      "cannot take a body of " + std::to_string(*length) + " bytes for " + request.path + ": at most " +
                          std::to_string(limit) + " bytes are taken");
  Upload upload(*this, parser, limit);
  if (route.body == Body::kStream) request.stream = &upload;
  else AWAIT_TRY(read_body(route, upload, request.body));
  if (route.waits) co_return co_await call_while_connected(route, request);
  co_return co_await call(route, request);
}

Task<base::Result<void>> Connection::read_body(const Route& route, Upload& upload, std::string& body) {
  if (route.body == Body::kNone) co_return base::Result<void>();
  for (;;) {
    AWAIT_TRY_ASSIGN(const std::string piece, upload.read_some());
    if (piece.empty()) co_return base::Result<void>();
    body += piece;
  }
}

Task<base::Result<Response>> Connection::call(const Route& route, Request& request) {
  std::string why = "an exception that says nothing";
  try {
    co_return co_await route.handler(request);
  } catch (const std::exception& e) {
    why = e.what();
  } catch (...) {}
  const auto canceled = (co_await asio::this_coro::cancellation_state).cancelled();
  if (canceled == asio::cancellation_type::none) spdlog::error("{} {}: {}", word(request.method), request.path, why);
  co_return refusal(request.path, 500, "internal",
                    "cannot answer " + request.path + ": something went wrong in the daemon; its log says what");
}

Task<base::Result<Response>> Connection::call_while_connected(const Route& route, Request& request) {
  using namespace asio::experimental::awaitable_operators;
  interruptible_ = true;
  auto either = call(route, request) || watch_for_end();
  auto first = co_await std::move(either);
  interruptible_ = false;
  if (first.index() == 0) co_return std::move(std::get<0>(first));
  auto unheard = Response::error(503, "unavailable", "the client has gone");
  unheard.close = true;
  co_return unheard;
}

/// Returns when the client has gone. Bytes that it sends meanwhile are kept for later, up to kReadAhead.
Task<void> Connection::watch_for_end() {
  while (buffer_.size() < kReadAhead)
    if (!co_await more(std::chrono::steady_clock::time_point::max())) co_return;
  asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  co_await never.async_wait(async::kAsTuple);
}

}  // namespace http
