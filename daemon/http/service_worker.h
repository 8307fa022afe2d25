// SPDX-License-Identifier: Apache-2.0
// A server that had our port before us may have left a service worker in a browser, which then answers for us. Browsers fetch the script of
// a worker again without asking the worker (Service Workers, "Update"): at every address they get one that takes itself away.
#pragma once

#include <optional>

#include "daemon/http/http.h"
#include "daemon/http/message.h"

namespace http {

/// The answer to a browser that asks for a worker's script; nothing for every other request.
std::optional<Response> answer_service_worker(const Message& message);

}  // namespace http
