// SPDX-License-Identifier: Apache-2.0
// One accepted connection: reads a request, has it answered, sends the answer, and again. Owned by the Server through
// a shared_ptr that its coroutine's completion holds; runs on the loop thread only.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <memory>

#include "daemon/http/gate.h"
#include "daemon/http/http.h"
#include "daemon/http/router.h"
#include "daemon/http/sessions.h"
#include "daemon/http/socket_holder.h"
#include "daemon/http/wire.h"

namespace http {

/// How long a client may take. Each is for one step, so a long body or a long stream is not limited by any of them.
struct Patience {
  std::chrono::milliseconds idle{300'000};   ///< until the first byte of the next request
  std::chrono::milliseconds header{10'000};  ///< from its first byte to the end of its headers
  std::chrono::milliseconds body{60'000};    ///< for the next piece of its body
  std::chrono::milliseconds write{120'000};  ///< for taking one piece of the answer
  std::chrono::milliseconds linger{3'000};   ///< for what it still sends after an early refusal
  std::chrono::milliseconds stranger{
      10'000};  ///< of a stranger, for the first byte of its request, and for taking one piece of the answer
};

inline constexpr std::size_t kHeaderLimit = 32u << 10;
inline constexpr std::size_t kPieceSize = 256u << 10;  ///< of files and bodies
inline constexpr std::size_t kReadAhead = 64u << 10;   ///< requests that may wait while a stream is sent

/// What all connections share; owned by the Server.
struct Serving {
  boost::asio::any_io_executor pool;     ///< for reading files
  boost::asio::any_io_executor lookups;  ///< for finding out who holds a connection
  Router router;
  Sessions* sessions = nullptr;
  Patience patience;
  OwnAddress own;
  std::unique_ptr<SocketHolders> holders;
  bool stopping = false;
};

class Connection {
 public:
  using Protocol = boost::asio::generic::stream_protocol;
  using Wire = boost::beast::basic_stream<Protocol>;

  Connection(Serving& serving, Wire wire, Caller caller);

  /// Until the client has gone or should go. Does not throw.
  Task<void> run();
  /// Ends now when it waits for a request or for a stream, else after the answer under way.
  void end_soon();
  void end_now();
  /// The completion of run() is bound to this.
  boost::asio::cancellation_slot slot() { return signal_.slot(); }
  /// Not known to be the daemon's user: by the kernel and the process that holds the connection, or by a cookie.
  bool is_stranger() const { return (caller_.way != Caller::Way::kUid || caller_.socket != 0) && !has_cookie_; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  class Upload;
  enum class Read : std::uint8_t { kRequest, kNothing, kBroken };
  enum class Pumped : std::uint8_t { kEnded, kCut };

  Task<bool> serve_one();
  Task<Read> read_head(Parser& parser, std::string& why, int& status);
  Task<bool> more(std::chrono::steady_clock::time_point deadline);

  Task<Response> answer(Parser& parser);
  Task<base::Result<Response>> answer_route(const Route& route, Request& request, Parser& parser);
  std::optional<Response> refuse_request(const Parser& parser) const;
  Task<void> look_for_holder();
  Caller caller_of(const Parser& parser);
  Task<base::Result<void>> read_body(const Route& route, Upload& upload, std::string& body);
  Task<base::Result<Response>> call(const Route& route, Request& request);
  Task<base::Result<Response>> call_while_connected(const Route& route, Request& request);
  Task<void> watch_for_end();

  Task<bool> send(Response& response, const Parser& parser);
  Task<bool> send_text(const std::string& head, std::string_view body);
  Task<bool> send_file(std::string head, FileBody& file);
  Task<bool> send_stream(const std::string& head, std::unique_ptr<Stream> stream, bool chunked);
  Task<Pumped> pump(Stream& stream, bool chunked);
  void reset_at_close();
  Task<std::optional<std::string>> next_of(Stream& stream, bool& failed);
  using Buffers = std::array<boost::asio::const_buffer, 3>;
  Task<bool> write(Buffers buffers);
  Task<void> linger();

  Serving& serving_;
  Wire wire_;
  Caller caller_;
  boost::beast::flat_buffer buffer_;
  boost::asio::cancellation_signal signal_;
  bool interruptible_ = false;  ///< nothing is lost when it ends here
  bool has_cookie_ = false;     ///< it has shown one, or has been given one
};

}  // namespace http
