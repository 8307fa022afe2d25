// SPDX-License-Identifier: Apache-2.0
// The one page that the server makes itself: for a person whose request it refuses. Programs get JSON.
#pragma once

#include <string_view>

#include "daemon/http/http.h"

namespace http {

/// `title` and `message` are text: they are escaped, and what a browser would not show becomes U+FFFD.
Response error_page(int status, std::string_view title, std::string_view message);

}  // namespace http
