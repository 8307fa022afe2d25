// SPDX-License-Identifier: Apache-2.0
// The body of one request, read piece by piece from its connection. Lives while the request is being answered.
#pragma once

#include "daemon/http/connection.h"

namespace http {

class Connection::Upload : public BodyReader {
 public:
  Upload(Connection& connection, Parser& parser, std::uint64_t limit)
      : connection_(connection), parser_(parser), limit_(limit) {}

  Task<base::Result<std::string>> read_some() override;

 private:
  Task<base::Result<void>> say_continue();
  Task<base::Result<std::size_t>> read_into(std::string& piece);

  Connection& connection_;
  Parser& parser_;
  std::uint64_t limit_;
  std::uint64_t read_ = 0;
  bool begun_ = false;
};

}  // namespace http
