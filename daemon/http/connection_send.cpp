// SPDX-License-Identifier: Apache-2.0
// The half of Connection that sends answers.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/file.h"
#include "daemon/async/as_tuple.h"
#include "daemon/async/run_on.h"
#include "daemon/http/connection.h"

namespace http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

namespace {

/// Turns the answer into 206 or 416 when a range was asked for; a 416 keeps no body.
void apply_range(Response& response, Framing& framing, std::string_view asked) {
  auto& file = std::get<FileBody>(response.body);
  ByteRange range;
  const auto total = file.length;
  const auto ranged = read_range(asked, total, range);
  if (ranged == Ranged::kWhole) return;
  if (ranged == Ranged::kOutside) {
    response = Response::error(416, "range",
                               "cannot send " + std::string(asked) + ": there are " + std::to_string(total) + " bytes");
    framing.content_range = "bytes */" + std::to_string(total);
    return;
  }
  response.status = 206;
  file.offset += range.offset;
  file.length = range.length;
  framing.content_range = "bytes " + std::to_string(range.offset) + "-" +
                          std::to_string(range.offset + range.length - 1) + "/" + std::to_string(total);
}

/// Reads on a pool thread; keeps the descriptor alive by itself.
Task<base::Result<std::string>> read_piece(asio::any_io_executor pool, std::shared_ptr<base::Fd> fd,
                                           std::uint64_t offset, std::size_t size) {
  auto work = [fd, offset, size] { return base::read_at(*fd, offset, size); };
  co_return co_await async::run_on(std::move(pool), std::move(work));
}

}  // namespace

Task<bool> Connection::write(Buffers buffers) {
  wire_.expires_after(is_stranger() ? std::min(serving_.patience.stranger, serving_.patience.write)
                                    : serving_.patience.write);
  const auto [ec, bytes] = co_await asio::async_write(wire_, buffers, async::kAsTuple);
  co_return !ec;
}

/// False when the connection is of no more use.
Task<bool> Connection::send(Response& response, const Parser& parser) {
  const auto& message = parser.get();
  Framing framing;
  framing.keep_alive = !response.close && !serving_.stopping && parser.is_header_done() && parser.keep_alive();
  if (auto* file = std::get_if<FileBody>(&response.body); file != nullptr) {
    response.headers.emplace_back("Accept-Ranges", file->ranges ? "bytes" : "none");
    const auto asked = message[beast_http::field::range];
    const bool partial =
        file->ranges && !asked.empty() && message[beast_http::field::if_range].empty() && response.status == 200;
    if (partial) apply_range(response, framing, {asked.data(), asked.size()});
  }
  if (const auto* text = std::get_if<std::string>(&response.body)) framing.length = text->size();
  if (const auto* file = std::get_if<FileBody>(&response.body)) framing.length = file->length;
  auto* stream = std::get_if<std::unique_ptr<Stream>>(&response.body);
  if (stream != nullptr) framing.end = message.version() == 11 ? Framing::End::kChunked : Framing::End::kClose;
  if (framing.end == Framing::End::kClose) framing.keep_alive = false;
  response.close = !framing.keep_alive;
  const auto head = response_head(response, framing);
  if (message.method() == beast_http::verb::head) co_return co_await send_text(head, {});
  if (auto* file = std::get_if<FileBody>(&response.body)) co_return co_await send_file(head, *file);
  if (stream != nullptr)
    co_return co_await send_stream(head, std::move(*stream), framing.end == Framing::End::kChunked);
  co_return co_await send_text(head, std::get<std::string>(response.body));
}

Task<bool> Connection::send_text(const std::string& head, std::string_view body) {
  Buffers buffers = {asio::buffer(head), asio::buffer(body.substr(0, kPieceSize)), {}};
  if (!co_await write(buffers)) co_return false;
  for (std::size_t sent = kPieceSize; sent < body.size(); sent += kPieceSize) {
    buffers = {asio::buffer(body.substr(sent, kPieceSize)), {}, {}};
    if (!co_await write(buffers)) co_return false;
  }
  co_return true;
}

Task<bool> Connection::send_file(std::string head, FileBody& file) {
  const auto fd = std::make_shared<base::Fd>(std::move(file.fd));
  while (file.length > 0) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(file.length, kPieceSize));
    const auto piece = co_await read_piece(serving_.pool, fd, file.offset, size);
    if (!piece || piece->empty()) co_return false;
    const Buffers buffers = {asio::buffer(head), asio::buffer(*piece), {}};
    if (!co_await write(buffers)) co_return false;
    head.clear();
    file.offset += piece->size();
    file.length -= piece->size();
  }
  if (head.empty()) co_return true;
  co_return co_await send_text(head, {});
}

Task<bool> Connection::send_stream(const std::string& head, std::unique_ptr<Stream> stream, bool chunked) {
  using namespace asio::experimental::awaitable_operators;
  if (!co_await send_text(head, {})) co_return false;
  interruptible_ = true;
  if (serving_.stopping) co_return false;
  auto either = pump(*stream, chunked) || watch_for_end();
  const auto first = co_await std::move(either);
  interruptible_ = false;
  const bool cut = first.index() != 0 || std::get<0>(first) == Pumped::kCut;
  if (cut && !chunked) reset_at_close();
  if (cut) co_return false;
  if (!chunked) co_return true;  // GCC 12 evaluates a co_await to the right of || in any case
  co_return co_await send_text("0\r\n\r\n", {});
}

/// Where there are no chunks, only a reset tells a client that an answer was cut.
void Connection::reset_at_close() {
  boost::system::error_code ignored;
  wire_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
}

/// Does not throw, so that its end always ends the race with watch_for_end().
Task<Connection::Pumped> Connection::pump(Stream& stream, bool chunked) {
  for (;;) {
    bool failed = false;
    const auto piece = co_await next_of(stream, failed);
    const auto canceled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (failed || canceled != asio::cancellation_type::none) co_return Pumped::kCut;
    if (!piece) co_return Pumped::kEnded;
    if (piece->empty()) continue;
    const auto size = chunked ? chunk_head(piece->size()) : std::string();
    const std::string_view end = chunked ? "\r\n" : "";
    const Buffers buffers = {asio::buffer(size), asio::buffer(*piece), asio::buffer(end)};
    if (!co_await write(buffers)) co_return Pumped::kCut;
  }
}

Task<std::optional<std::string>> Connection::next_of(Stream& stream, bool& failed) {
  std::string why = "an exception that says nothing";
  try {
    co_return co_await stream.next();
  } catch (const std::exception& e) {
    why = e.what();
  } catch (...) {}
  failed = true;
  const auto canceled = (co_await asio::this_coro::cancellation_state).cancelled();
  if (canceled == asio::cancellation_type::none) spdlog::error("cannot go on with a stream: {}", why);
  co_return std::nullopt;
}

/// A connection that is closed while its client still sends is reset, and the client may never see the answer.
Task<void> Connection::linger() {
  boost::system::error_code ignored;
  wire_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  const auto deadline = std::chrono::steady_clock::now() + serving_.patience.linger;
  do buffer_.consume(buffer_.size());
  while (co_await more(deadline));
}

}  // namespace http
