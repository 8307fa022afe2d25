// SPDX-License-Identifier: Apache-2.0
#include "base/peer.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/spawn.h"
#include "daemon/http/listen.h"
#include "tests/support/http_client.h"

namespace {

/// What a program of another user gets for a GET of `path`: the status line.
std::string as_stranger(const std::string& where, const std::string& path) {
  const std::string program =
      "import os,socket,sys\n"
      "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
      "w=sys.argv[1]\n"
      "try:\n"
      "  s=socket.socket(socket.AF_UNIX) if w.startswith('/') else socket.socket()\n"
      "  s.connect(w if w.startswith('/') else ('127.0.0.1',int(w)))\n"
      "  s.sendall(('GET '+sys.argv[2]+' HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n').encode())\n"
      "  print(s.makefile('rb').read().decode())\n"
      "except OSError as e: print('refused', e)\n";
  base::SpawnOptions options;
  options.argv = {"python3", "-c", program, where, path};
  options.environment = base::current_environment();
  const auto finished = base::run_to_end(options, 20'000);
  REQUIRE(finished);
  return finished->output;
}

/// The other end of a connection to a listener of ours.
struct Pair {
  base::Fd listening;
  base::Fd accepted;
};
base::Fd accept_from(const base::Fd& listening) {
  pollfd wait{listening.get(), POLLIN, 0};
  REQUIRE(::poll(&wait, 1, test::kPatienceMs) == 1);
  auto accepted = http::accept_one(listening.get());
  REQUIRE(accepted);
  return std::move(*accepted);
}

std::vector<http::Route> one_route() {
  const auto hello = [](http::Request&) -> async::Task<base::Result<http::Response>> {
    co_return http::Response::text("hello");
  };
  return {{http::Method::kGet, "/api/hello", http::Body::kNone, hello},
          {http::Method::kGet, "/hello", http::Body::kNone, hello}};
}

}  // namespace

TEST_CASE("peer: the owner of a TCP socket is known over IPv4, IPv6 and IPv4 in IPv6") {
  auto loopback = http::listen_loopback(0);
  REQUIRE(loopback);
  {
    const auto client = test::Client::tcp(loopback->port);
    const auto accepted = accept_from(loopback->v4);
    CHECK(base::tcp_peer(accepted.get())->uid == ::geteuid());
  }
  {
    const auto client = test::Client::tcp6(loopback->port, "::ffff:127.0.0.1");
    const auto accepted = accept_from(loopback->v4);
    CHECK(base::tcp_peer(accepted.get())->uid == ::geteuid());
  }
  if (loopback->v6) {
    const auto client = test::Client::tcp6(loopback->port, "::1");
    const auto accepted = accept_from(loopback->v6);
    CHECK(base::tcp_peer(accepted.get())->uid == ::geteuid());
  }
}

TEST_CASE("peer: a client knows the listener once it has accepted, not before") {
  auto loopback = http::listen_loopback(0);
  REQUIRE(loopback);
  const base::Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(loopback->port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(base::tcp_peer(client.get()).error().code == std::errc::no_such_process);
  const auto accepted = accept_from(loopback->v4);
  CHECK(base::tcp_peer(client.get())->uid == ::geteuid());
}

TEST_CASE("peer: a client that has closed or reset already is no user, above all not root") {
  auto loopback = http::listen_loopback(0);
  REQUIRE(loopback);
  auto closed = test::Client::tcp(loopback->port);
  closed.send("GET / HTTP/1.1\r\n\r\n");
  closed.close();
  CHECK(base::tcp_peer(accept_from(loopback->v4).get()).error().code == std::errc::no_such_process);
  auto reset = test::Client::tcp(loopback->port);
  reset.send("GET / HTTP/1.1\r\n\r\n");
  reset.reset();
  const auto accepted = http::accept_one(loopback->v4.get());
  if (accepted) CHECK_FALSE(base::tcp_peer(accepted->get()));
}

TEST_CASE("peer: a Unix socket says who connected it; a dead daemon's socket is replaced, anything else is not") {
  test::Server server(one_route());
  CHECK(server.local().ask(test::request("GET", "/api/hello")).status == 200);
  struct stat status {};
  REQUIRE(::stat((server.folder / "s").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  {
    const auto dead = http::listen_unix(server.folder / "dead");
    REQUIRE(dead);
  }
  CHECK(http::listen_unix(server.folder / "dead"));
  REQUIRE(base::write_file_atomic(server.folder / "file", "x"));
  CHECK(http::listen_unix(server.folder / "file").error().code == std::errc::file_exists);
  CHECK(http::listen_unix(server.folder / std::string(120, 'x')).error().code == std::errc::filename_too_long);
}

TEST_CASE("peer: another user gets 403 and the way in, over TCP and the Unix socket") {
  if (::geteuid() != 0) return;  // only root can become another user
  test::Server server(one_route());
  std::filesystem::permissions(server.folder, std::filesystem::perms::all);
  const auto port = std::to_string(server.port());
  const auto refused = as_stranger(port, "/api/hello");
  CHECK(refused.find("403 Forbidden") != std::string::npos);
  CHECK(refused.find("runyard open") != std::string::npos);
  CHECK(as_stranger(port, "/hello").find("<!doctype html>") != std::string::npos);
  CHECK(as_stranger(port, "/nothing/here").find("403 Forbidden") != std::string::npos);
  CHECK(as_stranger((server.folder / "s").string(), "/api/hello").starts_with("refused"));
  std::filesystem::permissions(server.folder / "s", std::filesystem::perms::all);
  CHECK(as_stranger((server.folder / "s").string(), "/api/hello").find("403 Forbidden") != std::string::npos);
}

TEST_CASE("peer: whom the kernel does not vouch for comes in by a one-time link") {
  test::Server server(one_route(), {}, 512, ::geteuid() + 1);
  CHECK(server.tcp().ask(test::request("GET", "/api/hello")).status == 403);
  const auto link = server.on_loop([&] { return server.sessions.make_link(); });
  const auto path = link.substr(link.find("/login"));
  auto preview = server.tcp();  // a stranger has a connection for each request
  preview.send(test::request("HEAD", path));
  CHECK(preview.answer(false).status == 200);
  CHECK(preview.ends());
  auto browser = server.tcp();
  const auto login = browser.ask(test::request("GET", path));
  CHECK(login.status == 303);
  CHECK(login.has("Location: ./"));
  const auto at = login.head.find("Set-Cookie: ") + 12;
  const auto cookie = "Cookie: " + login.head.substr(at, login.head.find(';', at) - at) + "\r\n";
  CHECK(browser.ask(test::request("GET", "/api/hello", cookie)).body == "hello");
  CHECK(browser.ask(test::request("GET", "/api/hello")).status == 403);
  CHECK(server.tcp().ask(test::request("GET", path)).status == 403);
  const auto again = browser.ask(test::request("GET", path, cookie));
  CHECK(again.has("Location: ./"));
  CHECK(again.head.find("Set-Cookie") == std::string::npos);
  CHECK(server.tcp()
            .ask(test::request("POST", "/api/v1/login-links", cookie + "Content-Type: application/json\r\n"))
            .status == 403);
}

TEST_CASE("peer: the owner's programs make links") {
  test::Server server(one_route());
  const auto made =
      server.local().ask(test::request("POST", "/api/v1/login-links", "Content-Type: application/json\r\n"));
  CHECK(made.status == 200);
  CHECK(made.body.starts_with("{\"url\":\"http://127.0.0.1:" + std::to_string(server.port()) + "/login?token="));
}

TEST_CASE("listen: a port that was asked for and is taken is an error, else another is found") {
  auto first = http::listen_loopback(0);
  REQUIRE(first);
  const auto second = http::listen_loopback(first->port);
  CHECK(second.error().code == std::errc::address_in_use);
  CHECK(second.error().message ==
        "cannot listen on 127.0.0.1:" + std::to_string(first->port) + ": address already in use");
  const auto usual = http::listen_loopback(std::nullopt);
  const auto other = http::listen_loopback(std::nullopt);
  REQUIRE(usual);
  REQUIRE(other);
  CHECK(usual->port != other->port);
}
