// SPDX-License-Identifier: Apache-2.0
// The built portal: a folder of files, which are sent as they are.
#pragma once

#include <string>

#include "base/file.h"
#include "daemon/http/http.h"

namespace api {

/// A whole file of the portal, of 16 MiB at most; an error that is_permanent() when there is none of that name. `name`
/// is a safe relative path; `etag` is the client's If-None-Match. Names of files in assets/ change with their bytes:
/// clients may keep them. For a pool thread: it reads from disk.
base::Result<http::Response> portal_file(const base::Path& portal, const std::string& name, const std::string& etag,
                                         bool gzip);

}  // namespace api
