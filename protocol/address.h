// SPDX-License-Identifier: Apache-2.0
// Addresses within a text ("scheme://..."), and whether they hold a secret. Pure; time linear in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace protocol {

/// Whether `text` is, or holds, an address with a secret: a password ("https://me:word@host/"), a token before the host
/// of a web address ("https://TOKEN@host/"), a signature, token or key among its parameters ("?sig=..."), or a token of
/// conda
/// ("/t/TOKEN/").
bool holds_password(std::string_view text);
/// `text` with kRedacted (redaction.h) in the place of each such address.
std::string without_passwords(std::string_view text);
/// Where the host begins in the text after "://": behind the user and password, which may hold a '/'; 0: there are
/// none.
std::size_t host_at(std::string_view rest);

}  // namespace protocol
