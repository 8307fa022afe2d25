// SPDX-License-Identifier: Apache-2.0
// Sessions of browsers whose user the kernel cannot tell (another network namespace, a forwarded port): a link that is
// good once makes a cookie. Other browsers get no cookie, since one is sent to every server of its host name. The
// digests of cookies are kept in a file, so that they outlive the daemon. Owned by main, used on the loop thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "daemon/http/http.h"

namespace http {

inline constexpr std::chrono::minutes kLinkLife{5};
inline constexpr std::chrono::hours kSessionLife{24 * 7};
inline constexpr std::size_t kMaxLinks = 64;  ///< the oldest goes when one more is made
inline constexpr std::size_t kMaxSessions = 256;

class Sessions {
 public:
  using Time = std::chrono::system_clock::time_point;
  using Clock = std::function<Time()>;
  explicit Sessions(Clock clock = [] { return std::chrono::system_clock::now(); });

  /// Reads the sessions of this file, and writes later ones to it. A damaged file counts as empty.
  void keep_in(base::Path file);

  /// Where links lead and what the cookie is called (cookies know no ports); said by the server once it listens.
  void serve_at(std::string url, std::uint16_t port);

  /// An address that is good once, for kLinkLife.
  std::string make_link();
  /// The Set-Cookie value for a link's token, or nothing: never made, used, or too old.
  std::optional<std::string> redeem(std::string_view token);
  /// Whether a Cookie header holds a session of ours.
  bool knows(std::string_view cookie_header);
  /// Forgets all sessions and links; how many sessions.
  std::size_t end_all();

  /// POST /api/v1/login-links, DELETE /api/v1/sessions, GET /login and GET /open.
  std::vector<Route> routes();

 private:
  struct Secret {
    std::string digest;  ///< SHA-256 of the secret
    Time until;
  };
  Task<base::Result<Response>> answer_link(const Request& request);
  Task<base::Result<Response>> answer_login(const Request& request);
  /// Forgets a link; false when there is none of that token.
  bool use_up(std::string_view token);
  /// A new secret, of which the digest stays here.
  std::string add(std::vector<Secret>& secrets, std::size_t most, std::chrono::seconds life);
  std::vector<Secret>::iterator find(std::vector<Secret>& secrets, std::string_view text);
  std::string cookie_name() const;
  void save() const;

  Clock clock_;
  std::string url_;
  std::uint16_t port_ = 0;
  std::vector<Secret> links_;
  std::vector<Secret> sessions_;
  base::Path file_;  ///< empty: none
};

}  // namespace http
