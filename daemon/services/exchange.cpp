// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/exchange.h"

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/read.hpp>

#include "daemon/async/as_tuple.h"
#include "daemon/async/co_try.h"

namespace services {

using base::Result;

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

constexpr std::uint64_t kPiece = 64u << 10;
constexpr std::uint32_t kHeaderLimit = 64u << 10;
constexpr int kTries = 3;

/// The kernel says so only when the host closed the connection before it had read everything: so it has not answered.
bool is_unread(const boost::system::error_code& ec) {
  return ec == std::errc::connection_reset || ec == std::errc::broken_pipe;
}

base::Error broken(const boost::system::error_code& ec) {
  if (ec == beast::error::timeout) return base::error("its program has not answered in time", std::errc::timed_out);
  if (ec == beast::http::error::end_of_stream || ec == beast::http::error::partial_message || is_unread(ec))
    return base::error("its program closed the connection before it had answered", std::errc::io_error);
  return base::error("the answer of its program cannot be read: " + ec.message(), std::errc::io_error);
}

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Exchange::Exchange(std::shared_ptr<Backend> backend, Backend::Limit limit, bool head)
    : backend_(std::move(backend)), limit_(limit), head_(head) {
  backend_->begin_request();
}

Exchange::~Exchange() {
  if (is_reusable()) backend_->keep(std::move(link_));
  backend_->end_request();
}

bool Exchange::is_reusable() const {
  return link_ && whole_ && parser_ && parser_->is_done() && parser_->keep_alive() && link_->buffer.size() == 0;
}

Task<boost::system::error_code> Exchange::write(std::string_view bytes) {
  link_->wire.expires_after(limit_);
  auto written = co_await asio::async_write(link_->wire, asio::buffer(bytes), async::kAsTuple);
  co_return std::get<0>(written);
}

Task<boost::system::error_code> Exchange::read_head() {
  parser_.emplace();
  parser_->header_limit(kHeaderLimit);
  parser_->body_limit(boost::none);
  parser_->skip(head_);
  link_->wire.expires_after(limit_);
  auto read = co_await beast::http::async_read_header(link_->wire, link_->buffer, *parser_, async::kAsTuple);
  co_return std::get<0>(read);
}

Task<Result<AnswerHead>> Exchange::ask(std::string bytes) {
  for (int i = 1;; ++i) {
    AWAIT_TRY_ASSIGN(link_, backend_->connect(i > 1, limit_));
    const auto failed = co_await write(bytes);
    if (failed == beast::error::timeout) co_return broken(failed);
    auto answered = co_await answer();  // it may have answered without reading everything
    if (answered || i == kTries || parser_->got_some()) co_return answered;
    if (!is_unread(failed) && answered.error().code != std::errc::connection_reset) co_return answered;
  }
}

Task<Result<void>> Exchange::begin(std::string bytes) {
  whole_ = false;
  AWAIT_TRY_ASSIGN(link_, backend_->connect(true, limit_));
  const auto failed = co_await write(bytes);
  if (failed) co_return broken(failed);
  co_return Result<void>();
}

Task<bool> Exchange::send(std::string bytes) {
  const auto failed = co_await write(bytes);
  co_return !failed;
}

Task<Result<AnswerHead>> Exchange::answer() {
  const auto failed = co_await read_head();
  if (failed && is_unread(failed) && !parser_->got_some())
    co_return base::error(broken(failed).message, std::errc::connection_reset);
  if (failed) co_return broken(failed);
  AnswerHead head;
  head.status = parser_->get().result_int();
  for (const auto& field : parser_->get())
    head.headers.emplace_back(text_of(field.name_string()), text_of(field.value()));
  if (parser_->is_done()) head.length = 0;
  else if (const auto length = parser_->content_length()) head.length = *length;
  co_return head;
}

Task<Result<std::string>> Exchange::read_some() {
  const auto left = parser_->content_length_remaining().value_or(kPiece);
  std::string piece(static_cast<std::size_t>(std::clamp<std::uint64_t>(left, 1, kPiece)), '\0');
  auto& body = parser_->get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  while (!parser_->is_done() && body.size == piece.size()) {
    link_->wire.expires_after(limit_);
    auto read = co_await beast::http::async_read_some(link_->wire, link_->buffer, *parser_, async::kAsTuple);
    const boost::system::error_code ec = std::get<0>(read);
    if (ec && ec != beast::http::error::need_buffer) co_return broken(ec);
  }
  piece.resize(piece.size() - body.size);
  co_return piece;
}

Task<Result<void>> probe(std::shared_ptr<Backend> backend, Backend::Limit limit) {
  constexpr const char* kProbe = "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: runyardd\r\n\r\n";
  Exchange exchange(std::move(backend), limit, false);
  AWAIT_TRY_ASSIGN(const AnswerHead head, exchange.ask(kProbe));
  for (;;) {
    AWAIT_TRY_ASSIGN(const std::string piece, exchange.read_some());
    if (piece.empty()) break;
  }
  if (head.status == 200) co_return Result<void>();
  co_return base::error("it answers GET / with " + std::to_string(head.status));
}

}  // namespace services
