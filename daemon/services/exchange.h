// SPDX-License-Identifier: Apache-2.0
// One request to a host and its answer, streamed both ways.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/services/backend.h"

namespace services {

struct AnswerHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names as they came
  std::optional<std::uint64_t> length;                       ///< of the body, where the host said it
};

/// Owned by the handler that passes a request on. Errors have the codes connection_refused (no program listens),
/// timed_out, or another one (the answer broke off or cannot be read). Call ask(), or begin(), send() ... and answer();
/// then read_some() until it is empty.
class Exchange {
 public:
  /// `limit` is for each step: to connect, to take a piece, to begin the answer, to send its next piece. `head`: the
  /// answer has no body whatever it says.
  Exchange(std::shared_ptr<Backend> backend, Backend::Limit limit, bool head);
  /// Keeps the connection for another request where this one has ended well.
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// The whole request. It is sent again, by another connection, where the host closed a kept one without having read
  /// it.
  Task<base::Result<AnswerHead>> ask(std::string bytes);

  /// The head of a request whose body is sent in pieces.
  Task<base::Result<void>> begin(std::string bytes);
  /// False: the host takes no more, and may have answered already.
  Task<bool> send(std::string bytes);
  Task<base::Result<AnswerHead>> answer();

  /// The next bytes of the answer's body; "" at its end.
  Task<base::Result<std::string>> read_some();

 private:
  using Parser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;
  Task<boost::system::error_code> write(std::string_view bytes);
  Task<boost::system::error_code> read_head();
  bool is_reusable() const;

  std::shared_ptr<Backend> backend_;
  Backend::Limit limit_;
  bool head_;
  std::unique_ptr<Link> link_;
  std::optional<Parser> parser_;
  bool whole_ = true;  ///< the request was sent to its end
};

/// Whether the host answers GET / with 200. Not: why, in words.
Task<base::Result<void>> probe(std::shared_ptr<Backend> backend, Backend::Limit limit);

}  // namespace services
