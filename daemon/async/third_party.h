// SPDX-License-Identifier: Apache-2.0
// Precompiled for the daemon: third-party headers only.
#pragma once

#include <spdlog/spdlog.h>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "protocol/json.h"
