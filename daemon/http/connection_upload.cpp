// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/connection_upload.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/read.hpp>

#include "daemon/async/as_tuple.h"
#include "daemon/async/co_try.h"

namespace http {

namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

base::Error cut(const boost::system::error_code& ec) {
  if (ec == beast::error::timeout)
    return base::error("cannot read the request's body: the client stopped sending", std::errc::timed_out);
  return base::error("cannot read the request's body: " + ec.message());
}

}  // namespace

/// The client waits for a word before it sends.
Task<base::Result<void>> Connection::Upload::say_continue() {
  begun_ = true;
  if (!beast::iequals(parser_.get()[beast::http::field::expect], "100-continue")) co_return base::Result<void>();
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const Buffers buffers = {asio::buffer(kContinue), {}, {}};
  if (!co_await connection_.write(buffers))
    co_return base::error("cannot read the request's body: the client has gone");
  co_return base::Result<void>();
}

Task<base::Result<std::size_t>> Connection::Upload::read_into(std::string& piece) {
  auto& body = parser_.get().body();
  body.data = piece.data();
  body.size = piece.size();
  body.more = true;
  while (!parser_.is_done() && body.size == piece.size()) {
    connection_.wire_.expires_after(connection_.serving_.patience.body);
    const auto [ec, bytes] =
        co_await beast::http::async_read_some(connection_.wire_, connection_.buffer_, parser_, async::kAsTuple);
    if (ec && ec != beast::http::error::need_buffer) co_return cut(ec);
  }
  co_return piece.size() - body.size;
}

Task<base::Result<std::string>> Connection::Upload::read_some() {
  if (parser_.is_done()) co_return std::string();
  if (!begun_) AWAIT_TRY(say_continue());
  const auto left = parser_.content_length_remaining().value_or(kPieceSize);
  std::string piece(static_cast<std::size_t>(std::clamp<std::uint64_t>(left, 1, kPieceSize)), '\0');
  AWAIT_TRY_ASSIGN(const std::size_t size, read_into(piece));
  piece.resize(size);
  read_ += size;
  if (read_ > limit_)
    co_return base::error("cannot take the request's body: it is larger than " + std::to_string(limit_) + " bytes",
                          std::errc::message_size);
  co_return piece;
}

}  // namespace http
