// SPDX-License-Identifier: Apache-2.0
// A request's head as Beast has parsed it, in our words. Pure.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/gate.h"
#include "daemon/http/http.h"
#include "daemon/http/router.h"

namespace http {

using Message = boost::beast::http::request<boost::beast::http::buffer_body>;

/// Views into the message, good as long as it lives.
std::string_view method_in(const Message& message);
std::string_view target_in(const Message& message);
/// Every value of a header, in order.
std::vector<std::string_view> all_of(const Message& message, std::string_view name);

Asked asked_of(const Message& message);
/// Why another program could see other requests in these bytes than we do; nothing: it could not.
std::optional<std::string> ambiguity(const Message& message);
/// For a handler; without caller and body. Moves out of `target` and `match`.
Request request_of(const Message& message, Method method, Target& target, Router::Match& match);

}  // namespace http
