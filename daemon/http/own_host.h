// SPDX-License-Identifier: Apache-2.0
// The host name of the daemon's pages. Names below "localhost" are this machine's (RFC 6761), and browsers resolve them
// without a name server. Cookies, caches and service workers belong to a host name: under one that no other server has,
// they are the daemon's alone, whatever listens on other ports, or did on this one.
// Cookies and service workers belong to host names, so the pages have one of their own below `localhost`, which
// browsers resolve without a name server. Programs use 127.0.0.1: the C library does not know such names.
#pragma once

#include <string>

#include "base/file.h"

namespace http {

/// The name that `file` holds, "runyard-<20 hex digits>.localhost", so that bookmarks stay good. One is drawn, and
/// written there, when it holds none; where it cannot be written, the log says so.
std::string own_host(const base::Path& file);

}  // namespace http
