// SPDX-License-Identifier: Apache-2.0
// The first check of a request, before its sender is looked at: no page of another site, and no name that was pointed
// at this machine (DNS rebinding), reaches a route. An allow list: everything else is refused. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// The parts of a request that the gate looks at; a header that occurs twice is there twice.
struct Asked {
  std::string_view method;
  std::string_view target;
  std::vector<std::string_view> host;
  std::vector<std::string_view> origin;
  std::vector<std::string_view> fetch_site;
  std::vector<std::string_view> fetch_mode;
  std::vector<std::string_view> fetch_dest;
  std::vector<std::string_view> content_type;
};

struct Refusal {
  int status;
  std::string_view code;
  std::string message;
};

/// How browsers name this daemon.
struct OwnAddress {
  std::string host;  ///< a name below "localhost", in lower case, that no other server has; empty: none
  std::uint16_t port = 0;
};

/// Whether a target lies below a service's name ("/services/NAME/..."): such requests are passed on to the service.
bool is_forwarded(std::string_view target);
/// Whether a page of another site, or of another port of this host, asks.
bool is_from_other_site(const Asked& asked, const OwnAddress& own);

/// Nothing when the request may go on.
///  - the method is GET, HEAD, POST, PUT or DELETE (else 405); PATCH or OPTIONS where it is passed on
///  - exactly one Host: localhost, 127.0.0.1, [::1] or our own name, with any port or none
///  - Origin absent, or http:// and one of these with our port, or the very Host and port that were asked (a forwarded
///  port)
///  - Sec-Fetch-Site: a request of another site, or of another port of this host, is refused, but for a person who
///  follows a link to one
///    of our pages (GET, navigate, document, not below /api/)
///  - POST, PUT, DELETE: Content-Type application/json, application/x-ndjson or application/octet-stream (else 415)
/// The last three do not hold where the request is passed on: its handler decides about other sites.
std::optional<Refusal> refuse(const Asked& asked, const OwnAddress& own);

}  // namespace http
