// SPDX-License-Identifier: Apache-2.0
// The built portal: a folder of files that anybody who may ask gets as they are.
#pragma once

#include <optional>
#include <string>

#include "base/file.h"
#include "daemon/http/http.h"

namespace api {

/// A file of the portal, or nothing when there is none of that name. `name` is a safe relative path; `etag` what the
/// client has (If-None-Match). What lies in assets/ is named by its content and kept for good. Reads from disk: for a
/// pool thread.
std::optional<Response> portal_file(const base::Path& portal, const std::string& name, const std::string& etag, bool gzip);

}  // namespace api
