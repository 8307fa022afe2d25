// SPDX-License-Identifier: Apache-2.0
// What a handler sees of HTTP: a Request that has passed every check, and a Response that is a value. No Beast here.
//
// A handler runs on the one loop thread, as a coroutine. It must not block: file system calls and queries go through
// run_on() (daemon/async/run_on.h). When it is called, Host, Origin, method, content type and caller have been
// accepted, everything is percent-decoded once and valid UTF-8, and a JSON or lines body is there whole, within its
// limit.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "daemon/async/task.h"

namespace http {

using async::Task;

/// HEAD is answered by GET's handler, without the body. kAny is no method of a request but of a route that passes
/// requests on: it takes every method, and those that the API does not have (PATCH, OPTIONS) only there.
enum class Method : std::uint8_t { kGet, kPost, kPut, kDelete, kAny };
std::string_view word(Method method);

/// Who sent a request. A stranger is answered 403 before a handler is called, except on routes with Access::kAnyone.
struct Caller {
  enum class Way : std::uint8_t {
    kUid,  ///< the daemon's own uid, by peer credentials (Unix socket), or by the owner of the TCP socket and a process
           ///< that holds it
    kCookie,    ///< a browser session made by a one-time link
    kStranger,  ///< not known to be the daemon's user
  };
  Way way = Way::kStranger;
  bool unix_socket = false;
  ino_t socket =
      0;  ///< of a TCP connection of the daemon's own uid: the inode of the other end, until its holder is found
};

/// The body of a Body::kStream request. Owned by the server, valid until the handler's Response has been made.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// The next piece, at most 256 KiB; "" once at the end. An error (cut off, too slow, over the limit) is final.
  virtual Task<base::Result<std::string>> read_some() = 0;
};

struct Request {
  Method method = Method::kGet;
  bool head = false;         ///< HEAD: only for a GET that would change something (none but /login)
  std::string path;          ///< decoded; for messages
  std::string verb, target;  ///< method and target as they were sent, to be passed on
  bool other_site = false;   ///< a page of another site asks; only a route that passes requests on is ever asked so
  std::map<std::string, std::string, std::less<>> parameters;    ///< of the route's pattern, decoded
  std::multimap<std::string, std::string, std::less<>> query;    ///< decoded; repeated names stay in order
  std::multimap<std::string, std::string, std::less<>> headers;  ///< names in lower case
  Caller caller;
  std::string body;              ///< Body::kJson, Body::kLines
  BodyReader* stream = nullptr;  ///< Body::kStream

  /// A parameter of the pattern; asking for one that the pattern lacks is a programming error (throws).
  const std::string& parameter(std::string_view name) const;
  /// The last value of that name.
  std::optional<std::string> value(std::string_view name) const;
  std::vector<std::string> values(std::string_view name) const;
  /// 0 or 1 (or absent: `otherwise`); anything else is invalid_argument.
  base::Result<bool> flag(std::string_view name, bool otherwise) const;
  /// An integer from `least` to `most` (or absent: `otherwise`); anything else is invalid_argument, and the message
  /// says which.
  base::Result<std::int64_t> number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                    std::int64_t most) const;
  /// "" when the header is absent.
  std::string header(std::string_view lower_case_name) const;
  /// The body as JSON. Not JSON or not an object: invalid_argument that says where.
  base::Result<nlohmann::json> json() const;
};

/// A file, or a part of one, read on the worker pool in pieces. `Range` is answered by the server (206, 416).
struct FileBody {
  base::Fd fd;               ///< opened for reading; the server keeps and closes it
  std::uint64_t offset = 0;  ///< where the answer begins in the file
  std::uint64_t length = 0;  ///< when the file turns out shorter, the connection is cut, so that the client can tell
  bool ranges = true;        ///< false: `Range` is ignored
};

/// A body that is made while it is sent: followed logs, server-sent events. Owned by the server.
class Stream {
 public:
  virtual ~Stream() = default;
  /// The next bytes (not empty), or nothing at the end. Called again only when the bytes before are with the kernel, so
  /// a slow client slows only its own stream. When the client goes away or the daemon stops, the asio operation that it
  /// awaits is canceled (terminal): let the error out or return nothing; next() is not called again. Only a stream
  /// that returns nothing by itself ends with HTTP's end mark; every other is cut, and the client can tell.
  virtual Task<std::optional<std::string>> next() = 0;
};

struct Response {
  int status = 200;
  std::string content_type;                                  ///< empty: no body
  std::vector<std::pair<std::string, std::string>> headers;  ///< more headers; control characters are dropped
  std::variant<std::string, FileBody, std::unique_ptr<Stream>> body;
  bool close = false;  ///< end the connection after this answer

  static Response json(const nlohmann::json& value, int status = 200);
  static Response text(std::string body, int status = 200);
  /// A page of ours. Gets the strict content security policy.
  static Response html(std::string body, int status = 200);
  /// 303 with Location.
  static Response redirect(std::string_view location);
  /// Bytes of a run's file: nosniff, sandboxed, an attachment of that name (its last component; any Unicode).
  static Response file(FileBody body, std::string_view name);
  /// The same, for a file that is made while it is sent.
  static Response streamed_file(std::unique_ptr<Stream> stream, std::string_view name);
  /// Bytes as they come. `content_type` is application/octet-stream, text/event-stream, ...
  static Response streamed(std::unique_ptr<Stream> stream, std::string content_type);
  /// {"error": {"code", "message", "details"}}. `details` is an object.
  static Response error(int status, std::string_view code, std::string_view message);
  static Response error(int status, std::string_view code, std::string_view message, const nlohmann::json& details);
  /// Status and code by the cause: invalid_argument, illegal_byte_sequence, filename_too_long 400; permission_denied,
  /// operation_not_permitted 403; no_such_file_or_directory, no_such_process, not_a_directory 404; file_exists,
  /// operation_in_progress, device_or_resource_busy 409 conflict; message_size 413; file_too_large,
  /// value_too_large 422 limit; resource_unavailable_try_again, timed_out, no_space_on_device, not_connected
  /// 503; everything else 500.
  static Response error(const base::Error& error);
};

/// An error is answered as Response::error() has it, or by a page outside of `/api/`; an exception by a 500 and one log
/// line. A handler may keep references into the daemon, which outlives the server.
using Handler = std::function<Task<base::Result<Response>>(Request&)>;

enum class Body : std::uint8_t {
  kNone,    ///< a body of more than 0 bytes is refused
  kJson,    ///< Request::body, at most kJsonLimit; may be empty
  kLines,   ///< Request::body, at most kLinesLimit
  kStream,  ///< Request::stream, any length
};
inline constexpr std::uint64_t kJsonLimit = 32u << 20;
inline constexpr std::uint64_t kLinesLimit = 64u << 20;

enum class Access : std::uint8_t { kOwner, kAnyone };

/// One line of the route table.
/// Pattern: literal segments and `{name}` (one segment, not empty, not "." or "..") and at the end `{name...}` (the
/// rest of the path, which must be a safe relative path). Literals win over parameters. For `/api/` errors are JSON,
/// else pages.
struct Route {
  Method method;
  std::string_view pattern;  ///< e.g. "/api/v1/runs/{id}/files/{name...}"
  Body body;
  Handler handler;
  bool waits = false;  ///< the handler may wait for long: it is canceled (terminal) when the client goes away
  Access access = Access::kOwner;
};

}  // namespace http
