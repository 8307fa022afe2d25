// SPDX-License-Identifier: Apache-2.0
// A server that had our port before us may have left a service worker in a browser, which then answers for us. Browsers
// fetch a worker's script again without asking the worker (Service Workers, "Update"): every address serves them a
// script that unregisters itself.
#pragma once

#include <optional>

#include "daemon/http/http.h"
#include "daemon/http/message.h"

namespace http {

/// The answer to a browser that asks for a worker's script; nothing for every other request.
std::optional<Response> answer_service_worker(const Message& message);

}  // namespace http
