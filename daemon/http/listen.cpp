// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/listen.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace http {

namespace {

constexpr int kBacklog = 256;
constexpr int kPickTries = 32;

base::Result<base::Fd> make_socket(int family, const std::string& what) {
  base::Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return base::os_error(what);
  return fd;
}

template <class Address>
base::Result<void> bind_and_listen(const base::Fd& fd, const Address& address, const std::string& what) {
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return base::os_error(what);
  if (::listen(fd.get(), kBacklog) != 0) return base::os_error(what);
  return {};
}

base::Result<base::Fd> listen_v4(std::uint16_t port) {
  const auto what = "cannot listen on 127.0.0.1:" + std::to_string(port);
  TRY_ASSIGN(auto fd, make_socket(AF_INET, what));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  TRY(bind_and_listen(fd, address, what));
  return fd;
}

base::Result<base::Fd> listen_v6(std::uint16_t port) {
  const auto what = "cannot listen on [::1]:" + std::to_string(port);
  TRY_ASSIGN(auto fd, make_socket(AF_INET6, what));
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  TRY(bind_and_listen(fd, address, what));
  return fd;
}

base::Result<std::uint16_t> port_of(const base::Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return base::os_error("cannot ask for the port of a socket");
  return ntohs(address.sin_port);
}

/// Both families on one port: another user's server at [::1] must not answer for "localhost". Port 0: any.
base::Result<Loopback> listen_both(std::uint16_t port) {
  Loopback both;
  TRY_ASSIGN(both.v4, listen_v4(port));
  TRY_ASSIGN(both.port, port_of(both.v4));
  auto v6 = listen_v6(both.port);
  if (!v6 && v6.error().code == std::errc::address_in_use) return v6.error();
  if (v6) both.v6 = std::move(*v6);
  return both;
}

base::Result<void> remove_dead_socket(const base::Path& path, const std::string& what) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode))
    return base::error(what + ": something that is not a socket lies there", std::errc::file_exists);
  if (::unlink(path.c_str()) != 0) return base::os_error(what);
  return {};
}

}  // namespace

base::Result<base::Fd> listen_unix(const base::Path& path) {
  const auto what = "cannot listen on " + path.string();
  sockaddr_un address{};
  if (path.native().size() >= sizeof address.sun_path)
    return base::error(what + ": the path is longer than the " + std::to_string(sizeof address.sun_path - 1) +
                           " bytes that a socket's name may have",
                       std::errc::filename_too_long);
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  TRY(remove_dead_socket(path, what));
  TRY_ASSIGN(auto fd, make_socket(AF_UNIX, what));
  if (::fchmod(fd.get(), 0600) != 0)
    return base::os_error(what);  // the file gets the mode of the socket, less the umask
  TRY(bind_and_listen(fd, address, what));
  return fd;
}

base::Result<Loopback> listen_loopback(std::optional<std::uint16_t> asked, std::uint16_t earlier) {
  if (asked) return listen_both(*asked);
  if (earlier != 0)
    if (auto again = listen_both(earlier)) return again;
  auto usual = listen_both(kUsualPort);
  for (int i = 0; !usual && usual.error().code == std::errc::address_in_use && i < kPickTries; ++i)
    usual = listen_both(0);
  return usual;
}

base::Result<base::Fd> accept_one(int listening) {
  for (;;) {
    base::Fd fd(::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd) return fd;
    if (errno != EINTR && errno != ECONNABORTED) return base::os_error("cannot accept a connection");
  }
}

}  // namespace http
